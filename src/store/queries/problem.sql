-- name: problem_put
SELECT problem_put($1::bigint, $2, $3, $4::jsonb);

-- part: columns
SELECT p.id, p.course_id, c.slug, p.slug, p.title, c.time_zone,
    w.phase, ts_text(w.opens_at), ts_text(w.soft_at), ts_text(w.end_at),
    w.penalty, w.extended, p.grace_s, p.late_penalty, p.late_unit,
    array_to_string(p.languages, E'\n'), p.limits, p.max_submissions,
    p.sliding_n, p.sliding_s, p.daily_n, p.interval_s, p.stored_n,
    p.allows_pending, p.counts_ce, p.is_visible, p.is_for_teams,
    p.network_grading, p.pass_mark, p.weight, p.evaluate,
    array_to_string(coalesce(p.exports, k.exports), E'\n'), p.pool, m.role,
    ts_text(p.created_at), k.id, encode(k.digest, 'hex'), b.size

-- name: problem_get
-- use: columns
    , k.grading
  FROM problem p
  JOIN course c ON c.id = p.course_id
  CROSS JOIN LATERAL problem_window(p.id, problem_authors(p.id,
	$1::bigint), coalesce(ts_of_ms($4::bigint), now())) w
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint
  LEFT JOIN package k ON k.id = p.package_id
  LEFT JOIN blob b ON b.sha256 = k.digest
 WHERE c.slug = $2 AND p.slug = $3;

-- name: problem_list
-- use: columns
    , NULL
  FROM problem p
  JOIN course c ON c.id = p.course_id
  CROSS JOIN LATERAL problem_window(p.id, problem_authors(p.id,
	$1::bigint), now()) w
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint
  LEFT JOIN package k ON k.id = p.package_id
  LEFT JOIN blob b ON b.sha256 = k.digest
 WHERE p.course_id = $2::bigint AND p.slug > coalesce($4, '')
   AND ($3::boolean OR p.is_visible)
 ORDER BY p.slug
 LIMIT $5::bigint;

