-- A submission as documents and lists show it: one row each, walked by the
-- indexes of submission or submission_author.  version changes with all that
-- a reader could see, but for the live tests.
CREATE VIEW submission_document AS
SELECT s.id, s.problem_id, s.course_id, c.slug AS course, p.slug AS problem,
    (SELECT string_agg(u.name, E'\n' ORDER BY a.place)
       FROM submission_author a JOIN app_user u ON u.id = a.user_id
      WHERE a.submission_id = s.id) AS users,
    ts_text(s.submitted_at) AS submitted, s.language, s.input,
    encode(s.source, 'hex') AS source,
    (SELECT b.size FROM blob b WHERE b.sha256 = s.source) AS source_size,
    submission_status(s.status, j.state) AS status,
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END AS verdict,
    CASE WHEN s.status <> 'pending' THEN s.outcome END AS outcome,
    CASE WHEN s.status = 'done' OR s.manual_grade IS NOT NULL
	THEN s.grade END AS grade,
    CASE WHEN s.status = 'done' THEN s.machine_grade END AS machine_grade,
    s.manual_grade, s.manual_comment AS comment,
    (SELECT u.name FROM app_user u WHERE u.id = s.manual_by) AS graded_by,
    ts_text(s.manual_at) AS graded_at, s.penalty, s.late,
    CASE WHEN s.status IN ('done', 'error') THEN s.time_ms END AS time_ms,
    CASE WHEN s.status IN ('done', 'error') THEN s.memory_kb END
	AS memory_kb,
    -- No EXISTS: for that, all standings may be read and hashed.
    coalesce((SELECT true FROM submission_author a
	JOIN standing t ON t.problem_id = a.problem_id
	 AND t.user_id = a.user_id
	WHERE a.submission_id = s.id AND t.evaluated = s.id LIMIT 1), false)
	AS evaluated,
    CASE WHEN s.status IN ('done', 'error') THEN ts_text(s.judged_at) END
	AS judged_at,
    CASE WHEN s.status IN ('done', 'error') THEN coalesce(
	(SELECT r.name FROM runner r WHERE r.id = j.runner_id),
	(SELECT u.name FROM app_user u WHERE u.id = s.manual_by
	    AND s.is_manual)) END AS judged_by,
    j.id AS job, j.lease_id AS lease, coalesce(j.claims, 0) AS attempt,
    j.pool, s.is_manual, p.held_at IS NOT NULL AS is_held,
    coalesce(j.state = 'ready' AND j.not_before > now(), false)
	AS is_delayed,
    array_to_string(s.removed, E'\n') AS removed,
    concat_ws(' ', submission_status(s.status, j.state), s.verdict, j.id,
	j.claims, s.judged_job, s.grade, s.judged_at, s.manual_at, s.removed_at,
	(SELECT h.until FROM job_ssh h
	  WHERE h.job_id = j.id AND h.lease_id = j.lease_id))
	AS version,
    s.judged_job, s.seq, s.submitted_at AS at, s.removed_at, s.user_id
  FROM submission s
  JOIN course c ON c.id = s.course_id
  JOIN problem p ON p.id = s.problem_id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL;
