-- Live jobs that wait or run longer than they should, and what to do.
CREATE VIEW op_stuck AS
SELECT t.submission, t.job, t.state, t.pool, t.language, t.age, t.claims,
    t.charged, t.refunds, t.runner, t.why,
    format('SELECT * FROM op_explain(%L);', t.submission) AS next
  FROM (
	SELECT j.submission_id AS submission, j.id AS job, j.state, j.pool,
	    j.language, j.seq,
	    date_trunc('second', now() - j.created_at) AS age, j.claims,
	    j.charged, j.refunds, j.runner_id AS runner,
	    CASE WHEN j.state = 'leased' AND j.hard_at < now()
		THEN 'past its hard deadline'
	    WHEN j.state = 'ready' AND h.id IS NOT NULL
		THEN 'its problem is held'
	    WHEN j.charged > 0 AND j.state = 'ready' THEN 'came back'
	    WHEN j.state = 'ready' AND j.class <> 'rejudge'
		AND j.created_at < now() - interval '5 minutes'
		THEN 'waits long' END AS why
	  FROM job j
	  JOIN package k ON k.id = j.package_id
	  LEFT JOIN problem h ON h.id = k.problem_id
	   AND h.held_at IS NOT NULL
	 WHERE j.live
  ) t
 WHERE t.why IS NOT NULL
 ORDER BY t.seq;
