-- name: grades_problems
-- The columns of a course's grades.
SELECT p.slug, p.title, p.weight,
    coalesce(p.opens_at, '-infinity') <= now()
  FROM problem p
 WHERE p.course_id = $1::bigint AND p.is_visible
 ORDER BY p.slug;

-- name: grades_list
-- Its rows: students by name, of each a line for every problem ('-': none).
SELECT m.name, g.grade, t.grades, t.tried, t.success, t.evaluated
  FROM (SELECT u.id, u.name FROM member m JOIN app_user u ON u.id = m.user_id
	WHERE m.course_id = $1::bigint AND m.role = 'student'
	  AND ($2::bigint = 0 OR u.id = $2::bigint)
	  AND u.name > coalesce($3, '')
	ORDER BY u.name LIMIT $4::bigint) m
  CROSS JOIN LATERAL course_grades($1::bigint, ARRAY[m.id]) g
  CROSS JOIN LATERAL (
	SELECT string_agg(coalesce(s.grade::text, '-'), E'\n'
		ORDER BY p.slug) AS grades,
	    string_agg(coalesce(s.tried, 0)::text, E'\n' ORDER BY p.slug)
		AS tried,
	    string_agg(CASE WHEN s.is_success THEN 't' ELSE 'f' END, E'\n'
		ORDER BY p.slug) AS success,
	    string_agg(coalesce(s.evaluated, '-'), E'\n' ORDER BY p.slug)
		AS evaluated
	  FROM problem p
	  LEFT JOIN standing s ON s.problem_id = p.id AND s.user_id = m.id
	 WHERE p.course_id = $1::bigint AND p.is_visible
  ) t
 ORDER BY m.name;

-- name: standing_list
-- Of one problem, by name.
SELECT u.name, coalesce(t.tried, 0), t.evaluated, t.grade,
    coalesce(t.is_success, false), coalesce(t.state, ''),
    ts_text(t.updated_at)
  FROM standing t JOIN app_user u ON u.id = t.user_id
 WHERE t.problem_id = $1::bigint
   AND ($2::text IS NULL OR u.name = $2)
   AND u.name > coalesce($3, '')
 ORDER BY u.name
 LIMIT $4::bigint;

-- name: export_list
-- Every submission of a course ($1), or of one problem ($2) of it, in order.
SELECT d.id, d.problem, d.users, d.submitted, d.language, d.status, d.verdict,
    d.grade, d.evaluated, ts_ms(d.at), d.seq
  FROM submission_document d
 WHERE d.course_id = $1::bigint
   AND ($2::bigint = 0 OR d.problem_id = $2::bigint)
   AND (NOT $3::boolean OR d.evaluated)
   AND d.removed_at IS NULL
   AND (d.at, d.seq) > (coalesce(ts_of_ms($4::bigint), '-infinity'),
	coalesce($5::bigint, 0))
 ORDER BY d.at, d.seq
 LIMIT $6::bigint;
