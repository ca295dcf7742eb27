-- name: problem_put
-- What is NULL stays, or takes its default; '' clears an end of the window,
-- the JSON null clears the limits.
WITH p AS (
	INSERT INTO problem AS o (course_id, slug, title, opens_at, closes_at,
	    languages, limits, max_submissions, allows_pending, counts_ce,
	    is_visible, weight, evaluate, pool)
	SELECT id, $3, coalesce($4, $3), nullif($5, '')::timestamptz,
	    nullif($6, '')::timestamptz, coalesce($7::text[], '{}'),
	    nullif($8::jsonb, 'null'), coalesce($9::integer, 0),
	    coalesce($10::boolean, false), coalesce($11::boolean, true),
	    coalesce($12::boolean, true),
	    coalesce($13::double precision, 1), coalesce($14, 'best'),
	    coalesce($15, 'default')
	  FROM course WHERE slug = $2
	ON CONFLICT (course_id, slug) DO UPDATE
	   SET title = coalesce($4, o.title),
	       opens_at = CASE WHEN $5 IS NULL THEN o.opens_at
		ELSE nullif($5, '')::timestamptz END,
	       closes_at = CASE WHEN $6 IS NULL THEN o.closes_at
		ELSE nullif($6, '')::timestamptz END,
	       languages = coalesce($7::text[], o.languages),
	       limits = CASE WHEN $8::jsonb IS NULL THEN o.limits
		ELSE nullif($8::jsonb, 'null') END,
	       max_submissions = coalesce($9::integer, o.max_submissions),
	       allows_pending = coalesce($10::boolean, o.allows_pending),
	       counts_ce = coalesce($11::boolean, o.counts_ce),
	       is_visible = coalesce($12::boolean, o.is_visible),
	       weight = coalesce($13::double precision, o.weight),
	       evaluate = coalesce($14, o.evaluate),
	       pool = coalesce($15, o.pool)
	RETURNING *
)
SELECT p.id, p.course_id, c.slug, p.slug, p.title, ts_text(p.opens_at),
    ts_text(p.closes_at), ts_ms(p.opens_at), ts_ms(p.closes_at),
    array_to_string(p.languages, E'\n'), p.limits, p.max_submissions,
    p.allows_pending, p.counts_ce, p.is_visible, p.weight, p.evaluate,
    p.pool, m.role, ts_text(p.created_at), k.id, encode(k.digest, 'hex'),
    b.size, k.grading
  FROM p
  JOIN course c ON c.id = p.course_id
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint
  LEFT JOIN package k ON k.id = p.package_id
  LEFT JOIN blob b ON b.sha256 = k.digest;

-- name: problem_get
SELECT p.id, p.course_id, c.slug, p.slug, p.title, ts_text(p.opens_at),
    ts_text(p.closes_at), ts_ms(p.opens_at), ts_ms(p.closes_at),
    array_to_string(p.languages, E'\n'), p.limits, p.max_submissions,
    p.allows_pending, p.counts_ce, p.is_visible, p.weight, p.evaluate,
    p.pool, m.role, ts_text(p.created_at), k.id, encode(k.digest, 'hex'),
    b.size, k.grading
  FROM problem p
  JOIN course c ON c.id = p.course_id
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint
  LEFT JOIN package k ON k.id = p.package_id
  LEFT JOIN blob b ON b.sha256 = k.digest
 WHERE c.slug = $2 AND p.slug = $3;

-- name: problem_list
SELECT p.id, p.course_id, c.slug, p.slug, p.title, ts_text(p.opens_at),
    ts_text(p.closes_at), ts_ms(p.opens_at), ts_ms(p.closes_at),
    array_to_string(p.languages, E'\n'), p.limits, p.max_submissions,
    p.allows_pending, p.counts_ce, p.is_visible, p.weight, p.evaluate,
    p.pool, m.role, ts_text(p.created_at), k.id, encode(k.digest, 'hex'),
    b.size, NULL
  FROM problem p
  JOIN course c ON c.id = p.course_id
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint
  LEFT JOIN package k ON k.id = p.package_id
  LEFT JOIN blob b ON b.sha256 = k.digest
 WHERE p.course_id = $2::bigint AND p.slug > coalesce($4, '')
   AND ($3::boolean OR p.is_visible)
 ORDER BY p.slug
 LIMIT $5::bigint;

-- name: problem_held
SELECT 1 FROM problem WHERE id = $1::bigint AND held_at IS NOT NULL;
