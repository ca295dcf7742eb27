-- SSH sessions that are open: where, whose, since when and until when.
CREATE VIEW op_sessions AS
SELECT r.name AS runner, h.door ->> 'host' AS host,
    (h.door ->> 'port')::int AS port, j.submission_id AS submission,
    c.slug || '/' || p.slug AS problem, u.name AS "user",
    CASE WHEN j.debug IS NULL THEN 'student' ELSE 'grading' END AS box,
    date_trunc('second', now() - h.opened_at) AS open_for,
    h.opened_at, h.until AS ends_at
  FROM job_ssh h
  JOIN job j ON j.id = h.job_id AND j.lease_id = h.lease_id AND j.live
  JOIN runner r ON r.id = j.runner_id
  JOIN submission s ON s.id = j.submission_id
  JOIN app_user u ON u.id = s.user_id
  JOIN problem p ON p.id = s.problem_id
  JOIN course c ON c.id = p.course_id
 WHERE h.until > now()
 ORDER BY r.name, h.opened_at;
