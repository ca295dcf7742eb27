-- What people do to a submission.  Locks as the landing does: job,
-- submission, standings.  A job that a runner works on is marked, so that the
-- runner is told even if the caller dies here.

-- The current job of a submission, locked; all NULL if there is none.  While
-- the lock was waited for, another job may have become the current one.
CREATE OR REPLACE FUNCTION job_lock_current(p_submission text)
RETURNS job LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job;
BEGIN
	FOR i IN 1..20 LOOP
		EXIT WHEN NOT EXISTS (SELECT FROM submission
		    WHERE id = p_submission AND NOT is_manual);
		SELECT * INTO j FROM job WHERE submission_id = p_submission
		   AND current AND rejudging_id IS NULL
		   FOR NO KEY UPDATE;
		EXIT WHEN FOUND;
	END LOOP;
	RETURN j;
END
$$;

-- Ends a live job, whose row the caller has locked, and its submission.
CREATE OR REPLACE FUNCTION job_cancel(j job, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	PERFORM FROM submission WHERE id = j.submission_id FOR NO KEY UPDATE;
	UPDATE job SET state = 'cancelled', live = false, ended_at = now()
	 WHERE id = j.id;
	INSERT INTO job_history (job_id, event, lease_id, runner_id, reason)
	VALUES (j.id, 'cancelled', j.lease_id, j.runner_id, p_reason);
	PERFORM job_mark_dirty(j.id) WHERE j.state = 'leased';
	PERFORM submission_take_back(j.submission_id);
END
$$;

-- A submission, whose row the caller has locked, counts no more.
CREATE OR REPLACE FUNCTION submission_take_back(p_submission text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_problem bigint;
	v_users bigint[];
BEGIN
	SELECT min(problem_id), array_agg(user_id ORDER BY user_id)
	  INTO v_problem, v_users
	  FROM submission_author WHERE submission_id = p_submission;
	PERFORM standing_lock(v_problem, v_users);
	UPDATE submission SET status = 'cancelled', outcome = 'killed'
	 WHERE id = p_submission;
	PERFORM standing_recompute(v_problem, v_users);
END
$$;

-- The same as below for one that people grade: it has no job.
CREATE OR REPLACE FUNCTION submission_cancel_manual(p_submission text)
RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_status text;
BEGIN
	SELECT status INTO v_status FROM submission
	 WHERE id = p_submission AND is_manual FOR NO KEY UPDATE;
	IF v_status = 'pending' THEN
		PERFORM submission_take_back(p_submission);
	END IF;
	RETURN CASE WHEN v_status IS NULL THEN 'unknown'
	    WHEN v_status IN ('pending', 'cancelled') THEN 'done'
	    ELSE 'ended' END;
END
$$;

--	done		now, or it was before
--	rejudged	a result stands behind it: only staff may take it away
--	ended		neither waiting nor running
--	unknown		no such submission, or one without a job
CREATE OR REPLACE FUNCTION submission_cancel(p_submission text,
    p_is_staff boolean, p_reason text, OUT outcome text, OUT job_id text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job := job_lock_current(p_submission);
BEGIN
	job_id := j.id;
	IF j.id IS NULL THEN
		outcome := submission_cancel_manual(p_submission);
	ELSIF j.state = 'cancelled' THEN
		outcome := 'done';
	ELSIF NOT j.live THEN
		outcome := 'ended';
	ELSIF NOT p_is_staff AND EXISTS (SELECT FROM submission
	    WHERE id = p_submission AND judged_job IS NOT NULL) THEN
		outcome := 'rejudged';
	ELSE
		PERFORM job_cancel(j, p_reason);
		outcome := 'done';
	END IF;
END
$$;

-- Another job in the place of a current one, whose row the caller has locked:
-- what it may still hand in changes nothing.  Made with what the problem has
-- now, or of the same snapshot.  In a set it stays in the set.
CREATE OR REPLACE FUNCTION job_replace(j job, p_job text, p_class text,
    p_is_now boolean, p_reason text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	UPDATE job SET current = false,
	    state = CASE WHEN live THEN 'superseded' ELSE state END,
	    ended_at = CASE WHEN live THEN now() ELSE ended_at END,
	    live = false
	 WHERE id = j.id;
	IF j.live THEN
		INSERT INTO job_history (job_id, event, lease_id, runner_id,
		    reason)
		VALUES (j.id, 'superseded', j.lease_id, j.runner_id,
		    p_reason);
		PERFORM job_mark_dirty(j.id);
	END IF;
	INSERT INTO job (id, submission_id, rejudging_id, package_id, limits,
	    pool, language, class, budget_s, common_id)
	SELECT p_job, j.submission_id, j.rejudging_id, n.package_id, n.limits,
	    n.pool, j.language, p_class, n.budget_s, n.common_id
	  FROM job_made_now(j, p_is_now) n;
	INSERT INTO job_history (job_id, event, reason)
	VALUES (p_job, 'created', p_reason);
	IF j.rejudging_id IS NULL THEN
		UPDATE submission SET status = 'pending'
		 WHERE id = j.submission_id;
	ELSE
		UPDATE rejudging_member SET job_id = p_job
		 WHERE rejudging_id = j.rejudging_id
		   AND submission_id = j.submission_id;
	END IF;
END
$$;

CREATE OR REPLACE FUNCTION job_made_now(j job, p_is_now boolean,
    OUT package_id text, OUT limits jsonb, OUT pool text,
    OUT budget_s integer, OUT common_id text)
LANGUAGE sql STABLE AS $$
	SELECT p.package_id, p.limits, coalesce(k.grading ->> 'pool', p.pool),
	    language_budget(k.budget_s, j.language), c.common_id
	  FROM submission s
	  JOIN problem p ON p.id = s.problem_id
	  JOIN course c ON c.id = s.course_id
	  JOIN package k ON k.id = p.package_id
	 WHERE p_is_now AND s.id = j.submission_id
	UNION ALL
	SELECT j.package_id, j.limits, j.pool, j.budget_s, j.common_id
	 WHERE NOT p_is_now
$$;

-- Judges it once more, with what the problem has now.  The result that stood
-- stays what counts until the new one has landed.  p_is_all: every test is
-- run, also those that laziness would skip.
--	done		now, or when this was called with the same job before
--	cancelled	a submission that was taken back stays so
--	no_package	there is nothing to judge it with
--	archived	its course can only be read
--	unknown		no such submission, or one without a job or content
DROP FUNCTION IF EXISTS submission_rejudge(text, text, text, jsonb, text,
    integer, text);
DROP FUNCTION IF EXISTS submission_rejudge(text, text, text);
CREATE OR REPLACE FUNCTION submission_rejudge(p_submission text, p_job text,
    p_reason text, p_is_all boolean, OUT outcome text, OUT job_id text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job := job_lock_current(p_submission);
BEGIN
	job_id := j.id;
	outcome := CASE WHEN j.id IS NULL OR EXISTS (SELECT FROM submission
		WHERE id = p_submission AND removed_at IS NOT NULL)
	    THEN 'unknown'
	    WHEN EXISTS (SELECT FROM job WHERE id = p_job) THEN 'done'
	    WHEN j.state = 'cancelled' THEN 'cancelled'
	    WHEN EXISTS (SELECT FROM submission s
		JOIN course c ON c.id = s.course_id
		WHERE s.id = p_submission AND c.archived_at IS NOT NULL)
	    THEN 'archived'
	    WHEN (job_made_now(j, true)).package_id IS NULL
	    THEN 'no_package' END;
	IF outcome IS NULL THEN
		PERFORM job_replace(j, p_job, 'rejudge', true, p_reason);
		UPDATE job SET limits = coalesce(limits, '{}')
			|| '{"all_tests": true}'
		 WHERE p_is_all AND id = p_job;
		outcome := 'done';
	END IF;
END
$$;
