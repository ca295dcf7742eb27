-- A version of a problem's package, made current.  The same bytes again make
-- the version that has them current.  The form for NOJ's runners, where there
-- is one, is added to a version that was stored without it.
DROP FUNCTION IF EXISTS package_insert(text, bigint, bigint, bytea, jsonb,
    jsonb);
DROP FUNCTION IF EXISTS package_insert(text, bigint, bigint, bytea, jsonb,
    jsonb, bytea, text, text);
CREATE OR REPLACE FUNCTION package_insert(p_id text, p_problem bigint,
    p_user bigint, p_zip bytea, p_grading jsonb, p_meta jsonb,
    p_testdata bytea, p_tasks text, p_checksum text, p_settings jsonb)
RETURNS TABLE (id text, problem_id bigint, digest text, size bigint,
    grading jsonb, meta jsonb, created_at text, is_new boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_sha bytea;
	v_id text;
	v_new boolean;
BEGIN
	PERFORM FROM problem p WHERE p.id = p_problem FOR NO KEY UPDATE;
	v_sha := blob_put(p_zip);
	INSERT INTO package AS k (id, problem_id, digest, grading, meta,
	    user_id)
	VALUES (p_id, p_problem, v_sha, p_grading, p_meta, p_user)
	ON CONFLICT (problem_id, digest) DO NOTHING
	RETURNING k.id INTO v_id;
	v_new := v_id IS NOT NULL;
	IF NOT v_new THEN
		SELECT k.id INTO STRICT v_id FROM package k
		 WHERE k.problem_id = p_problem AND k.digest = v_sha;
	END IF;
	IF p_testdata IS NOT NULL THEN
		INSERT INTO package_testdata (package_id, digest, meta,
		    checksum)
		VALUES (v_id, blob_put(p_testdata), p_tasks, p_checksum)
		ON CONFLICT DO NOTHING;
	END IF;
	UPDATE problem p SET package_id = v_id
	 WHERE p.id = p_problem AND p.package_id IS DISTINCT FROM v_id;
	IF p_settings IS NOT NULL THEN
		PERFORM problem_take_package(p_problem, p_settings);
	END IF;
	RETURN QUERY
	SELECT k.id, k.problem_id, encode(k.digest, 'hex'), b.size, k.grading,
	    k.meta, ts_text(k.created_at), v_new OR k.id = p_id
	  FROM package k JOIN blob b ON b.sha256 = k.digest
	 WHERE k.id = v_id;
END
$$;
