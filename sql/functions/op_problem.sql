-- Holding a problem: what is handed in waits until broken data is replaced.

-- "course/problem", locked.
CREATE OR REPLACE FUNCTION op_the_problem(p_problem text)
RETURNS problem LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	p problem;
BEGIN
	SELECT q.* INTO p FROM problem q JOIN course c ON c.id = q.course_id
	 WHERE c.slug = split_part(p_problem, '/', 1)
	   AND q.slug = split_part(p_problem, '/', 2)
	   AND p_problem NOT LIKE '%/%/%'
	   FOR NO KEY UPDATE OF q;
	IF p.id IS NULL THEN
		PERFORM op_refuse('no_data_found', format('there is no problem'
		    ' "%s"', p_problem), 'A problem is course/problem.');
	END IF;
	RETURN p;
END
$$;

-- Jobs of a problem that wait, locked.
CREATE OR REPLACE FUNCTION problem_waiting(p_problem bigint)
RETURNS SETOF job LANGUAGE sql VOLATILE AS $$
	SELECT * FROM job
	 WHERE live AND state = 'ready' AND package_id IN (
		SELECT k.id FROM package k WHERE k.problem_id = p_problem)
	 ORDER BY id
	   FOR NO KEY UPDATE
$$;

CREATE OR REPLACE FUNCTION op_hold(p_problem text, p_reason text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	p problem := op_the_problem(p_problem);
	v_waiting bigint;
	v_running bigint;
BEGIN
	IF p.held_at IS NOT NULL THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('problem "%s" has been held by %s since %s',
		    p_problem, p.held_by, ts_text(p.held_at)),
		    format('To let it go on: SELECT op_release(%L);',
		    p_problem));
	END IF;
	UPDATE problem SET held_at = now(), held_by = session_user,
	    held_reason = p_reason WHERE id = p.id;
	WITH marked AS (
		INSERT INTO job_dirty (job_id)
		SELECT w.id FROM problem_waiting(p.id) w
		ON CONFLICT (job_id) DO UPDATE
		   SET at = now(), seq = DEFAULT, due_at = now()
		RETURNING job_id
	)
	SELECT count(*) INTO v_waiting FROM marked;
	SELECT count(*) INTO v_running FROM job j
	  JOIN package k ON k.id = j.package_id
	 WHERE j.live AND j.state = 'leased' AND k.problem_id = p.id;
	PERFORM op_note('hold', p_problem, jsonb_build_object('reason',
	    p_reason, 'waiting', v_waiting, 'running', v_running));
	RETURN format('held: %s wait; %s run and will land with what they'
	    ' have. To go on: SELECT op_release(%L);', v_waiting, v_running,
	    p_problem);
END
$$;

-- What waits is judged with the version of the package that is current now.
-- A job that was claimed before may still land with what it was made with:
-- another one takes its place.
CREATE OR REPLACE FUNCTION op_release_problem(p_problem text) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	p problem := op_the_problem(p_problem);
	j job;
	v_new text;
	v_waiting bigint := 0;
	v_moved bigint := 0;
BEGIN
	IF p.held_at IS NULL THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('problem "%s" is not held', p_problem));
	END IF;
	UPDATE problem SET held_at = NULL, held_by = NULL, held_reason = NULL
	 WHERE id = p.id;
	FOR j IN SELECT * FROM problem_waiting(p.id) LOOP
		v_waiting := v_waiting + 1;
		v_new := j.id;
		IF j.package_id = p.package_id THEN
			NULL;
		ELSIF j.lease_id IS NULL THEN
			v_moved := v_moved + 1;
			UPDATE job t SET package_id = n.package_id,
			    limits = n.limits, pool = n.pool,
			    budget_s = n.budget_s, common_id = n.common_id
			  FROM job_made_now(j, true) n WHERE t.id = j.id;
			INSERT INTO job_history (job_id, event, reason)
			VALUES (j.id, 'moved', p.package_id);
		ELSE
			v_moved := v_moved + 1;
			v_new := new_id('jb');
			PERFORM job_replace(j, v_new, j.class, true,
			    'released with a new package');
		END IF;
		PERFORM job_mark_dirty(v_new);
	END LOOP;
	PERFORM op_note('release', p_problem, jsonb_build_object(
	    'held_since', ts_text(p.held_at), 'waiting', v_waiting,
	    'moved', v_moved));
	RETURN format('released: %s wait, %s of them for a newer version now',
	    v_waiting, v_moved);
END
$$;
