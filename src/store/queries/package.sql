-- name: package_insert
SELECT id, problem_id, digest, size, grading, meta, created_at, is_new
  FROM package_insert($1, $2::bigint, $3::bigint, $4::bytea, $5::jsonb,
	$6::jsonb);

-- name: package_current
SELECT k.id, k.problem_id, encode(k.digest, 'hex'), b.size, k.grading, k.meta,
    ts_text(k.created_at), false
  FROM problem p
  JOIN package k ON k.id = p.package_id
  JOIN blob b ON b.sha256 = k.digest
 WHERE p.id = $1::bigint;

-- name: package_bytes
-- Answered in binary: texts and bytes only.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM package k JOIN blob b ON b.sha256 = k.digest
 WHERE k.problem_id = $1::bigint AND k.digest = decode($2, 'hex');

-- name: package_bytes_for_runner
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM blob b
 WHERE b.sha256 = decode($2, 'hex')
   AND EXISTS (SELECT FROM package k
	JOIN job j ON j.package_id = k.id
	WHERE k.digest = b.sha256 AND j.live AND j.state = 'leased'
	  AND j.runner_id = $1);
