-- name: user_ensure
SELECT id, name, is_admin FROM user_ensure($1);

-- name: user_names
SELECT coalesce(string_agg(u.name, ',' ORDER BY t.place), '')
  FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, place)
  JOIN app_user u ON u.id = t.id;
