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

-- The same as job_lock_current; an error if there is none.
CREATE OR REPLACE FUNCTION op_current_job(p_submission text)
RETURNS job LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job := job_lock_current(p_submission);
BEGIN
	IF j.id IS NULL THEN
		RAISE EXCEPTION 'there is no submission "%" that has a job',
		    p_submission USING ERRCODE = 'no_data_found';
	END IF;
	RETURN j;
END
$$;

-- The story of a submission, in order.
CREATE OR REPLACE FUNCTION op_explain(p_submission text)
RETURNS TABLE (at timestamptz, what text, detail text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF NOT EXISTS (SELECT FROM submission WHERE id = p_submission) THEN
		RAISE EXCEPTION 'there is no submission "%"', p_submission
		    USING ERRCODE = 'no_data_found';
	END IF;
	RETURN QUERY
	SELECT t.at, t.what, t.detail FROM (
		SELECT s.submitted_at AS at, 0 AS step, 0::bigint AS seq,
		    'submitted' AS what,
		    format('by %s to %s/%s in %s', u.name, c.slug, p.slug,
			coalesce(s.language, 'no language')) AS detail
		  FROM submission s
		  JOIN app_user u ON u.id = s.user_id
		  JOIN course c ON c.id = s.course_id
		  JOIN problem p ON p.id = s.problem_id
		 WHERE s.id = p_submission
		UNION ALL
		SELECT h.at, 1, h.seq, h.event, concat_ws(', ', 'job ' || j.id,
		    'lease ' || h.lease_id,
		    'runner ' || coalesce(r.name || ' (' || r.id || ')',
			h.runner_id),
		    'because ' || h.reason, h.detail::text)
		  FROM job j
		  JOIN job_history h ON h.job_id = j.id
		  LEFT JOIN runner r ON r.id = h.runner_id
		 WHERE j.submission_id = p_submission
		UNION ALL
		SELECT a.at, 2, a.seq, a.action, 'by ' || a.actor
		  FROM audit a WHERE a.target = p_submission
		UNION ALL
		SELECT now(), 3, 0, 'now', concat_ws(', ', s.status,
		    s.verdict, 'grade ' || s.grade, 'job is ' || j.state,
		    format('%s claims, %s charged, %s refunded', j.claims,
			j.charged, j.refunds),
		    CASE WHEN j.state = 'leased' THEN
			'hard deadline ' || ts_text(j.hard_at) END,
		    CASE WHEN j.state = 'ready' AND NOT EXISTS (
			SELECT FROM runner r JOIN runner_seen v
			    ON v.runner_id = r.id
			 WHERE r.state = 'active' AND j.pool = ANY (r.pools)
			   AND v.seen_at > now() - interval '2 minutes'
			   AND (r.languages = '{}' OR j.language IS NULL
			    OR j.language = ANY (r.languages)))
			THEN format('no live runner serves pool %s, '
			    'language %s', j.pool, j.language) END)
		  FROM submission s
		  LEFT JOIN job j ON j.submission_id = s.id AND j.current
		   AND j.rejudging_id IS NULL
		 WHERE s.id = p_submission
	) t ORDER BY t.step = 3, t.at, t.step, t.seq;
END
$$;

-- Grades it once more: a leased job goes back to the queue at nobody's
-- charge, a judge error gets a new job of the same snapshot.
CREATE OR REPLACE FUNCTION op_requeue(p_submission text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	j job := op_current_job(p_submission);
	v_new text;
BEGIN
	IF j.state = 'leased' THEN
		PERFORM job_release(j.id, NULL, j.lease_id, 'requeued', true);
	ELSIF j.state = 'je' OR (j.state = 'done' AND EXISTS (
	    SELECT FROM submission
	     WHERE id = p_submission AND status = 'error')) THEN
		v_new := 'jb_' || upper(left(md5(j.id || j.seq::text
		    || clock_timestamp()::text), 26));
		UPDATE job SET current = false WHERE id = j.id;
		INSERT INTO job (id, submission_id, package_id, limits, pool,
		    language, class, budget_s)
		VALUES (v_new, j.submission_id, j.package_id, j.limits,
		    j.pool, j.language, j.class, j.budget_s);
		INSERT INTO job_history (job_id, event, reason)
		VALUES (v_new, 'created', 'requeued');
		UPDATE submission SET status = 'pending'
		 WHERE id = p_submission;
		PERFORM job_mark_dirty(v_new);
	ELSIF j.state = 'ready' THEN
		UPDATE job SET not_before = NULL WHERE id = j.id;
	ELSE
		RAISE EXCEPTION 'submission "%" is %, not waiting, running or'
		    ' a judge error', p_submission, j.state
		    USING ERRCODE = 'object_not_in_prerequisite_state';
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
	j job := op_current_job(p_submission);
BEGIN
	IF NOT j.live THEN
		RAISE EXCEPTION 'submission "%" is neither waiting nor'
		    ' running', p_submission
		    USING ERRCODE = 'object_not_in_prerequisite_state';
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
		RAISE EXCEPTION 'runner "%" is %', p_runner, r.state
		    USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	RETURN r;
EXCEPTION
	WHEN no_data_found THEN
		RAISE EXCEPTION 'there is no runner "%"', p_runner
		    USING ERRCODE = 'no_data_found';
	WHEN too_many_rows THEN
		RAISE EXCEPTION 'several runners are called "%"', p_runner
		    USING HINT = 'Give the id instead.';
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
CREATE OR REPLACE FUNCTION op_release(p_runner text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
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
