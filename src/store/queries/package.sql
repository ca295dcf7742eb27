-- name: package_insert
SELECT id, problem_id, digest, size, grading, meta, created_at, is_new
  FROM package_insert($1, $2::bigint, $3::bigint, $4::bytea, $5::jsonb,
	$6::jsonb, $7::bytea, $8, $9, $10::jsonb);

-- name: package_bytes
-- Answered in binary: texts and bytes only.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM package k JOIN blob b ON b.sha256 = k.digest
 WHERE k.problem_id = $1::bigint AND k.digest = decode($2, 'hex');

-- name: package_bytes_for_runner
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM blob b
 WHERE b.sha256 = decode($2, 'hex')
   AND (EXISTS (SELECT FROM package k
	JOIN job j ON j.package_id = k.id
	WHERE k.digest = b.sha256 AND j.live AND j.state = 'leased'
	  AND j.runner_id = $1)
    OR EXISTS (SELECT FROM course_common m
	JOIN job j ON j.common_id = m.id
	WHERE m.digest = b.sha256 AND j.live AND j.state = 'leased'
	  AND j.runner_id = $1));

-- part: wanted
-- Of the version that a job of the runner wants ($2 NULL: of any runner), else
-- of the current one.
 WHERE t.package_id = coalesce((SELECT j.package_id
	  FROM job j JOIN package k ON k.id = j.package_id
	 WHERE k.problem_id = $1::bigint AND j.live AND j.state = 'leased'
	   AND ($2::text IS NULL OR j.runner_id = $2)
	 ORDER BY j.leased_at DESC LIMIT 1),
	(SELECT package_id FROM problem WHERE id = $1::bigint))

-- name: testdata_meta
SELECT t.meta, t.checksum
  FROM package_testdata t
-- use: wanted
;

-- name: testdata_bytes
-- Answered in binary.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM package_testdata t JOIN blob b ON b.sha256 = t.digest
-- use: wanted
;

-- name: testdata_job
-- The runner's latest job of a problem: who asks for its data has got it.
SELECT j.id
  FROM job j JOIN package k ON k.id = j.package_id
 WHERE k.problem_id = $1::bigint AND j.live AND j.state = 'leased'
   AND j.runner_id = $2
 ORDER BY j.leased_at DESC LIMIT 1;
