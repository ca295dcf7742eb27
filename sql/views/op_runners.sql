-- Runners that have not ended.
CREATE VIEW op_runners AS
SELECT r.id, r.name, r.state, r.pools, r.languages, r.capacity,
    coalesce(l.leased, 0) AS leased, r.version,
    date_trunc('second', now() - s.seen_at) AS silent_for,
    s.seen_at > now() - (3 * r.heartbeat_s + 2)
	* interval '1 second' AS is_live,
    r.registered_at, r.registration_ip, r.fault,
    r.labels->'tools' AS tools
  FROM runner r
  JOIN runner_seen s ON s.runner_id = r.id
  LEFT JOIN (
	SELECT runner_id, count(*) AS leased FROM job
	 WHERE live AND state = 'leased' GROUP BY runner_id
  ) l ON l.runner_id = r.id
 WHERE r.state NOT IN ('removed', 'revoked')
 ORDER BY r.name, r.id;
