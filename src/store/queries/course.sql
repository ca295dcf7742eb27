-- name: course_create
-- Who makes a course is its staff.
WITH c AS (
	INSERT INTO course (slug, title, is_visible, time_zone, self_enrol,
	    team_size)
	VALUES ($2, coalesce($3, $2), coalesce($4::boolean, false),
	    coalesce($5, 'UTC'), coalesce($6::boolean, false),
	    coalesce($7::integer, 0))
	RETURNING *
), m AS (
	INSERT INTO member (course_id, user_id, role)
	SELECT id, $1::bigint, 'staff' FROM c
)
SELECT id, slug, title, is_visible, time_zone, self_enrol, team_size, NULL,
    'staff', ts_text(created_at)
  FROM c;

-- name: course_update
UPDATE course c
   SET title = coalesce($3, c.title),
       is_visible = coalesce($4::boolean, c.is_visible),
       time_zone = coalesce($5, c.time_zone),
       self_enrol = coalesce($6::boolean, c.self_enrol),
       team_size = coalesce($7::integer, c.team_size)
 WHERE c.slug = $2
RETURNING c.id, c.slug, c.title, c.is_visible, c.time_zone, c.self_enrol,
    c.team_size,
    (SELECT encode(k.digest, 'hex') FROM course_common k
      WHERE k.id = c.common_id),
    (SELECT m.role FROM member m
      WHERE m.course_id = c.id AND m.user_id = $1::bigint),
    ts_text(c.created_at),
    course_note($1::bigint, 'course', c.slug, jsonb_strip_nulls(
	jsonb_build_object('title', $3::text, 'visible', $4::boolean,
	    'time_zone', $5::text, 'self_enrol', $6::boolean,
	    'team_size', $7::integer)));

-- part: seen_by
-- Courses as the user $1 may see them.
SELECT c.id, c.slug, c.title, c.is_visible, c.time_zone, c.self_enrol,
    c.team_size,
    (SELECT encode(k.digest, 'hex') FROM course_common k
      WHERE k.id = c.common_id),
    m.role, ts_text(c.created_at)
  FROM course c
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $1::bigint

-- name: course_get
-- use: seen_by
 WHERE c.slug = $2;

-- name: course_versions
SELECT json_agg(json_build_object('language', v.language, 'version', v.tool,
    'verdicts', v.verdicts, 'last_at', ts_text(v.last_at),
    'runners', v.runners) ORDER BY v.language, v.last_at DESC)
  FROM op_versions v
 WHERE v.course = $1;

-- name: course_list
-- use: seen_by
 WHERE c.slug > coalesce($3, '')
   AND ($2::boolean OR c.is_visible OR m.role IS NOT NULL)
 ORDER BY c.slug
 LIMIT $4::bigint;

-- name: member_put
INSERT INTO member (course_id, user_id, role)
SELECT $1::bigint, u.id, $3 FROM user_ensure($2) u
ON CONFLICT (course_id, user_id) DO UPDATE SET role = EXCLUDED.role
RETURNING (SELECT course_note($4::bigint, 'member', c.slug,
	jsonb_build_object('user', $2::text, 'role', $3::text))
      FROM course c WHERE c.id = $1::bigint);

-- name: member_delete
DELETE FROM member m USING app_user u
 WHERE m.course_id = $1::bigint AND m.user_id = u.id AND u.name = $2
RETURNING (SELECT course_note($3::bigint, 'member', c.slug,
	jsonb_build_object('user', $2::text, 'role', NULL))
      FROM course c WHERE c.id = $1::bigint);

-- name: member_get
SELECT m.role FROM member m JOIN app_user u ON u.id = m.user_id
 WHERE m.course_id = $1::bigint AND u.name = $2;

-- name: member_list
SELECT u.name, m.role, ts_text(m.added_at)
  FROM member m JOIN app_user u ON u.id = m.user_id
 WHERE m.course_id = $1::bigint AND u.name > coalesce($2, '')
 ORDER BY u.name
 LIMIT $3::bigint;
