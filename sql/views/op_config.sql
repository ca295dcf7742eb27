-- What may be turned by op_set, and how it stands.
DROP VIEW IF EXISTS op_config;
CREATE VIEW op_config AS
SELECT k.key, coalesce(c.value, k.standard, 'as assized.conf says') AS value,
    c.key IS NULL AS is_default, k.lowest, k.highest, c.changed_by,
    c.changed_at, k.help
  FROM config_keys() k LEFT JOIN config c ON c.key = k.key
 ORDER BY k.key;
