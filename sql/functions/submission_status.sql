-- The status that documents show: whether a pending one waits or runs is its
-- job's to say.
CREATE OR REPLACE FUNCTION submission_status(p_status text, p_job_state text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN p_status <> 'pending' THEN p_status
	    WHEN p_job_state = 'leased' THEN 'running'
	    ELSE 'waiting' END
$$;

-- Is the problem of this package held?  Mostly none is.
CREATE OR REPLACE FUNCTION package_is_held(p_package text) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM problem p
		JOIN package k ON k.problem_id = p.id
		WHERE p.held_at IS NOT NULL AND k.id = p_package)
$$;

-- By the clock of this server: how long a ready job is still not to be
-- offered, and what a leased one has until its hard deadline.  A problem that
-- is held is held for a day, and then for another.
DROP FUNCTION IF EXISTS job_left_ms(text, timestamptz, timestamptz);
CREATE OR REPLACE FUNCTION job_left_ms(p_state text, p_not_before timestamptz,
    p_hard_at timestamptz, p_package text)
RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN p_state = 'ready' AND package_is_held(p_package)
	    THEN 86400000
	    ELSE coalesce(ceil(greatest(0, extract(epoch FROM CASE p_state
	    WHEN 'ready' THEN p_not_before
	    WHEN 'leased' THEN p_hard_at END - now())) * 1000), 0)::bigint END
$$;
