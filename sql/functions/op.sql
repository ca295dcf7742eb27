-- What operators do by hand.  Each checks its arguments, leaves an audit row
-- and marks what it touched, so that the next sweep puts Redis right.  They
-- run with the owner's rights: operators have no table.

CREATE OR REPLACE FUNCTION op_note(p_action text, p_target text,
    p_detail jsonb)
RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
	INSERT INTO audit (actor, action, target, detail)
	VALUES (session_user, p_action, p_target, p_detail)
$$;

CREATE OR REPLACE FUNCTION job_mark_dirty(p_job text)
RETURNS void LANGUAGE sql VOLATILE AS $$
	INSERT INTO job_dirty (job_id) VALUES (p_job)
	ON CONFLICT (job_id) DO UPDATE
	   SET at = now(), seq = DEFAULT, due_at = now()
$$;

-- Refuses, with a sentence and what to do instead.
CREATE OR REPLACE FUNCTION op_refuse(p_state text, p_what text,
    p_instead text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF p_instead IS NULL THEN
		RAISE EXCEPTION '%', p_what USING ERRCODE = p_state;
	END IF;
	RAISE EXCEPTION '%', p_what USING ERRCODE = p_state,
	    HINT = p_instead;
END
$$;

-- The same as job_lock_current; an error if there is none.
CREATE OR REPLACE FUNCTION op_current_job(p_submission text)
RETURNS job LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job := job_lock_current(p_submission);
BEGIN
	IF j.id IS NULL THEN
		PERFORM op_refuse('no_data_found', format('there is no'
		    ' submission "%s" that has a job', p_submission),
		    'Ids begin with sb_.');
	END IF;
	RETURN j;
END
$$;

-- Grades it once more: a leased job goes back to the queue at nobody's
-- charge, a judge error gets a new job of the same snapshot, a delay ends.
CREATE OR REPLACE FUNCTION op_requeue(p_submission text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	j job := op_current_job(p_submission);
BEGIN
	IF EXISTS (SELECT FROM submission WHERE id = p_submission
	    AND removed_at IS NOT NULL) THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('the files of submission "%s" are no longer kept',
		    p_submission));
	ELSIF j.state = 'leased' THEN
		PERFORM job_release(j.id, NULL, j.lease_id, 'requeued', true);
	ELSIF j.state = 'je' OR (j.state = 'done' AND EXISTS (
	    SELECT FROM submission
	     WHERE id = p_submission AND status = 'error')) THEN
		PERFORM job_replace(j, new_id('jb'), j.class, false,
		    'requeued');
		PERFORM job_mark_dirty(id) FROM job
		 WHERE submission_id = p_submission AND current
		   AND rejudging_id IS NULL;
	ELSIF j.state = 'ready' THEN
		UPDATE job SET not_before = NULL WHERE id = j.id;
	ELSE
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('submission "%s" is %s, not waiting, running or a'
		    ' judge error', p_submission, j.state),
		    CASE WHEN j.state = 'done' THEN format('To judge it again:'
		    ' SELECT op_rejudge(''{"submission": "%s"}'');',
		    p_submission) END);
	END IF;
	PERFORM job_mark_dirty(j.id);
	PERFORM op_note('requeue', p_submission, NULL);
	RETURN 'requeued';
END
$$;

CREATE OR REPLACE FUNCTION op_cancel(p_submission text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	j job;
BEGIN
	-- One that people grade has no job.
	IF submission_cancel_manual(p_submission) = 'done' THEN
		PERFORM op_note('cancel', p_submission, NULL);
		RETURN 'cancelled';
	END IF;
	j := op_current_job(p_submission);
	IF NOT j.live THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('submission "%s" is neither waiting nor running',
		    p_submission));
	END IF;
	PERFORM job_cancel(j, 'operator');
	PERFORM job_mark_dirty(j.id);
	PERFORM op_note('cancel', p_submission, NULL);
	RETURN 'cancelled';
END
$$;

-- The runner, locked, by id or by the name of one that has not ended.
CREATE OR REPLACE FUNCTION op_the_runner(p_runner text)
RETURNS runner LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	r runner;
BEGIN
	SELECT * INTO STRICT r FROM runner
	 WHERE id = p_runner OR (name = p_runner
	   AND state NOT IN ('removed', 'revoked'))
	   FOR NO KEY UPDATE;
	IF r.state IN ('removed', 'revoked') THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('runner "%s" is %s', p_runner, r.state),
		    'Start it again: it registers anew.');
	END IF;
	RETURN r;
EXCEPTION
	WHEN no_data_found THEN
		PERFORM op_refuse('no_data_found',
		    format('there is no runner "%s"', p_runner),
		    'SELECT name, id FROM op_runners;');
	WHEN too_many_rows THEN
		PERFORM op_refuse('raise_exception',
		    format('several runners are called "%s"', p_runner),
		    'Give the id instead.');
END
$$;

-- No more jobs for it; what it has it may finish.
CREATE OR REPLACE FUNCTION op_drain(p_runner text,
    p_is_draining boolean DEFAULT true)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	r runner := op_the_runner(p_runner);
	v_state text := CASE WHEN p_is_draining THEN 'draining'
	    ELSE 'active' END;
BEGIN
	UPDATE runner SET state = v_state WHERE id = r.id;
	PERFORM op_note('drain', r.id,
	    jsonb_build_object('is_draining', p_is_draining));
	RETURN v_state;
END
$$;

-- Its token is worth nothing any more; its jobs go back at nobody's charge.
CREATE OR REPLACE FUNCTION op_revoke(p_runner text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	r runner := op_the_runner(p_runner);
	l record;
BEGIN
	FOR l IN SELECT * FROM runner_end(r.id, 'revoked')
	    WHERE job_id IS NOT NULL ORDER BY job_id
	LOOP
		PERFORM job_release(l.job_id, r.id, l.lease_id, 'revoked',
		    true);
		PERFORM job_mark_dirty(l.job_id);
	END LOOP;
	PERFORM op_note('revoke', r.id, NULL);
	RETURN 'revoked';
END
$$;

-- A runner that was set aside or drained works again.
CREATE OR REPLACE FUNCTION op_release_runner(p_runner text) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	r runner := op_the_runner(p_runner);
BEGIN
	UPDATE runner SET state = 'active' WHERE id = r.id;
	DELETE FROM runner_failure WHERE runner_id = r.id;
	PERFORM op_note('release', r.id,
	    jsonb_build_object('was', r.state));
	RETURN 'active';
END
$$;

-- Lets go on: a runner (id or name), a problem that is held
-- (course/problem), a submission that was given up or delayed.
DROP FUNCTION IF EXISTS op_release(text);
CREATE OR REPLACE FUNCTION op_release(p_what text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	RETURN CASE WHEN p_what LIKE 'sb\_%' THEN op_requeue(p_what)
	    WHEN p_what LIKE '%/%' THEN op_release_problem(p_what)
	    ELSE op_release_runner(p_what) END;
END
$$;
