-- Takes a file of a job from the runner that holds it: 'landed' (it is
-- kept), or why not, as job_judge says; 'too_many' beyond what a lease may
-- leave behind.  A name that is sent again is replaced.
CREATE OR REPLACE FUNCTION job_file_put(p_job text, p_runner text,
    p_lease text, p_record boolean, p_name text, p_bytes bytea,
    p_max_files integer, p_max_bytes bigint)
RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job;
	v_outcome text;
	v_files bigint;
	v_bytes bigint;
BEGIN
	SELECT * INTO j FROM job WHERE id = p_job FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	END IF;
	v_outcome := job_judge(j, p_runner, p_lease);
	IF v_outcome = 'not_recorded' AND p_record AND p_lease IS NOT NULL THEN
		PERFORM job_record_claim(p_runner, p_job, p_lease);
		j.lease_id := p_lease;
		v_outcome := 'landed';
	END IF;
	IF v_outcome = 'replay' THEN
		-- Sent again after the result: it is there, or comes too late.
		RETURN CASE WHEN EXISTS (SELECT FROM job_file f
		    WHERE f.job_id = p_job AND f.lease_id = j.lease_id
		      AND f.name = p_name AND f.digest = sha256(p_bytes))
		    THEN 'landed' ELSE 'not_held' END;
	ELSIF v_outcome <> 'landed' THEN
		RETURN v_outcome;
	END IF;
	SELECT count(*), coalesce(sum(f.size), 0) INTO v_files, v_bytes
	  FROM job_file f
	 WHERE f.job_id = p_job AND f.lease_id = j.lease_id
	   AND f.name <> p_name;
	IF v_files >= p_max_files
	    OR v_bytes + octet_length(p_bytes) > p_max_bytes THEN
		RETURN 'too_many';
	END IF;
	DELETE FROM job_file f
	 WHERE f.job_id = p_job AND f.lease_id = j.lease_id
	   AND f.name = p_name;
	INSERT INTO job_file (job_id, lease_id, name, digest, size)
	VALUES (p_job, j.lease_id, p_name, blob_put(p_bytes),
	    octet_length(p_bytes));
	RETURN 'landed';
END
$$;

-- A door into the grading that this lease does, once: the outcomes of
-- job_judge, or 'twice'.  The same door with an earlier end ends earlier.
CREATE OR REPLACE FUNCTION job_ssh_put(p_job text, p_runner text,
    p_lease text, p_door jsonb, p_until timestamptz)
RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job;
	v_outcome text;
BEGIN
	SELECT * INTO j FROM job WHERE id = p_job FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	END IF;
	v_outcome := job_judge(j, p_runner, p_lease);
	IF v_outcome <> 'landed' THEN
		RETURN CASE v_outcome WHEN 'replay' THEN 'not_held'
		    ELSE v_outcome END;
	END IF;
	DELETE FROM job_ssh WHERE job_id = p_job AND lease_id <> j.lease_id;
	INSERT INTO job_ssh AS h (job_id, lease_id, door, until)
	VALUES (p_job, j.lease_id, p_door, p_until)
	ON CONFLICT (job_id) DO UPDATE
	    SET door = excluded.door, until = excluded.until
	  WHERE h.door - 'until' = excluded.door - 'until'
	    AND h.until >= excluded.until;
	RETURN CASE WHEN FOUND THEN 'landed' ELSE 'twice' END;
END
$$;

-- When a job ends, only the files of the lease that landed it stay.
CREATE OR REPLACE FUNCTION job_file_settle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	DELETE FROM job_file f
	 WHERE f.job_id = NEW.id
	   AND (NEW.state <> 'done' OR f.lease_id <> NEW.lease_id);
	DELETE FROM job_ssh h WHERE h.job_id = NEW.id;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER job_ended
    AFTER UPDATE OF live ON job FOR EACH ROW
    WHEN (OLD.live AND NOT NEW.live)
    EXECUTE FUNCTION job_file_settle();
