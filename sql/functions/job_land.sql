-- The one write of a result.  Locks the job, then the submission, then the
-- standings in user-id order; judges only from what it read after the lock
-- of the job was had; each statement below sees what was committed before it
-- began (VOLATILE).  The outcomes are those of job_judge, and 'unknown'.
CREATE OR REPLACE FUNCTION job_land(p_job text, p_runner text, p_lease text,
    p_record boolean, p_verdict text, p_outcome text, p_grade numeric,
    p_time_ms bigint, p_memory_kb bigint, p_state text, p_document jsonb,
    p_provenance jsonb,
    OUT outcome text, OUT submission_id text, OUT lease_id text,
    OUT evaluated boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	j job;
	v_problem bigint;
	v_users bigint[];
BEGIN
	SELECT * INTO j FROM job WHERE id = p_job FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'unknown';
		RETURN;
	END IF;
	outcome := job_judge(j, p_runner, p_lease);
	submission_id := j.submission_id;
	IF outcome = 'not_recorded' AND p_record AND p_lease IS NOT NULL THEN
		-- Redis holds exactly this lease: the claim was forgotten here.
		PERFORM job_record_claim(p_runner, p_job, p_lease);
		j.lease_id := p_lease;
		j.runner_id := p_runner;
		outcome := 'landed';
	END IF;
	lease_id := j.lease_id;
	IF outcome <> 'landed' THEN
		evaluated := job_is_evaluated(j.submission_id);
		RETURN;
	END IF;

	-- A set's result counts when the set is applied, not before.
	IF j.rejudging_id IS NULL THEN
		SELECT s.problem_id INTO STRICT v_problem FROM submission s
		 WHERE s.id = j.submission_id FOR NO KEY UPDATE;
		SELECT array_agg(a.user_id ORDER BY a.user_id) INTO v_users
		  FROM submission_author a
		 WHERE a.submission_id = j.submission_id;
		PERFORM standing_lock(v_problem, v_users);
	END IF;

	INSERT INTO result (job_id, submission_id, lease_id, runner_id,
	    verdict, outcome, grade, time_ms, memory_kb, state, document,
	    provenance)
	VALUES (p_job, j.submission_id, j.lease_id, p_runner, p_verdict,
	    p_outcome, p_grade, p_time_ms, p_memory_kb, p_state, p_document,
	    p_provenance);
	UPDATE job SET state = 'done', live = false, ended_at = now()
	 WHERE id = p_job;
	INSERT INTO job_history (job_id, event, lease_id, runner_id, detail)
	VALUES (p_job, 'landed', j.lease_id, p_runner,
	    jsonb_build_object('verdict', p_verdict, 'grade', p_grade));
	IF j.rejudging_id IS NULL THEN
		PERFORM submission_take_results(ARRAY[p_job]);
		PERFORM standing_recompute(v_problem, v_users);
	END IF;
	evaluated := job_is_evaluated(j.submission_id);
END
$$;

-- The verdict columns of submissions from the results of these jobs; the
-- submissions and the standings of their authors are locked, or become so.
DROP FUNCTION IF EXISTS submission_take_result(text, text);
CREATE OR REPLACE FUNCTION submission_take_results(p_jobs text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE submission s
	   SET status = CASE WHEN r.verdict = 'JE' THEN 'error'
		ELSE 'done' END,
	       verdict = r.verdict, outcome = result_outcome(r.job_id,
		r.outcome, r.verdict, r.grade, p.pass_mark),
	       judged_at = r.landed_at,
	       time_ms = r.time_ms, memory_kb = r.memory_kb,
	       machine_grade = CASE WHEN r.verdict = 'JE'
		THEN s.machine_grade ELSE r.grade END,
	       grade = CASE WHEN r.verdict = 'JE' THEN s.grade
		ELSE submission_grade(r.grade, s.manual_grade, s.penalty) END,
	       judged_job = CASE WHEN r.verdict = 'JE' THEN s.judged_job
		ELSE r.job_id END
	  FROM result r, problem p
	 WHERE s.id = r.submission_id AND r.job_id = ANY (p_jobs)
	   AND p.id = s.problem_id;
	INSERT INTO course_tool (course_id, language, tool)
	SELECT DISTINCT p.course_id, s.language,
	    left(r.provenance->>'tool', 256)
	  FROM result r
	  JOIN submission s ON s.id = r.submission_id
	  JOIN problem p ON p.id = s.problem_id
	 WHERE r.job_id = ANY (p_jobs) AND s.language IS NOT NULL
	   AND r.provenance->>'tool' IS NOT NULL
	 ORDER BY 1, 2, 3
	    ON CONFLICT DO NOTHING;
END
$$;

CREATE OR REPLACE FUNCTION job_is_evaluated(p_submission text)
RETURNS boolean LANGUAGE sql VOLATILE AS $$
	SELECT EXISTS (SELECT
	  FROM submission s
	  JOIN submission_author a ON a.submission_id = s.id
	  JOIN standing t ON t.problem_id = s.problem_id
	   AND t.user_id = a.user_id
	 WHERE s.id = p_submission AND t.evaluated = s.id)
$$;
