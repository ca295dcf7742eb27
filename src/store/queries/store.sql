-- name: store_ready
SELECT name, checksum FROM schema_version
 WHERE kind = 'migration' ORDER BY name;
