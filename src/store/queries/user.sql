-- name: user_ensure
SELECT id, name, is_admin FROM user_ensure($1);

-- name: user_get
SELECT id, name, is_admin FROM app_user WHERE name = $1;

-- name: user_set_admin
INSERT INTO app_user (name, is_admin) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET is_admin = EXCLUDED.is_admin;

-- name: user_names
SELECT coalesce(string_agg(u.name, ',' ORDER BY t.place), '')
  FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, place)
  JOIN app_user u ON u.id = t.id;
