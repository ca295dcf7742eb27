-- part: entry
-- A job as its entry in Redis has it.
SELECT j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), j.seq
  FROM job j
  JOIN submission s ON s.id = j.submission_id

-- name: job_entries
-- use: entry
 WHERE j.id = ANY ($1::text[]);

-- name: job_live
-- use: entry
 WHERE j.live AND j.seq > $1::bigint
 ORDER BY j.seq
 LIMIT $2::bigint;

-- name: job_young
-- Those made since a row was last looked at, but not just now: their offers
-- had their time.
-- use: entry
 WHERE j.live AND j.seq > $1::bigint
   AND j.created_at < now() - interval '2 seconds'
 ORDER BY j.seq
 LIMIT $2::bigint;

-- name: job_last
SELECT coalesce(max(seq), 0) FROM job
 WHERE live AND created_at < now() - interval '2 seconds';

-- name: job_hung
-- Of the live rows behind $1 a page; where the next one starts, 0: at the
-- beginning.
WITH page AS MATERIALIZED (
	SELECT j.id, j.lease_id, j.seq,
	    j.state = 'leased' AND j.hard_at < now() AS is_hung
	  FROM job j
	 WHERE j.live AND j.seq > $1::bigint
	 ORDER BY j.seq
	 LIMIT $2::bigint
)
SELECT (SELECT CASE WHEN count(*) < $2::bigint THEN 0 ELSE max(seq) END
      FROM page), p.id, p.lease_id
  FROM (SELECT 1) AS one
  LEFT JOIN page p ON p.is_hung;

-- name: job_dirty
-- The key is the mark's.
SELECT j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), d.seq
  FROM job_dirty d JOIN job j ON j.id = d.job_id
  JOIN submission s ON s.id = j.submission_id
 WHERE d.due_at <= now()
 ORDER BY d.seq
 LIMIT $1::bigint;

-- name: job_mark_dirty
SELECT job_mark_dirty(id) FROM job WHERE id = $1;

-- name: job_clean
-- Locked in the order in which others mark.
WITH seen AS (
	SELECT d.job_id
	  FROM job_dirty d
	  JOIN unnest($1::text[], $2::bigint[]) AS t (id, seq)
	    ON d.job_id = t.id AND d.seq = t.seq
	 ORDER BY d.job_id
	   FOR UPDATE OF d
)
DELETE FROM job_dirty d USING seen WHERE d.job_id = seen.job_id;

-- name: job_claim
-- What changes with the claim comes from the function: the rows joined to it
-- are those of before.
SELECT q.place, q.outcome, q.job_id, q.lease_id, w.submission_id, q.claims,
    q.charged, w.problem_id, w.problem, w.course, w.author, w.language,
    ts_text(w.submitted_at), encode(w.source, 'hex'), w.source_size, w.input,
    w.locale, w.package_id, encode(w.package, 'hex'), w.package_size,
    w.grading, w.limits, w.state_in, w.budget_s, ts_ms(q.hard_at), w.class,
    ceil(extract(epoch FROM now() - w.created_at) * 1000)::bigint,
    encode(w.common, 'hex'), w.common_size, w.network_grading, w.debug
  FROM job_claim($1::text[], $2::text[], $3::text[]) AS q
  LEFT JOIN job_payload w ON w.id = q.job_id AND q.outcome = 'ok'
 ORDER BY place;

-- name: job_look
SELECT job_judge(j, $2, $3), j.submission_id, coalesce($3, j.lease_id),
    j.language, k.grading, j.limits,
    coalesce(floor(extract(epoch FROM now() - j.leased_at) * 1000)::bigint, 0),
    j.class
  FROM job j JOIN package k ON k.id = j.package_id
 WHERE j.id = $1;

-- name: job_land
SELECT outcome, submission_id, lease_id, evaluated
  FROM job_land($1, $2, $3, $4::boolean, $5, $6, $7::numeric, $8::bigint,
	$9::bigint, $10, $11::jsonb, $12::jsonb);

-- name: job_release
SELECT outcome, lease_id, refunded, delayed
  FROM job_release($1, $2, $3, $4, $5::boolean);

-- name: job_listed
SELECT CASE WHEN j.live AND j.state = 'leased' AND j.runner_id = $1
	THEN 'mine'
    WHEN j.live AND j.state = 'ready' THEN 'ready'
    ELSE 'gone' END, j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), j.seq
  FROM unnest($2::text[]) WITH ORDINALITY AS l (id, place)
  LEFT JOIN job j ON j.id = l.id
  LEFT JOIN submission s ON s.id = j.submission_id
 ORDER BY l.place;

-- name: job_source
-- Answered in binary: texts and bytes only.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM job j
  JOIN submission s ON s.id = j.submission_id
  JOIN blob b ON b.sha256 = s.source
 WHERE j.id = $1 AND j.live;
