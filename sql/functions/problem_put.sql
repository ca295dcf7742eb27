-- Who changed what of a course.
CREATE OR REPLACE FUNCTION course_note(p_by bigint, p_action text,
    p_target text, p_detail jsonb)
RETURNS void LANGUAGE sql VOLATILE AS $$
	INSERT INTO audit (actor, action, target, detail)
	SELECT u.name, p_action, p_target, p_detail
	  FROM app_user u WHERE u.id = p_by
$$;

-- What a package says about submitting, where staff have not: what it is
-- silent about takes its default again.
CREATE OR REPLACE FUNCTION problem_take_package(p_problem bigint,
    p_set jsonb)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_set jsonb;
	p record;
BEGIN
	SELECT o.slug, o.said, c.slug AS course INTO STRICT p
	  FROM problem o JOIN course c ON c.id = o.course_id
	 WHERE o.id = p_problem;
	v_set := jsonb_build_object('opens_at', '', 'soft_at', '',
	    'closes_at', '', 'submission_limit', 0, 'sliding_n', 0,
	    'sliding_s', 0, 'groups', false, 'evaluate', 'best',
	    'weight', 1, 'stored_submissions', 0, 'visible', true)
	    || p_set - p.said;
	PERFORM problem_set(p.course, p.slug, v_set - p.said);
END
$$;

DROP FUNCTION IF EXISTS problem_put(text, text, jsonb);
CREATE OR REPLACE FUNCTION problem_put(p_by bigint, p_course text,
    p_slug text, p_set jsonb)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF NOT problem_set(p_course, p_slug, p_set) THEN
		RETURN false;
	END IF;
	UPDATE problem o
	   SET said = ARRAY(SELECT unnest(o.said) UNION
		SELECT jsonb_object_keys(p_set))
	  FROM course c
	 WHERE c.id = o.course_id AND c.slug = p_course AND o.slug = p_slug;
	PERFORM course_note(p_by, 'problem', p_course || '/' || p_slug, p_set);
	RETURN true;
END
$$;

-- Makes the problem or changes those settings that the object has, by the
-- names of the wire; false without the course.  Texts of times are those of
-- local_time; a soft end behind the hard one becomes that one.
CREATE OR REPLACE FUNCTION problem_set(p_course text, p_slug text,
    p_set jsonb)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_course bigint;
	v_zone text;
BEGIN
	SELECT id, time_zone INTO v_course, v_zone FROM course
	 WHERE slug = p_course;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO problem (course_id, slug, title)
	VALUES (v_course, p_slug, coalesce(p_set ->> 'title', p_slug))
	ON CONFLICT (course_id, slug) DO NOTHING;
	UPDATE problem o SET
	    title = coalesce(x.title, o.title),
	    opens_at = CASE WHEN x.opens_at IS NULL THEN o.opens_at
		ELSE local_time(x.opens_at, v_zone) END,
	    soft_at = CASE WHEN t.soft_at > t.closes_at THEN t.closes_at
		ELSE t.soft_at END,
	    closes_at = t.closes_at,
	    grace_s = coalesce(x.grace_sec, o.grace_s),
	    late_penalty = coalesce(x.late_penalty, o.late_penalty),
	    late_unit = coalesce(x.late_unit, o.late_unit),
	    languages = coalesce(x.languages, o.languages),
	    limits = CASE WHEN p_set ? 'limits'
		THEN nullif(nullif(p_set -> 'limits', 'null'), '{}')
		ELSE o.limits END,
	    max_submissions = coalesce(x.submission_limit, o.max_submissions),
	    sliding_n = coalesce(x.sliding_n, o.sliding_n),
	    sliding_s = coalesce(x.sliding_s, o.sliding_s),
	    daily_n = coalesce(x.submissions_per_day, o.daily_n),
	    interval_s = coalesce(x.submission_interval_sec, o.interval_s),
	    stored_n = coalesce(x.stored_submissions, o.stored_n),
	    allows_pending = coalesce(x.allow_pending, o.allows_pending),
	    counts_ce = coalesce(x.count_compile_errors, o.counts_ce),
	    is_visible = coalesce(x.visible, o.is_visible),
	    is_for_teams = coalesce(x.groups, o.is_for_teams),
	    network_grading = coalesce(x.network_grading, o.network_grading),
	    network_by_staff = coalesce(x.network_by_staff,
		o.network_by_staff),
	    exports = coalesce(x.exports, o.exports),
	    pass_mark = coalesce(x.pass_mark, o.pass_mark),
	    weight = coalesce(x.weight, o.weight),
	    evaluate = coalesce(x.evaluate, o.evaluate),
	    pool = coalesce(x.pool, o.pool)
	  FROM jsonb_to_record(p_set) AS x (title text, opens_at text,
	    soft_at text, closes_at text, grace_sec integer,
	    late_penalty numeric, late_unit text, languages text[],
	    submission_limit integer, sliding_n integer, sliding_s integer,
	    submissions_per_day integer, submission_interval_sec integer,
	    stored_submissions integer, allow_pending boolean,
	    count_compile_errors boolean, visible boolean, groups boolean,
	    network_grading boolean, network_by_staff boolean,
	    exports text[], pass_mark numeric,
	    weight double precision, evaluate text, pool text),
	    LATERAL (SELECT CASE WHEN x.soft_at IS NULL THEN p.soft_at
		    ELSE local_time(x.soft_at, v_zone) END,
		CASE WHEN x.closes_at IS NULL THEN p.closes_at
		    ELSE local_time(x.closes_at, v_zone) END
		  FROM problem p
		 WHERE p.course_id = v_course AND p.slug = p_slug)
		AS t (soft_at, closes_at)
	 WHERE o.course_id = v_course AND o.slug = p_slug;
	RETURN true;
END
$$;
