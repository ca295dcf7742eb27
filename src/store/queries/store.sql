-- name: store_ready
SELECT name, checksum FROM schema_version
 WHERE kind = 'migration' ORDER BY name;

-- name: store_standby
SELECT current_setting('synchronous_standby_names') <> '',
    current_setting('synchronous_commit') NOT IN ('off', 'local');
