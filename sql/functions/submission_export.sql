-- The step EXPORT of a submission's pipeline, from what the exporter said of
-- the standings that count it: done when all of it was sent or refused, with
-- nothing but its name before.  NULL: nothing of it is exported.
CREATE OR REPLACE FUNCTION submission_export(p_submission text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT CASE
	    WHEN count(o.*) = 0 THEN NULL
	    WHEN bool_or(o.due_at IS NOT NULL) THEN
		jsonb_build_object('name', 'EXPORT')
	    WHEN bool_or(o.error IS NOT NULL) THEN
		jsonb_build_object('name', 'EXPORT', 'status', 'fail',
		    'message', 'Not taken by ' || string_agg(DISTINCT
			o.exporter, ', ') FILTER (WHERE o.error IS NOT NULL))
	    ELSE jsonb_build_object('name', 'EXPORT', 'status', 'success',
		'message', 'Results exported') END
	  FROM submission_author a
	  JOIN standing t ON t.problem_id = a.problem_id
	   AND t.user_id = a.user_id AND t.evaluated = a.submission_id
	  JOIN outbox o ON o.problem_id = t.problem_id
	   AND o.user_id = t.user_id
	 WHERE a.submission_id = p_submission
$$;
