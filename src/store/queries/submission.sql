-- name: submission_insert
SELECT outcome, id, job_id, request_digest
  FROM submission_insert($1, $2, $3::bigint, $4, $5::jsonb, $6::bigint[], $7,
	$8, $9::integer, $10::bytea, $11::jsonb, $12, ts_of_ms($13::bigint),
	$14, $15, $16::integer, $17::boolean);

-- name: submission_by_key
SELECT id, request_digest FROM submission
 WHERE user_id = $1::bigint AND key = $2;

-- name: submission_use
SELECT (SELECT s.id FROM submission_author a
	  JOIN submission s ON s.id = a.submission_id
	 WHERE a.user_id = $1::bigint AND a.problem_id = $2::bigint
	   AND s.status = 'pending' AND s.judged_job IS NULL
	 LIMIT 1),
    submission_used($1::bigint, $2::bigint);

-- name: submission_get
SELECT s.id, s.problem_id, s.course_id, c.slug, p.slug,
    (SELECT string_agg(u.name, E'\n' ORDER BY a.place)
       FROM submission_author a JOIN app_user u ON u.id = a.user_id
      WHERE a.submission_id = s.id),
    ts_text(s.submitted_at), s.language, s.input, encode(s.source, 'hex'),
    (SELECT b.size FROM blob b WHERE b.sha256 = s.source),
    submission_status(s.status, j.state),
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END,
    CASE WHEN s.status <> 'pending' THEN s.outcome END,
    CASE WHEN s.status = 'done' THEN s.grade END,
    CASE WHEN s.status = 'done' THEN s.machine_grade END, s.manual_grade,
    CASE WHEN s.status IN ('done', 'error') THEN s.time_ms END,
    CASE WHEN s.status IN ('done', 'error') THEN s.memory_kb END,
    job_is_evaluated(s.id),
    CASE WHEN s.status IN ('done', 'error') THEN ts_text(s.judged_at) END,
    CASE WHEN s.status IN ('done', 'error') THEN (SELECT r.name FROM runner r
      WHERE r.id = j.runner_id) END,
    j.id, j.claims, (SELECT r.document FROM result r WHERE r.job_id = j.id),
    (SELECT r.document FROM result r
      WHERE r.job_id = s.judged_job AND r.job_id IS DISTINCT FROM j.id), j.pool,
    EXISTS (SELECT FROM submission_author a
      WHERE a.submission_id = s.id AND a.user_id = $1::bigint)
  FROM submission s
  JOIN course c ON c.id = s.course_id
  JOIN problem p ON p.id = s.problem_id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 WHERE s.id = $2;

-- name: submission_states
-- What may change under those who wait; in the order of the ids.
SELECT CASE WHEN s.id IS NOT NULL
	THEN submission_status(s.status, j.state) END,
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END
  FROM unnest($1::text[]) WITH ORDINALITY AS l (id, place)
  LEFT JOIN submission s ON s.id = l.id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 ORDER BY l.place;

-- name: submission_list_author
-- By one author ($2): walks that user's own index.
SELECT s.id, s.problem_id, s.course_id, c.slug, p.slug,
    (SELECT string_agg(u.name, E'\n' ORDER BY a.place)
       FROM submission_author a JOIN app_user u ON u.id = a.user_id
      WHERE a.submission_id = s.id),
    ts_text(s.submitted_at), s.language, s.input, encode(s.source, 'hex'),
    (SELECT b.size FROM blob b WHERE b.sha256 = s.source),
    submission_status(s.status, j.state),
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END,
    CASE WHEN s.status <> 'pending' THEN s.outcome END,
    CASE WHEN s.status = 'done' THEN s.grade END,
    CASE WHEN s.status = 'done' THEN s.machine_grade END, s.manual_grade,
    CASE WHEN s.status IN ('done', 'error') THEN s.time_ms END,
    CASE WHEN s.status IN ('done', 'error') THEN s.memory_kb END,
    job_is_evaluated(s.id),
    CASE WHEN s.status IN ('done', 'error') THEN ts_text(s.judged_at) END,
    CASE WHEN s.status IN ('done', 'error') THEN (SELECT r.name FROM runner r
      WHERE r.id = j.runner_id) END,
    j.id, j.claims, NULL, NULL, j.pool,
    EXISTS (SELECT FROM submission_author a
      WHERE a.submission_id = s.id AND a.user_id = $1::bigint),
    s.seq, ts_ms(s.submitted_at)
  FROM submission_author o
  JOIN submission s ON s.id = o.submission_id
  JOIN course c ON c.id = s.course_id
  JOIN problem p ON p.id = s.problem_id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 WHERE o.user_id = $2::bigint
   AND ($3::text IS NULL OR c.slug = $3)
   AND ($4::text IS NULL OR p.slug = $4)
   AND ($5::text IS NULL OR EXISTS (SELECT FROM submission_author a
	JOIN app_user u ON u.id = a.user_id
	WHERE a.submission_id = s.id AND u.name = $5))
   AND ($6::text IS NULL OR submission_status(s.status, j.state) = $6)
   AND ($7::text IS NULL OR (s.verdict = $7
	AND s.status IN ('done', 'error')))
   AND ($8::text IS NULL OR s.language = $8)
   AND o.submitted_at >= coalesce($9::timestamptz, '-infinity')
   AND o.submitted_at < coalesce($10::timestamptz, 'infinity')
   AND (o.submitted_at, o.seq) < (coalesce(ts_of_ms($11::bigint),
	'infinity'), coalesce($12::bigint, 0))
 ORDER BY o.submitted_at DESC, o.seq DESC
 LIMIT $13::bigint;

-- name: submission_list_problem
-- Of one problem ($2).
SELECT s.id, s.problem_id, s.course_id, c.slug, p.slug,
    (SELECT string_agg(u.name, E'\n' ORDER BY a.place)
       FROM submission_author a JOIN app_user u ON u.id = a.user_id
      WHERE a.submission_id = s.id),
    ts_text(s.submitted_at), s.language, s.input, encode(s.source, 'hex'),
    (SELECT b.size FROM blob b WHERE b.sha256 = s.source),
    submission_status(s.status, j.state),
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END,
    CASE WHEN s.status <> 'pending' THEN s.outcome END,
    CASE WHEN s.status = 'done' THEN s.grade END,
    CASE WHEN s.status = 'done' THEN s.machine_grade END, s.manual_grade,
    CASE WHEN s.status IN ('done', 'error') THEN s.time_ms END,
    CASE WHEN s.status IN ('done', 'error') THEN s.memory_kb END,
    job_is_evaluated(s.id),
    CASE WHEN s.status IN ('done', 'error') THEN ts_text(s.judged_at) END,
    CASE WHEN s.status IN ('done', 'error') THEN (SELECT r.name FROM runner r
      WHERE r.id = j.runner_id) END,
    j.id, j.claims, NULL, NULL, j.pool,
    EXISTS (SELECT FROM submission_author a
      WHERE a.submission_id = s.id AND a.user_id = $1::bigint),
    s.seq, ts_ms(s.submitted_at)
  FROM submission s
  JOIN course c ON c.id = s.course_id
  JOIN problem p ON p.id = s.problem_id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 WHERE s.problem_id = $2::bigint
   AND ($3::text IS NULL OR c.slug = $3)
   AND ($4::text IS NULL OR p.slug = $4)
   AND ($5::text IS NULL OR EXISTS (SELECT FROM submission_author a
	JOIN app_user u ON u.id = a.user_id
	WHERE a.submission_id = s.id AND u.name = $5))
   AND ($6::text IS NULL OR submission_status(s.status, j.state) = $6)
   AND ($7::text IS NULL OR (s.verdict = $7
	AND s.status IN ('done', 'error')))
   AND ($8::text IS NULL OR s.language = $8)
   AND s.submitted_at >= coalesce($9::timestamptz, '-infinity')
   AND s.submitted_at < coalesce($10::timestamptz, 'infinity')
   AND (s.submitted_at, s.seq) < (coalesce(ts_of_ms($11::bigint),
	'infinity'), coalesce($12::bigint, 0))
 ORDER BY s.submitted_at DESC, s.seq DESC
 LIMIT $13::bigint;

-- name: submission_list_course
-- Of one course ($2).
SELECT s.id, s.problem_id, s.course_id, c.slug, p.slug,
    (SELECT string_agg(u.name, E'\n' ORDER BY a.place)
       FROM submission_author a JOIN app_user u ON u.id = a.user_id
      WHERE a.submission_id = s.id),
    ts_text(s.submitted_at), s.language, s.input, encode(s.source, 'hex'),
    (SELECT b.size FROM blob b WHERE b.sha256 = s.source),
    submission_status(s.status, j.state),
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END,
    CASE WHEN s.status <> 'pending' THEN s.outcome END,
    CASE WHEN s.status = 'done' THEN s.grade END,
    CASE WHEN s.status = 'done' THEN s.machine_grade END, s.manual_grade,
    CASE WHEN s.status IN ('done', 'error') THEN s.time_ms END,
    CASE WHEN s.status IN ('done', 'error') THEN s.memory_kb END,
    job_is_evaluated(s.id),
    CASE WHEN s.status IN ('done', 'error') THEN ts_text(s.judged_at) END,
    CASE WHEN s.status IN ('done', 'error') THEN (SELECT r.name FROM runner r
      WHERE r.id = j.runner_id) END,
    j.id, j.claims, NULL, NULL, j.pool,
    EXISTS (SELECT FROM submission_author a
      WHERE a.submission_id = s.id AND a.user_id = $1::bigint),
    s.seq, ts_ms(s.submitted_at)
  FROM submission s
  JOIN course c ON c.id = s.course_id
  JOIN problem p ON p.id = s.problem_id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 WHERE s.course_id = $2::bigint
   AND ($3::text IS NULL OR c.slug = $3)
   AND ($4::text IS NULL OR p.slug = $4)
   AND ($5::text IS NULL OR EXISTS (SELECT FROM submission_author a
	JOIN app_user u ON u.id = a.user_id
	WHERE a.submission_id = s.id AND u.name = $5))
   AND ($6::text IS NULL OR submission_status(s.status, j.state) = $6)
   AND ($7::text IS NULL OR (s.verdict = $7
	AND s.status IN ('done', 'error')))
   AND ($8::text IS NULL OR s.language = $8)
   AND s.submitted_at >= coalesce($9::timestamptz, '-infinity')
   AND s.submitted_at < coalesce($10::timestamptz, 'infinity')
   AND (s.submitted_at, s.seq) < (coalesce(ts_of_ms($11::bigint),
	'infinity'), coalesce($12::bigint, 0))
 ORDER BY s.submitted_at DESC, s.seq DESC
 LIMIT $13::bigint;

-- name: submission_list_all
-- Of everybody; $2 is 0.
SELECT s.id, s.problem_id, s.course_id, c.slug, p.slug,
    (SELECT string_agg(u.name, E'\n' ORDER BY a.place)
       FROM submission_author a JOIN app_user u ON u.id = a.user_id
      WHERE a.submission_id = s.id),
    ts_text(s.submitted_at), s.language, s.input, encode(s.source, 'hex'),
    (SELECT b.size FROM blob b WHERE b.sha256 = s.source),
    submission_status(s.status, j.state),
    CASE WHEN s.status IN ('done', 'error') THEN s.verdict END,
    CASE WHEN s.status <> 'pending' THEN s.outcome END,
    CASE WHEN s.status = 'done' THEN s.grade END,
    CASE WHEN s.status = 'done' THEN s.machine_grade END, s.manual_grade,
    CASE WHEN s.status IN ('done', 'error') THEN s.time_ms END,
    CASE WHEN s.status IN ('done', 'error') THEN s.memory_kb END,
    job_is_evaluated(s.id),
    CASE WHEN s.status IN ('done', 'error') THEN ts_text(s.judged_at) END,
    CASE WHEN s.status IN ('done', 'error') THEN (SELECT r.name FROM runner r
      WHERE r.id = j.runner_id) END,
    j.id, j.claims, NULL, NULL, j.pool,
    EXISTS (SELECT FROM submission_author a
      WHERE a.submission_id = s.id AND a.user_id = $1::bigint),
    s.seq, ts_ms(s.submitted_at)
  FROM submission s
  JOIN course c ON c.id = s.course_id
  JOIN problem p ON p.id = s.problem_id
  LEFT JOIN job j ON j.submission_id = s.id AND j.current
   AND j.rejudging_id IS NULL
 WHERE $2::bigint = 0
   AND ($3::text IS NULL OR c.slug = $3)
   AND ($4::text IS NULL OR p.slug = $4)
   AND ($5::text IS NULL OR EXISTS (SELECT FROM submission_author a
	JOIN app_user u ON u.id = a.user_id
	WHERE a.submission_id = s.id AND u.name = $5))
   AND ($6::text IS NULL OR submission_status(s.status, j.state) = $6)
   AND ($7::text IS NULL OR (s.verdict = $7
	AND s.status IN ('done', 'error')))
   AND ($8::text IS NULL OR s.language = $8)
   AND s.submitted_at >= coalesce($9::timestamptz, '-infinity')
   AND s.submitted_at < coalesce($10::timestamptz, 'infinity')
   AND (s.submitted_at, s.seq) < (coalesce(ts_of_ms($11::bigint),
	'infinity'), coalesce($12::bigint, 0))
 ORDER BY s.submitted_at DESC, s.seq DESC
 LIMIT $13::bigint;

-- name: submission_list_key
-- Where to look for a list: the ids behind the names, and what the viewer is.
SELECT c.id, p.id, u.id, m.role
  FROM (SELECT 1) AS one
  LEFT JOIN course c ON c.slug = $2
  LEFT JOIN problem p ON p.course_id = c.id AND p.slug = $3
  LEFT JOIN app_user u ON u.name = $4
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint;

-- name: submission_source
-- Answered in binary: texts and bytes only.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM submission s JOIN blob b ON b.sha256 = s.source
 WHERE s.id = $1;

-- name: submission_cancel
SELECT outcome, job_id FROM submission_cancel($1, $2::boolean, $3);

-- name: submission_rejudge
SELECT outcome, job_id
  FROM submission_rejudge($1, $2, $3, $4::jsonb, $5, $6::integer, $7);
