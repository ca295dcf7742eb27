-- What a set would change, or has changed.

-- What happened to these jobs.  That a result came to count with its set is
-- not written for each: the set says so.
CREATE OR REPLACE FUNCTION job_events(p_jobs text[])
RETURNS SETOF job_history LANGUAGE sql STABLE ROWS 10 AS $$
	SELECT h.* FROM job_history h WHERE h.job_id = ANY (p_jobs)
	UNION ALL
	SELECT NULL, m.job_id, r.ended_at, 'applied', NULL, NULL,
	    format('rejudging %s by %s', r.id, r.ended_by), NULL
	  FROM job j
	  JOIN rejudging_member m ON m.submission_id = j.submission_id
	   AND m.job_id = j.id AND m.outcome = 'applied'
	  JOIN rejudging r ON r.id = m.rejudging_id
	 WHERE j.id = ANY (p_jobs)
$$;

-- Each member as it stands: waiting, running, judged, or failed.
CREATE OR REPLACE FUNCTION rejudging_look(p_id text)
RETURNS TABLE (submission_id text, job_id text, status text,
    old_verdict text, old_grade numeric, verdict text, grade numeric,
    outcome text)
LANGUAGE sql STABLE ROWS 1000 AS $$
	SELECT m.submission_id, m.job_id,
	    CASE WHEN j.state = 'ready' THEN 'waiting'
		WHEN j.state = 'leased' THEN 'running'
		WHEN r.job_id IS NOT NULL AND r.verdict <> 'JE' THEN 'judged'
		WHEN j.state = 'superseded' THEN 'stopped'
		ELSE 'failed' END,
	    m.old_verdict, m.old_grade,
	    CASE WHEN j.state = 'je' THEN 'JE' ELSE r.verdict END,
	    CASE WHEN r.verdict <> 'JE'
		THEN submission_grade(r.grade, s.manual_grade, s.penalty)
		END, m.outcome
	  FROM rejudging_member m
	  JOIN job j ON j.id = m.job_id
	  JOIN submission s ON s.id = m.submission_id
	  LEFT JOIN result r ON r.job_id = m.job_id
	 WHERE m.rejudging_id = p_id
$$;

CREATE OR REPLACE FUNCTION rejudging_head(r rejudging) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', r.id, 'state', r.state,
	    'course', (SELECT c.slug FROM course c WHERE c.id = r.course_id),
	    'filter', r.filter, 'reason', r.reason,
	    'created_by', r.made_by, 'created_at', ts_text(r.made_at),
	    'ended_by', r.ended_by, 'ended_at', ts_text(r.ended_at),
	    'members', (SELECT count(*) FROM rejudging_member m
		WHERE m.rejudging_id = r.id),
	    'skipped', (SELECT count(*) FROM rejudging_skip k
		WHERE k.rejudging_id = r.id))
$$;

-- The whole: how far it is, what became of whom, what would change.
CREATE OR REPLACE FUNCTION rejudging_document(p_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	WITH look AS MATERIALIZED (SELECT * FROM rejudging_look(p_id))
	SELECT rejudging_head(r) || jsonb_build_object(
	    'progress', (SELECT jsonb_build_object(
		'waiting', count(*) FILTER (WHERE l.status = 'waiting'),
		'running', count(*) FILTER (WHERE l.status = 'running'),
		'judged', count(*) FILTER (WHERE l.status = 'judged'),
		'failed', count(*) FILTER (WHERE l.status = 'failed'),
		'stopped', count(*) FILTER (WHERE l.status = 'stopped'))
		FROM look l),
	    'outcomes', (SELECT coalesce(jsonb_object_agg(o.outcome, o.n),
		    '{}')
		FROM (SELECT l.outcome, count(*) AS n FROM look l
			WHERE l.outcome IS NOT NULL GROUP BY l.outcome) o),
	    'matrix', (SELECT coalesce(jsonb_agg(jsonb_build_object(
		    'from', m.old_verdict, 'to', m.verdict, 'count', m.n)
		    ORDER BY m.old_verdict, m.verdict), '[]')
		FROM (SELECT l.old_verdict, l.verdict, count(*) AS n
			FROM look l WHERE l.status = 'judged'
			GROUP BY l.old_verdict, l.verdict) m),
	    'grades', (SELECT jsonb_build_object(
		'higher', count(*) FILTER (WHERE l.grade
			> coalesce(l.old_grade, 0)),
		'lower', count(*) FILTER (WHERE l.grade
			< coalesce(l.old_grade, 0)),
		'same', count(*) FILTER (WHERE l.grade
			= coalesce(l.old_grade, 0)))
		FROM look l WHERE l.status = 'judged'),
	    -- The first of them; the pages have all.
	    'left_out', (SELECT coalesce(jsonb_agg(jsonb_build_object(
		    'submission', k.submission_id, 'why', k.why,
		    'rejudging', k.other_id) ORDER BY k.submission_id), '[]')
		FROM (SELECT * FROM rejudging_skip k
			WHERE k.rejudging_id = p_id
			ORDER BY k.submission_id LIMIT 100) k))
	  FROM rejudging r WHERE r.id = p_id
$$;

-- A page of members and of those left out, by the id of the submission.
CREATE OR REPLACE FUNCTION rejudging_page(p_id text, p_after text,
    p_changed boolean, p_limit bigint)
RETURNS TABLE (submission_id text, document jsonb)
LANGUAGE sql STABLE AS $$
	SELECT t.submission_id, jsonb_build_object(
	    'submission', t.submission_id,
	    'users', (SELECT jsonb_agg(u.name ORDER BY a.place)
		FROM submission_author a JOIN app_user u ON u.id = a.user_id
		WHERE a.submission_id = t.submission_id),
	    'status', t.status, 'outcome', t.outcome,
	    'old_verdict', t.old_verdict, 'old_grade', t.old_grade,
	    'verdict', t.verdict, 'grade', t.grade,
	    'why', t.why, 'rejudging', t.other_id)
	  FROM (
		SELECT l.submission_id, l.status, l.outcome, l.old_verdict,
		    l.old_grade, l.verdict, l.grade, NULL AS why,
		    NULL AS other_id
		  FROM rejudging_look(p_id) l
		UNION ALL
		SELECT k.submission_id, 'left_out', NULL, NULL, NULL, NULL,
		    NULL, k.why, k.other_id
		  FROM rejudging_skip k WHERE k.rejudging_id = p_id
	  ) t
	 WHERE t.submission_id > coalesce(p_after, '')
	   AND (NOT p_changed OR (t.status = 'judged'
		AND (t.verdict IS DISTINCT FROM t.old_verdict
		 OR t.grade IS DISTINCT FROM t.old_grade)))
	 ORDER BY t.submission_id
	 LIMIT p_limit
$$;
