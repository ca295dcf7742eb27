-- name: config_list
SELECT k.key, k.kind, coalesce(c.value, k.standard), k.standard, k.lowest,
    k.highest, k.help, c.changed_by, ts_text(c.changed_at)
  FROM config_keys() k LEFT JOIN config c ON c.key = k.key
 ORDER BY k.key;

-- name: config_get
SELECT config_text($1);

-- name: config_put
SELECT pointer, detail FROM config_put($1, $2::jsonb);
