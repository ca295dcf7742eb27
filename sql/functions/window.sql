-- A time as staff write it: with an offset, or else by the clock of the
-- course; '' is none, 'never' one that does not come.
CREATE OR REPLACE FUNCTION local_time(p_text text, p_zone text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT CASE
	    WHEN p_text = '' THEN NULL
	    WHEN p_text = 'never' THEN 'infinity'::timestamptz
	    WHEN p_text ~ '[T ].*([Zz]|[+-][0-9]{2}:?[0-9]{2})$'
		THEN p_text::timestamptz
	    ELSE regexp_replace(p_text, '^([^ T]+[ T][0-9]+)$', '\1:00')
		::timestamp AT TIME ZONE p_zone END
$$;

-- before, open, late, closed: both ends belong to the window, and so do the
-- seconds of grace after them.
CREATE OR REPLACE FUNCTION window_phase(p_opens timestamptz,
    p_soft timestamptz, p_end timestamptz, p_grace_s integer, p_at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
	    WHEN p_at < p_opens THEN 'before'
	    WHEN p_at > p_end + p_grace_s * interval '1 second' THEN 'closed'
	    WHEN p_at > p_soft + p_grace_s * interval '1 second' THEN 'late'
	    ELSE 'open' END
$$;

-- Points of a hundred for each unit that has begun since the soft end; a day
-- is one by the clock of the course, also where that clock was changed.
CREATE OR REPLACE FUNCTION late_points(p_soft timestamptz, p_at timestamptz,
    p_unit text, p_points numeric, p_zone text)
RETURNS numeric LANGUAGE sql STABLE AS $$
	SELECT least(100, p_points * ceil(CASE p_unit
	    WHEN 'hour' THEN extract(epoch FROM p_at - p_soft) / 3600
	    ELSE extract(epoch FROM (p_at AT TIME ZONE p_zone)
		- (p_soft AT TIME ZONE p_zone)) / 86400 END))
$$;

-- The window as these users have it together: an extension of one of them
-- serves all.  Another end moves the soft end with it, unless the extension
-- has a soft end of its own.  'archived': the course is; 'shut': nobody may
-- submit anywhere.
CREATE OR REPLACE FUNCTION problem_window(p_problem bigint, p_users bigint[],
    p_at timestamptz)
RETURNS TABLE (phase text, opens_at timestamptz, soft_at timestamptz,
    end_at timestamptz, penalty numeric, extended boolean)
LANGUAGE sql STABLE ROWS 1 AS $$
	SELECT w.phase, w.opens_at, w.soft_at, w.end_at,
	    CASE WHEN w.phase = 'late' THEN late_points(w.soft_at, p_at,
		w.late_unit, w.late_penalty, w.time_zone) ELSE 0 END,
	    w.extended
	  FROM (
		SELECT CASE WHEN c.archived_at IS NOT NULL THEN 'archived'
			WHEN config_text('submissions_open') = 'false'
			THEN 'shut'
			ELSE window_phase(p.opens_at, u.soft_at, u.end_at,
			    p.grace_s, p_at) END AS phase,
		    p.opens_at, u.soft_at, u.end_at, u.extended, p.late_unit,
		    p.late_penalty, c.time_zone
		  FROM problem p
		  JOIN course c ON c.id = p.course_id
		  CROSS JOIN LATERAL (
			SELECT nullif(max(coalesce(x.closes_at, p.closes_at,
				'infinity')), 'infinity') AS end_at,
			    nullif(max(coalesce(x.soft_at, x.closes_at,
				p.soft_at, 'infinity')), 'infinity')
				AS soft_at,
			    coalesce(bool_or(x.closes_at IS NOT NULL), false)
				AS extended
			  FROM unnest(p_users) AS t (user_id)
			  LEFT JOIN extension x ON x.problem_id = p.id
			   AND x.user_id = t.user_id
		  ) u
		 WHERE p.id = p_problem
	  ) w
$$;

-- With whom this user would submit now: the team, where teams do.
CREATE OR REPLACE FUNCTION problem_authors(p_problem bigint, p_user bigint)
RETURNS bigint[] LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT array_agg(o.user_id)
		  FROM problem p
		  JOIN team_member m ON m.course_id = p.course_id
		   AND m.user_id = p_user
		  JOIN team_member o ON o.team_id = m.team_id
		 WHERE p.id = p_problem AND p.is_for_teams), ARRAY[p_user])
$$;
