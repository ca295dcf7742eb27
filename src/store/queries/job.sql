-- name: job_entry
SELECT j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), j.seq
  FROM job j
  JOIN submission s ON s.id = j.submission_id
 WHERE j.id = $1;

-- name: job_entries
SELECT j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), j.seq
  FROM job j
  JOIN submission s ON s.id = j.submission_id
 WHERE j.id = ANY ($1::text[]);

-- name: job_live
SELECT j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), j.seq
  FROM job j
  JOIN submission s ON s.id = j.submission_id
 WHERE j.live AND j.seq > $1::bigint
 ORDER BY j.seq
 LIMIT $2::bigint;

-- name: job_young
-- Those made since a row was last looked at, but not just now: their offers
-- had their time.
SELECT j.id, j.submission_id, s.problem_id, s.user_id, j.pool,
    coalesce(j.language, ''), j.class, j.state, j.lease_id, j.runner_id,
    j.claims, j.charged, ts_ms(j.created_at),
    j.budget_s, job_left_ms(j.state, j.not_before, j.hard_at,
	j.package_id), j.seq
  FROM job j
  JOIN submission s ON s.id = j.submission_id
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
SELECT q.place, q.outcome, q.job_id, q.lease_id, j.submission_id, q.claims,
    q.charged, s.problem_id,
    p.slug, c.slug, u.name, s.language, ts_text(s.submitted_at),
    encode(s.source, 'hex'), sb.size, s.input, s.locale, k.id,
    encode(k.digest, 'hex'), kb.size, k.grading, j.limits,
    coalesce(s.state_in, ''),
    j.budget_s, ts_ms(q.hard_at), j.class,
    ceil(extract(epoch FROM now() - j.created_at) * 1000)::bigint,
    encode(m.digest, 'hex'), mb.size, p.network_grading
  FROM job_claim($1::text[], $2::text[], $3::text[]) AS q
  LEFT JOIN (job j
	JOIN submission s ON s.id = j.submission_id
	JOIN problem p ON p.id = s.problem_id
	JOIN course c ON c.id = s.course_id
	JOIN app_user u ON u.id = s.user_id
	JOIN blob sb ON sb.sha256 = s.source
	JOIN package k ON k.id = j.package_id
	JOIN blob kb ON kb.sha256 = k.digest
	LEFT JOIN course_common m ON m.id = j.common_id
	LEFT JOIN blob mb ON mb.sha256 = m.digest
	) ON j.id = q.job_id AND q.outcome = 'ok'
 ORDER BY place;

-- name: job_payload
SELECT 1, 'ok', j.id, j.lease_id, j.submission_id, j.claims, j.charged,
    s.problem_id,
    p.slug, c.slug, u.name, s.language, ts_text(s.submitted_at),
    encode(s.source, 'hex'), sb.size, s.input, s.locale, k.id,
    encode(k.digest, 'hex'), kb.size, k.grading, j.limits,
    coalesce(s.state_in, ''),
    j.budget_s, ts_ms(j.hard_at), j.class,
    ceil(extract(epoch FROM now() - j.created_at) * 1000)::bigint,
    encode(m.digest, 'hex'), mb.size, p.network_grading
  FROM job j
  JOIN submission s ON s.id = j.submission_id
  JOIN problem p ON p.id = s.problem_id
  JOIN course c ON c.id = s.course_id
  JOIN app_user u ON u.id = s.user_id
  JOIN blob sb ON sb.sha256 = s.source
  JOIN package k ON k.id = j.package_id
  JOIN blob kb ON kb.sha256 = k.digest
  LEFT JOIN course_common m ON m.id = j.common_id
  LEFT JOIN blob mb ON mb.sha256 = m.digest
 WHERE j.id = $2 AND j.lease_id = $3 AND j.runner_id = $1
   AND j.live AND j.state = 'leased';

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
