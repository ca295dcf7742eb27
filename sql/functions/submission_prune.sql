-- Makes room for a submission that was just made, where only so many of a
-- user are stored: those that wait and what counts for anybody stay, then the
-- newest; of the others the row stays, as an attempt, and the content goes.
-- The authors' standings are locked; what somebody else has locked (its
-- result is landing) stays for now.
CREATE OR REPLACE FUNCTION submission_prune(p_submission text,
    p_stored integer)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	v_user bigint;
	v_problem bigint;
	v_old text[];
	v_gone text[];
BEGIN
	SELECT s.user_id, s.problem_id INTO STRICT v_user, v_problem
	  FROM submission s WHERE s.id = p_submission;
	SELECT array_agg(t.id) INTO v_old
	  FROM (
		SELECT k.id, k.stays, row_number() OVER (ORDER BY
		    k.stays DESC, k.submitted_at DESC, k.seq DESC) AS place
		  FROM (
			SELECT s.id, s.submitted_at, s.seq,
			    submission_stays(s) AS stays
			  FROM submission_author a
			  JOIN submission s ON s.id = a.submission_id
			 WHERE a.user_id = v_user AND s.user_id = v_user
			   AND a.problem_id = v_problem
			   AND s.removed_at IS NULL
		  ) k
	  ) t
	 WHERE t.place > p_stored AND NOT t.stays;
	IF v_old IS NULL THEN
		RETURN;
	END IF;
	SELECT array_agg(t.id ORDER BY t.submitted_at DESC, t.seq DESC)
	  INTO v_gone
	  FROM (SELECT s.id, s.submitted_at, s.seq FROM submission s
		 WHERE s.id = ANY (v_old) FOR NO KEY UPDATE SKIP LOCKED) t;
	-- Judged again, now that nobody can change it.
	SELECT array_agg(s.id ORDER BY s.submitted_at DESC, s.seq DESC)
	  INTO v_gone
	  FROM submission s
	 WHERE s.id = ANY (v_gone) AND s.removed_at IS NULL
	   AND NOT submission_stays(s);
	IF v_gone IS NULL THEN
		RETURN;
	END IF;
	PERFORM submission_forget(v_gone);
	UPDATE submission SET removed = v_gone WHERE id = p_submission;
END
$$;

-- Is it still to be judged, also again, or what counts for one of its authors?
CREATE OR REPLACE FUNCTION submission_stays(s submission) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
	SELECT s.status = 'pending'
	    OR EXISTS (SELECT FROM submission_author a
		JOIN standing t ON t.problem_id = a.problem_id
		 AND t.user_id = a.user_id
		WHERE a.submission_id = s.id AND t.evaluated = s.id)
	    OR EXISTS (SELECT FROM job j
		WHERE j.submission_id = s.id AND j.live)
	    OR EXISTS (SELECT FROM rejudging_member m
		WHERE m.submission_id = s.id AND m.is_open)
$$;

-- Drops the content of submissions whose rows the caller has locked.
CREATE OR REPLACE FUNCTION submission_forget(p_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE submission
	   SET removed_at = now(), source = NULL, input = NULL, state_in = NULL
	 WHERE id = ANY (p_ids) AND removed_at IS NULL;
	UPDATE result SET document = '{}', provenance = NULL, state = NULL
	 WHERE submission_id = ANY (p_ids);
	DELETE FROM job_file f USING job j
	 WHERE j.submission_id = ANY (p_ids) AND f.job_id = j.id;
END
$$;
