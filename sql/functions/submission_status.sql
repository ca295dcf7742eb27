-- The status that documents show: whether a pending one waits or runs is its
-- job's to say.
CREATE OR REPLACE FUNCTION submission_status(p_status text, p_job_state text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN p_status <> 'pending' THEN p_status
	    WHEN p_job_state = 'leased' THEN 'running'
	    ELSE 'waiting' END
$$;

-- By the clock of this server: how long a ready job is still not to be
-- offered, and what a leased one has until its hard deadline.
CREATE OR REPLACE FUNCTION job_left_ms(p_state text, p_not_before timestamptz,
    p_hard_at timestamptz)
RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT coalesce(ceil(greatest(0, extract(epoch FROM CASE p_state
	    WHEN 'ready' THEN p_not_before
	    WHEN 'leased' THEN p_hard_at END - now())) * 1000), 0)::bigint
$$;
