-- Live jobs that wait or run longer than they should.
DROP VIEW IF EXISTS op_stuck;
CREATE VIEW op_stuck AS
SELECT s.id AS submission, j.id AS job, j.state, j.pool, j.language,
    date_trunc('second', now() - j.created_at) AS age, j.claims, j.charged,
    j.refunds, j.runner_id AS runner,
    CASE WHEN j.state = 'leased' AND j.hard_at < now()
	THEN 'past its hard deadline'
    WHEN j.charged > 0 AND j.state = 'ready' THEN 'came back'
    ELSE 'waits long' END AS why
  FROM job j
  JOIN submission s ON s.id = j.submission_id
 WHERE j.live AND ((j.state = 'leased' AND j.hard_at < now())
    OR (j.state = 'ready' AND (j.charged > 0
	OR j.created_at < now() - interval '5 minutes')))
 ORDER BY j.seq;
