-- Invariants: a row here is a fault of the service.  The number is that of
-- the invariant in docs/architecture.md.

-- 1: an accepted submission waits, runs, is done, failed or cancelled; one
-- that people grade has no job.
CREATE VIEW inv_1_submission_lost AS
SELECT s.id AS submission, s.status, j.id AS job, j.state
  FROM submission s
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 WHERE coalesce(CASE WHEN s.is_manual
    THEN j.id IS NULL AND (s.status = 'done') = (s.status <> 'cancelled'
	AND s.manual_grade IS NOT NULL)
    ELSE CASE s.status
    WHEN 'pending' THEN j.state IN ('ready', 'leased')
    WHEN 'done' THEN j.state = 'done'
    WHEN 'error' THEN j.state = 'je' OR (j.state = 'done'
	AND s.verdict = 'JE')
    WHEN 'cancelled' THEN j.state = 'cancelled' END END, false) IS FALSE;

-- 2: at most one current job, and a job lands at most once: a landed job has
-- its result, and a result its landed job.
CREATE VIEW inv_2_job_landed_twice AS
SELECT j.submission_id AS submission, min(j.id) AS job,
    'several current jobs' AS why
  FROM job j WHERE j.current AND j.rejudging_id IS NULL
 GROUP BY j.submission_id HAVING count(*) > 1
UNION ALL
SELECT j.submission_id, j.id, 'state and result differ'
  FROM job j
  LEFT JOIN result r ON r.job_id = j.id
 WHERE (j.state = 'done') <> (r.job_id IS NOT NULL)
    OR r.lease_id <> j.lease_id
UNION ALL
SELECT j.submission_id, j.id, 'landed more than once'
  FROM job_history h JOIN job j ON j.id = h.job_id
 WHERE h.event = 'landed'
 GROUP BY j.submission_id, j.id HAVING count(*) > 1
UNION ALL
SELECT s.id, s.judged_job, 'judged by a job of another submission'
  FROM submission s JOIN result r ON r.job_id = s.judged_job
 WHERE r.submission_id <> s.id;

-- 3: what is not current changes nothing: the result of a set counts when the
-- set is applied, and a set that has ended has nothing that lives.
CREATE VIEW inv_3_set_counts AS
SELECT s.id AS submission, j.id AS job, 'a set that is not applied counts'
    AS why
  FROM submission s JOIN job j ON j.id = s.judged_job
 WHERE j.rejudging_id IS NOT NULL
UNION ALL
SELECT j.submission_id, j.id, 'current in a set that does not have it'
  FROM job j
  LEFT JOIN rejudging_member m ON m.rejudging_id = j.rejudging_id
   AND m.submission_id = j.submission_id AND m.job_id = j.id AND m.is_open
 WHERE j.rejudging_id IS NOT NULL AND j.current AND m.job_id IS NULL
UNION ALL
SELECT m.submission_id, m.job_id, 'a member outlives its set'
  FROM rejudging_member m JOIN rejudging r ON r.id = m.rejudging_id
 WHERE m.is_open <> (r.state = 'open');

-- 5: attempts: what was claimed is what was written down; at three charges
-- without a result a job is not ready.
CREATE VIEW inv_5_attempts AS
SELECT j.submission_id AS submission, j.id AS job, j.claims, j.charged,
    j.refunds, h.claimed
  FROM job j
  LEFT JOIN (
	SELECT job_id, count(*) AS claimed FROM job_history
	 WHERE event = 'claimed' GROUP BY job_id
  ) h ON h.job_id = j.id
 WHERE j.claims <> coalesce(h.claimed, 0)
    OR j.charged <> j.claims - j.refunds
    OR (j.state = 'ready' AND j.charged >= 3)
    OR j.charged > 3;

-- 6: a fault of ours is never what is evaluated, and a standing is what its
-- rows say.
CREATE VIEW inv_6_blame AS
SELECT t.user_id, t.problem_id, t.evaluated AS submission,
    'a judge error is evaluated' AS why
  FROM standing t
  JOIN submission s ON s.id = t.evaluated
  LEFT JOIN result r ON r.job_id = s.judged_job
 WHERE s.status = 'cancelled'
    OR (s.manual_grade IS NULL AND (r.job_id IS NULL OR r.verdict = 'JE'))
UNION ALL
SELECT t.user_id, t.problem_id, s.id, 'what is evaluated was removed'
  FROM standing t JOIN submission s ON s.id = t.evaluated
  JOIN app_user u ON u.id = t.user_id
 WHERE s.removed_at IS NOT NULL AND u.anonymised_at IS NULL
UNION ALL
SELECT a.user_id, a.problem_id, s.id, 'the grade is not what counts'
  FROM submission s JOIN submission_author a ON a.submission_id = s.id
 WHERE s.grade IS DISTINCT FROM
    submission_grade(s.machine_grade, s.manual_grade, s.penalty)
UNION ALL
SELECT t.user_id, t.problem_id, t.evaluated, 'the grade is not its grade'
  FROM standing t JOIN submission s ON s.id = t.evaluated
 WHERE t.grade IS DISTINCT FROM s.grade
UNION ALL
SELECT a.user_id, a.problem_id, s.id, 'a better one is not evaluated'
  FROM submission_author a
  JOIN submission s ON s.id = a.submission_id
  JOIN result r ON r.job_id = s.judged_job
  JOIN problem p ON p.id = a.problem_id
  JOIN standing t ON t.problem_id = a.problem_id AND t.user_id = a.user_id
 WHERE p.evaluate = 'best' AND s.status <> 'cancelled'
   AND s.removed_at IS NULL
   AND (t.grade IS NULL OR s.grade > t.grade);
