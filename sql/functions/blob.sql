-- Bytes by what they are.  A blob that is there already may be about to be
-- collected: the lock keeps it until its new user has committed, and what has
-- just gone is made again.  With the owner's rights: the service may lock no
-- row that it may not change.
CREATE OR REPLACE FUNCTION blob_put(p_bytes bytea) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	v_sha bytea := sha256(p_bytes);
BEGIN
	LOOP
		INSERT INTO blob (sha256, size, bytes)
		VALUES (v_sha, octet_length(p_bytes), p_bytes)
		ON CONFLICT DO NOTHING;
		PERFORM FROM blob WHERE sha256 = v_sha FOR KEY SHARE;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN v_sha;
END
$$;

-- Whoever lets go of a blob says so here.
CREATE OR REPLACE FUNCTION blob_let_go() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	INSERT INTO blob_loose (sha256)
	VALUES (CASE TG_TABLE_NAME
	    WHEN 'submission' THEN to_jsonb(OLD) ->> 'source'
	    ELSE to_jsonb(OLD) ->> 'digest' END::bytea)
	ON CONFLICT DO NOTHING;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER submission_source_gone
    AFTER UPDATE OF source ON submission FOR EACH ROW
    WHEN (OLD.source IS DISTINCT FROM NEW.source AND OLD.source IS NOT NULL)
    EXECUTE FUNCTION blob_let_go();
CREATE OR REPLACE TRIGGER job_file_gone
    AFTER DELETE ON job_file FOR EACH ROW
    EXECUTE FUNCTION blob_let_go();

-- Removes up to p_max blobs that nobody uses; how many of those were looked
-- at.  Who holds one now is met again: it is locked before its uses are
-- looked for, and from then on none can be added.
CREATE OR REPLACE FUNCTION blob_collect(p_max integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	v_loose bytea[];
	v_locked bytea[];
BEGIN
	SELECT array_agg(t.sha256) INTO v_loose
	  FROM (SELECT l.sha256 FROM blob_loose l ORDER BY l.sha256
		 LIMIT p_max FOR UPDATE SKIP LOCKED) t;
	IF v_loose IS NULL THEN
		RETURN 0;
	END IF;
	SELECT array_agg(t.sha256) INTO v_locked
	  FROM (SELECT b.sha256 FROM blob b WHERE b.sha256 = ANY (v_loose)
		 ORDER BY b.sha256 FOR UPDATE SKIP LOCKED) t;
	DELETE FROM blob b
	 WHERE b.sha256 = ANY (v_locked) AND NOT blob_is_used(b.sha256);
	-- Those that others hold stay marked.
	DELETE FROM blob_loose l
	 WHERE l.sha256 = ANY (v_loose)
	   AND (l.sha256 = ANY (v_locked)
	    OR NOT EXISTS (SELECT FROM blob b WHERE b.sha256 = l.sha256));
	RETURN cardinality(v_loose);
END
$$;

CREATE OR REPLACE FUNCTION blob_is_used(p_sha bytea) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
	SELECT EXISTS (SELECT FROM submission WHERE source = p_sha)
	    OR EXISTS (SELECT FROM job_file WHERE digest = p_sha)
	    OR EXISTS (SELECT FROM package WHERE digest = p_sha)
	    OR EXISTS (SELECT FROM package_testdata WHERE digest = p_sha)
	    OR EXISTS (SELECT FROM course_common WHERE digest = p_sha)
$$;
