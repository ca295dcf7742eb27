-- A new runner.  An explicit name that an active row has goes over to it: the
-- old row is revoked.  Called again with the same id it changes nothing.
-- Answers what the replaced runners still hold.
CREATE OR REPLACE FUNCTION runner_register(p_id text, p_token bytea,
    p_name text, p_pools text[], p_languages text[], p_capacity integer,
    p_heartbeat integer, p_version text, p_labels jsonb, p_ip text)
RETURNS TABLE (job_id text, lease_id text, runner_id text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('runner:' || p_name, 0))
	 WHERE p_name IS NOT NULL;
	IF NOT EXISTS (SELECT FROM runner WHERE id = p_id) THEN
		UPDATE runner r SET state = 'revoked', ended_at = now(),
		    replaced_by = p_id,
		    replaced_live = EXISTS (SELECT FROM runner_seen s
			WHERE s.runner_id = r.id AND s.seen_at > now()
			    - 2 * r.heartbeat_s * interval '1 second')
		 WHERE r.is_named AND r.name = p_name
		   AND r.state NOT IN ('removed', 'revoked');
		INSERT INTO runner (id, name, is_named, token_sha256, pools,
		    languages, capacity, heartbeat_s, version, labels,
		    registration_ip)
		VALUES (p_id, coalesce(p_name, 'unnamed'), p_name IS NOT NULL,
		    p_token, p_pools, p_languages, p_capacity, p_heartbeat,
		    p_version, coalesce(p_labels, '{}'), p_ip);
		INSERT INTO runner_seen (runner_id) VALUES (p_id);
	END IF;
	RETURN QUERY
	SELECT j.id, j.lease_id, j.runner_id
	  FROM job j JOIN runner r ON r.id = j.runner_id
	 WHERE j.live AND j.state = 'leased' AND r.replaced_by = p_id;
END
$$;

-- Ends a runner, as 'removed' or 'revoked', and answers what it holds.  No
-- row at all: there is no such runner.
CREATE OR REPLACE FUNCTION runner_end(p_id text, p_state text)
RETURNS TABLE (job_id text, lease_id text, runner_id text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	UPDATE runner SET state = p_state, ended_at = now()
	 WHERE id = p_id AND state NOT IN ('removed', 'revoked');
	RETURN QUERY
	SELECT j.id, j.lease_id, r.id
	  FROM runner r
	  LEFT JOIN job j ON j.runner_id = r.id AND j.live
	   AND j.state = 'leased'
	 WHERE r.id = p_id;
END
$$;
