-- name: runner_register
SELECT job_id, lease_id, runner_id
  FROM runner_register($1, $2::bytea, $3, $4::text[], $5::text[], $6::integer,
	$7::integer, $8, $9::jsonb, $10);

-- name: runner_by_token
SELECT r.id, r.name, array_to_string(r.pools, E'\n'),
    array_to_string(r.languages, E'\n'), r.capacity, r.heartbeat_s, r.version,
    r.labels, r.state, ts_text(r.registered_at), r.registration_ip,
    ts_text(s.seen_at),
    floor(extract(epoch FROM now() - s.seen_at) * 1000)::bigint, 0
  FROM runner r JOIN runner_seen s ON s.runner_id = r.id
 WHERE r.token_sha256 = $1::bytea AND r.state NOT IN ('removed', 'revoked');

-- name: runner_get
SELECT r.id, r.name, array_to_string(r.pools, E'\n'),
    array_to_string(r.languages, E'\n'), r.capacity, r.heartbeat_s, r.version,
    r.labels, r.state, ts_text(r.registered_at), r.registration_ip,
    ts_text(s.seen_at),
    floor(extract(epoch FROM now() - s.seen_at) * 1000)::bigint,
    (SELECT count(*) FROM job j WHERE j.live AND j.state = 'leased'
	AND j.runner_id = r.id)
  FROM runner r JOIN runner_seen s ON s.runner_id = r.id
 WHERE r.id = $1;

-- name: runner_list
SELECT r.id, r.name, array_to_string(r.pools, E'\n'),
    array_to_string(r.languages, E'\n'), r.capacity, r.heartbeat_s, r.version,
    r.labels, r.state, ts_text(r.registered_at), r.registration_ip,
    ts_text(s.seen_at),
    floor(extract(epoch FROM now() - s.seen_at) * 1000)::bigint,
    coalesce(l.leased, 0)
  FROM runner r JOIN runner_seen s ON s.runner_id = r.id
  LEFT JOIN (
	SELECT runner_id, count(*) AS leased FROM job
	 WHERE live AND state = 'leased' GROUP BY runner_id
  ) l ON l.runner_id = r.id
 WHERE r.id > coalesce($1, '') AND r.state NOT IN ('removed', 'revoked')
 ORDER BY r.id
 LIMIT $2::bigint;

-- name: runner_seen
-- The rows are locked in the order given.
WITH l AS (
	SELECT s.runner_id, t.ago_ms, t.place
	  FROM unnest($1::text[], $2::bigint[])
		WITH ORDINALITY AS t (id, ago_ms, place)
	  JOIN runner_seen s ON s.runner_id = t.id
	 ORDER BY s.runner_id
	   FOR NO KEY UPDATE OF s
)
UPDATE runner_seen s
   SET seen_at = greatest(s.seen_at,
	now() - l.ago_ms * interval '1 millisecond')
  FROM l JOIN runner r ON r.id = l.runner_id
 WHERE s.runner_id = l.runner_id
RETURNING l.place, r.state = 'active';

-- name: runner_end
SELECT job_id, lease_id, runner_id FROM runner_end($1, $2);

-- name: runner_drain
UPDATE runner SET state = CASE
    WHEN state IN ('removed', 'revoked') THEN state
    WHEN $2::boolean THEN 'draining'
    ELSE 'active' END
 WHERE id = $1
RETURNING 1;

-- name: runner_fault
SELECT runner_tested($1, $2);

-- name: runner_blame
SELECT runner_blame($1::integer);
