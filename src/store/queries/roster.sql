-- name: roster_put
SELECT name, role, team, is_new, may_token
  FROM roster_put($1::bigint, $2, $3::text[],
	array_replace($4::text[], '*', NULL), array_replace($5::text[], '*', NULL));

-- name: enrolment_get
SELECT c.self_enrol, encode(k.sha256, 'hex')
  FROM course c LEFT JOIN enrolment_key k ON k.course_id = c.id
 WHERE c.id = $1::bigint;

-- name: enrolment_key_put
INSERT INTO enrolment_key (course_id, sha256)
VALUES ($1::bigint, decode($2, 'hex'))
ON CONFLICT (course_id) DO UPDATE SET sha256 = EXCLUDED.sha256;

-- name: enrolment_key_delete
DELETE FROM enrolment_key WHERE course_id = $1::bigint;

-- name: enrol
INSERT INTO member (course_id, user_id, role)
VALUES ($1::bigint, $2::bigint, 'student')
ON CONFLICT DO NOTHING
RETURNING 1;

-- name: team_put
SELECT team_put($1::bigint, $2, $3, $4::text[]);

-- name: team_join
SELECT team_join($1::bigint, $2, $3, $4, $5::boolean);

-- name: team_leave
SELECT team_leave($1::bigint, $2, $3, $4, $5::boolean);

-- name: team_delete
DELETE FROM team WHERE course_id = $1::bigint AND name = $2 RETURNING 1;

-- name: team_list
SELECT t.name, (SELECT string_agg(u.name, E'\n' ORDER BY u.name)
	  FROM team_member m JOIN app_user u ON u.id = m.user_id
	 WHERE m.team_id = t.id)
  FROM team t
 WHERE t.course_id = $1::bigint AND t.name > coalesce($2, '')
   AND ($3::bigint = 0 OR EXISTS (SELECT FROM team_member m
	WHERE m.team_id = t.id AND m.user_id = $3::bigint))
 ORDER BY t.name
 LIMIT $4::bigint;

-- name: team_of
-- Of a user in a course: the team, then its members, the user first.
SELECT t.name, o.user_id
  FROM team_member m
  JOIN team t ON t.id = m.team_id
  JOIN team_member o ON o.team_id = m.team_id
 WHERE m.course_id = $1::bigint AND m.user_id = $2::bigint
 ORDER BY o.user_id <> $2::bigint, o.user_id;

-- name: extension_put
SELECT extension_put($1::bigint, $2::bigint, $3, $4::jsonb);

-- name: extension_delete
DELETE FROM extension x USING app_user u
 WHERE x.problem_id = $1::bigint AND x.user_id = u.id AND u.name = $2
RETURNING 1;

-- name: extension_list
SELECT u.name, ts_text(x.soft_at), ts_text(x.closes_at), x.attempts, x.reason,
    b.name, ts_text(x.changed_at)
  FROM extension x
  JOIN app_user u ON u.id = x.user_id
  JOIN app_user b ON b.id = x.by_id
 WHERE x.problem_id = $1::bigint AND ($2::text IS NULL OR u.name = $2)
   AND u.name > coalesce($3, '')
 ORDER BY u.name
 LIMIT $4::bigint;

-- name: common_put
SELECT id, digest, size, created_at, is_new
  FROM common_put($1, $2::bigint, $3::bigint, $4::bytea);

-- name: common_bytes
-- Answered in binary: texts and bytes only.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM course c
  JOIN course_common m ON m.id = c.common_id
  JOIN blob b ON b.sha256 = m.digest
 WHERE c.id = $1::bigint;
