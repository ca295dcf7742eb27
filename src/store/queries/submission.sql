-- name: submission_insert
SELECT outcome, id, job_id, request_digest, wait_s, coalesce(budget_s,
    (SELECT j.budget_s FROM job j WHERE j.id = job_id))
  FROM submission_insert($1, $2, $3::bigint, $4,
	CASE WHEN $18::boolean
	    THEN coalesce($5::jsonb, '{}') || '{"all_tests": true}'
	    ELSE $5::jsonb END, $6::bigint[], $7,
	$8, $9::integer, $10::bytea, $11::jsonb, $12, ts_of_ms($13::bigint),
	$14, $15, $16::boolean, $17, $19);

-- name: submission_refusal
-- A look only: submission_insert decides.
SELECT reason, pending, wait_s, config_text('submit_rate'),
    config_text('submit_period_sec')
  FROM submission_refusal($1::bigint, $2::bigint[], ts_of_ms($3::bigint));

-- name: submission_by_key
SELECT id, request_digest FROM submission
 WHERE user_id = $1::bigint AND key = $2;

-- name: submission_use
-- What would be said to this user now, and how much they have used.
SELECT r.reason, r.pending, r.wait_s, submission_used($1::bigint, p.id),
    CASE WHEN p.max_submissions > 0 THEN p.max_submissions
	+ coalesce((SELECT x.attempts FROM extension x
	    WHERE x.problem_id = p.id AND x.user_id = $1::bigint), 0) END
  FROM problem p, submission_refusal(p.id, problem_authors(p.id, $1::bigint),
	now()) r
 WHERE p.id = $2::bigint;

-- part: columns
-- What is shown of a submission; is the viewer ($1) one of its authors?
SELECT d.id, d.problem_id, d.course_id, d.course, d.problem, d.users,
    d.submitted, d.language, d.input, d.source, d.source_size, d.status,
    d.verdict, d.outcome, d.grade, d.machine_grade, d.manual_grade, d.comment,
    d.graded_by, d.graded_at, d.penalty, d.late, d.time_ms, d.memory_kb,
    d.evaluated, d.judged_at, d.judged_by, d.job, d.lease, d.attempt, d.pool,
    d.is_manual, d.is_held, d.is_delayed, d.removed, d.version,
    EXISTS (SELECT FROM submission_author a
      WHERE a.submission_id = d.id AND a.user_id = $1::bigint),

-- name: submission_get
-- use: columns
    (SELECT r.document FROM result r WHERE r.job_id = d.job),
    (SELECT r.document FROM result r
      WHERE r.job_id = d.judged_job AND r.job_id IS DISTINCT FROM d.job),
    (SELECT coalesce(r.state, s.state_in) FROM submission s
       LEFT JOIN result r ON r.job_id = s.judged_job WHERE s.id = d.id),
    (SELECT f.name FROM job_file f JOIN result r ON r.job_id = f.job_id
	AND r.lease_id = f.lease_id
      WHERE f.job_id = d.judged_job AND f.name = r.document ->> 'archive'),
    (SELECT h.door FROM job_ssh h
      WHERE h.job_id = d.job AND h.lease_id = d.lease AND h.until > now()
	AND d.user_id = $1::bigint),
    d.removed_at IS NOT NULL, submission_export(d.id)
  FROM submission_document d
 WHERE d.id = $2;

-- name: submission_states
-- What may change under those who wait; in the order of the ids.
SELECT d.version, d.status, d.job, d.lease
  FROM unnest($1::text[]) WITH ORDINALITY AS l (id, place)
  LEFT JOIN submission_document d ON d.id = l.id
 ORDER BY l.place;

-- part: list_walk
-- A page of a list, walked by one of four indexes: as far as $14 rows at most,
-- each of which is looked up by its key; the last one of a walk that was not
-- enough comes without the rest, to go on from there.  The walk begins at one
-- bound, the cursor's or the filter's: of two, the index would take the wider.
	   AND submitted_at >= coalesce($9::timestamptz, '-infinity')
	   AND (submitted_at, seq) < (
		coalesce(least(ts_of_ms($11::bigint), $10::timestamptz),
		    'infinity'),
		CASE WHEN ts_of_ms($11::bigint) < coalesce($10::timestamptz,
		    'infinity') THEN $12::bigint ELSE 0 END)
	 ORDER BY submitted_at DESC, seq DESC
	 LIMIT $14::bigint) w
  LEFT JOIN LATERAL (
	SELECT * FROM submission_document d
	 WHERE d.id = w.id AND d.removed_at IS NULL
	   AND ($3::text IS NULL OR d.course = $3)
	   AND ($4::text IS NULL OR d.problem = $4)
	   AND ($5::text IS NULL OR EXISTS (SELECT FROM submission_author a
		JOIN app_user u ON u.id = a.user_id
		WHERE a.submission_id = d.id AND u.name = $5))
	   AND ($6::text IS NULL OR d.status = $6)
	   AND ($7::text IS NULL OR d.verdict = $7)
	   AND ($8::text IS NULL OR d.language = $8)
	OFFSET 0
  ) d ON true
 WHERE d.id IS NOT NULL OR w.n = $14::bigint
 ORDER BY w.submitted_at DESC, w.seq DESC
 LIMIT $13::bigint;

-- name: submission_list_author
-- By one author ($2).
-- use: columns
    w.seq, ts_ms(w.submitted_at), w.n
  FROM (SELECT submission_id AS id, submitted_at, seq,
	    row_number() OVER (ORDER BY submitted_at DESC, seq DESC) AS n
	  FROM submission_author
	 WHERE user_id = $2::bigint
-- use: list_walk

-- name: submission_list_problem
-- Of one problem ($2).
-- use: columns
    w.seq, ts_ms(w.submitted_at), w.n
  FROM (SELECT id, submitted_at, seq,
	    row_number() OVER (ORDER BY submitted_at DESC, seq DESC) AS n
	  FROM submission
	 WHERE problem_id = $2::bigint
-- use: list_walk

-- name: submission_list_course
-- Of one course ($2).
-- use: columns
    w.seq, ts_ms(w.submitted_at), w.n
  FROM (SELECT id, submitted_at, seq,
	    row_number() OVER (ORDER BY submitted_at DESC, seq DESC) AS n
	  FROM submission
	 WHERE course_id = $2::bigint
-- use: list_walk

-- name: submission_list_all
-- Of everybody; $2 is 0.
-- use: columns
    w.seq, ts_ms(w.submitted_at), w.n
  FROM (SELECT id, submitted_at, seq,
	    row_number() OVER (ORDER BY submitted_at DESC, seq DESC) AS n
	  FROM submission
	 WHERE $2::bigint = 0
-- use: list_walk

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
  FROM submission_rejudge($1, $2, $3, $4::boolean);
