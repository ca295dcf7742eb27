-- All of the open set was judged: half of it as before, half better.
BEGIN;
SET LOCAL session_replication_role = replica;
WITH judged AS (
	UPDATE job SET state = 'done', live = false, ended_at = now(),
	    lease_id = 'ls', runner_id = 'rn_sets', claims = 1, charged = 1,
	    hard_at = now()
	 WHERE rejudging_id IS NOT NULL AND live RETURNING *
), written AS (
	INSERT INTO job_history (job_id, event, lease_id, runner_id)
	SELECT id, e, 'ls', 'rn_sets'
	  FROM judged, unnest('{claimed,landed}'::text[]) e
)
INSERT INTO result (job_id, submission_id, lease_id, runner_id, verdict,
    outcome, grade, time_ms, memory_kb, document, provenance)
SELECT j.id, j.submission_id, 'ls', 'rn_sets',
    CASE WHEN j.seq % 2 = 0 THEN 'AC' ELSE 'WA' END,
    CASE WHEN j.seq % 2 = 0 THEN 'success' ELSE 'failed' END,
    CASE WHEN j.seq % 2 = 0 THEN 100 ELSE 10 END, 12, 3400, r.document,
    r.provenance
  FROM judged j JOIN submission s ON s.id = j.submission_id
  JOIN result r ON r.job_id = s.judged_job;
DELETE FROM job_dirty;
COMMIT;
VACUUM ANALYZE;
