-- A grade that a person gives, beside the machine's, or takes back (p_grade
-- NULL).  On a submission that only people grade it is the verdict: without
-- it, it waits.  Locks as the landing does.
--	done		now, or it was so before
--	cancelled	it was taken back: nothing to grade
--	unknown		no such submission, or its content is gone
CREATE OR REPLACE FUNCTION submission_grade_put(p_submission text,
    p_user bigint, p_grade numeric, p_comment text)
RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	j job := job_lock_current(p_submission);
	s submission;
	v_users bigint[];
BEGIN
	SELECT * INTO s FROM submission
	 WHERE id = p_submission AND removed_at IS NULL FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	ELSIF s.status = 'cancelled' THEN
		RETURN 'cancelled';
	ELSIF (s.manual_grade, s.manual_comment) IS NOT DISTINCT FROM
	    (p_grade, p_comment) THEN
		RETURN 'done';
	END IF;
	SELECT array_agg(user_id ORDER BY user_id) INTO v_users
	  FROM submission_author WHERE submission_id = s.id;
	PERFORM standing_lock(s.problem_id, v_users);
	s.grade := submission_grade(s.machine_grade, p_grade, s.penalty);
	UPDATE submission o
	   SET manual_grade = p_grade, manual_comment = p_comment,
	       manual_by = CASE WHEN p_grade IS NOT NULL THEN p_user END,
	       manual_at = CASE WHEN p_grade IS NOT NULL THEN now() END,
	       grade = s.grade, status = v.status, verdict = v.verdict,
	       outcome = v.outcome, judged_at = v.judged_at
	  FROM submission_verdict_by(s) v
	 WHERE o.id = s.id;
	INSERT INTO audit (actor, action, target, detail)
	SELECT u.name, 'grade', s.id, jsonb_build_object(
	    'old', jsonb_build_object('grade', s.manual_grade,
		'comment', s.manual_comment, 'by', (SELECT name FROM app_user
		WHERE id = s.manual_by), 'at', ts_text(s.manual_at)),
	    'new', jsonb_build_object('grade', p_grade,
		'comment', p_comment))
	  FROM app_user u WHERE u.id = p_user;
	PERFORM standing_recompute(s.problem_id, v_users);
	RETURN 'done';
END
$$;

-- The verdict of a submission that only people grade follows its grade; that
-- of others stays.
CREATE OR REPLACE FUNCTION submission_verdict_by(s submission,
    OUT status text, OUT verdict text, OUT outcome text,
    OUT judged_at timestamptz)
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN NOT s.is_manual THEN s.status
	    WHEN s.grade IS NULL THEN 'pending' ELSE 'done' END,
	    CASE WHEN NOT s.is_manual THEN s.verdict
	    WHEN s.grade = 100 THEN 'AC' WHEN s.grade IS NOT NULL THEN 'WA' END,
	    CASE WHEN NOT s.is_manual THEN s.outcome
	    WHEN s.grade >= p.pass_mark THEN 'success'
	    WHEN s.grade IS NOT NULL THEN 'failed' END,
	    CASE WHEN NOT s.is_manual THEN s.judged_at
	    WHEN s.grade IS NOT NULL THEN now() END
	  FROM problem p WHERE p.id = s.problem_id
$$;
