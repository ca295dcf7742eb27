-- The status that documents show: whether a pending one waits or runs is its
-- job's to say.
CREATE OR REPLACE FUNCTION submission_status(p_status text, p_job_state text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN p_status <> 'pending' THEN p_status
	    WHEN p_job_state = 'leased' THEN 'running'
	    ELSE 'waiting' END
$$;
