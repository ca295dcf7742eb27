-- The grade that counts: the one that people gave, else the machine's less
-- what being late takes of it.  NULL while there is neither.
CREATE OR REPLACE FUNCTION submission_grade(p_machine numeric,
    p_manual numeric, p_penalty numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(p_manual,
	    round(p_machine * (100 - p_penalty) / 100, 2))
$$;

CREATE OR REPLACE FUNCTION job_is_scripts(p_job text) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM job j
	  JOIN package k ON k.id = j.package_id
	 WHERE j.id = p_job AND k.grading ->> 'template' = 'script')
$$;

-- How a grading ended, for its problem: from the pass mark up it is a success,
-- but for a script, which has its own word.  What is not in doubt asks no
-- table, and the whole becomes part of the statement that calls it.
CREATE OR REPLACE FUNCTION result_outcome(p_job text, p_outcome text,
    p_verdict text, p_grade numeric, p_mark numeric)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN p_outcome = 'failed' AND p_verdict = 'WA'
	    AND p_grade >= p_mark AND NOT job_is_scripts(p_job)
	    THEN 'success' ELSE p_outcome END
$$;

-- Makes the rows if needed and locks them, in user-id order, so that two
-- landings (or a landing and a gate) of the same user cannot deadlock.
CREATE OR REPLACE FUNCTION standing_lock(p_problem bigint, p_users bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO standing (problem_id, user_id)
	SELECT p_problem, u FROM unnest(p_users) AS u ORDER BY u
	ON CONFLICT DO NOTHING;
	PERFORM FROM standing
	 WHERE problem_id = p_problem AND user_id = ANY (p_users)
	 ORDER BY user_id
	   FOR NO KEY UPDATE;
END
$$;

-- What a standing is made of: every attempt of the users that has a grade,
-- of a machine or of people.  A removed one was an attempt, but is no more to
-- be chosen.
CREATE OR REPLACE FUNCTION standing_attempts(p_problem bigint,
    p_users bigint[])
RETURNS TABLE (user_id bigint, id text, submitted_at timestamptz, seq bigint,
    grade numeric, is_success boolean, state text, counts boolean,
    is_kept boolean)
LANGUAGE sql STABLE AS $$
	SELECT a.user_id, s.id, s.submitted_at, s.seq, s.grade,
	    CASE WHEN s.manual_grade IS NOT NULL
		THEN s.manual_grade >= p.pass_mark
		ELSE result_outcome(r.job_id, r.outcome, r.verdict, r.grade,
		    p.pass_mark) = 'success' END,
	    coalesce(r.state, s.state_in),
	    r.verdict IS NULL OR r.verdict <> 'CE' OR p.counts_ce,
	    s.removed_at IS NULL
	  FROM submission_author a
	  JOIN submission s ON s.id = a.submission_id
	  JOIN problem p ON p.id = s.problem_id
	  LEFT JOIN result r ON r.job_id = s.judged_job
	 WHERE a.problem_id = p_problem AND a.user_id = ANY (p_users)
	   AND s.status <> 'cancelled'
	   AND (r.job_id IS NOT NULL OR s.manual_grade IS NOT NULL)
$$;

-- Derives the standings from the rows that count.  Called with the rows
-- locked and as a statement of its own, whose snapshot sees what others
-- committed before the lock was had.  Best: the highest grade; last: the
-- latest; of equals the newer one.  The state is that of the evaluated
-- submission.  What is as it was is not written.
CREATE OR REPLACE FUNCTION standing_recompute(p_problem bigint,
    p_users bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE standing t
	   SET tried = n.tried, evaluated = n.id, grade = n.grade,
	       is_success = n.is_success, state = n.state, updated_at = now()
	  FROM (
		SELECT DISTINCT ON (u.id) u.id AS user_id,
		    count(a.id) FILTER (WHERE a.counts)
			OVER (PARTITION BY u.id) AS tried,
		    CASE WHEN a.is_kept THEN a.id END AS id,
		    CASE WHEN a.is_kept THEN a.grade END AS grade,
		    coalesce(a.is_kept AND a.is_success, false) AS is_success,
		    CASE WHEN a.is_kept THEN a.state END AS state
		  FROM unnest(p_users) AS u (id)
		  JOIN problem p ON p.id = p_problem
		  LEFT JOIN standing_attempts(p_problem, p_users) a
		    ON a.user_id = u.id
		 ORDER BY u.id, a.is_kept DESC,
		    CASE WHEN p.evaluate = 'best' THEN a.grade END DESC,
		    a.submitted_at DESC, a.seq DESC
	  ) n
	 WHERE t.problem_id = p_problem AND t.user_id = n.user_id
	   AND (t.tried, t.evaluated, t.grade, t.is_success, t.state)
	    IS DISTINCT FROM (n.tried, n.id, n.grade, n.is_success, n.state);
END
$$;

-- What decides between attempts has changed: all standings follow.
CREATE OR REPLACE FUNCTION standing_follow() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
	v_users bigint[];
BEGIN
	SELECT array_agg(user_id ORDER BY user_id) INTO v_users
	  FROM standing WHERE problem_id = NEW.id;
	IF v_users IS NOT NULL THEN
		PERFORM standing_lock(NEW.id, v_users);
		PERFORM standing_recompute(NEW.id, v_users);
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER problem_evaluation
    AFTER UPDATE OF evaluate, counts_ce, pass_mark ON problem FOR EACH ROW
    WHEN ((OLD.evaluate, OLD.counts_ce, OLD.pass_mark)
	IS DISTINCT FROM (NEW.evaluate, NEW.counts_ce, NEW.pass_mark))
    EXECUTE FUNCTION standing_follow();

-- The grades of a course: over all problems that have opened, by weight; what
-- was not handed in counts as 0.  NULL while nothing has opened.
CREATE OR REPLACE FUNCTION course_grades(p_course bigint, p_users bigint[])
RETURNS TABLE (user_id bigint, grade numeric) LANGUAGE sql STABLE AS $$
	SELECT u.id, round((sum(p.weight * coalesce(t.grade, 0))
	    / nullif(sum(p.weight), 0))::numeric, 2)
	  FROM unnest(p_users) AS u (id)
	  LEFT JOIN problem p ON p.course_id = p_course AND p.is_visible
	   AND coalesce(p.opens_at, '-infinity') <= now()
	  LEFT JOIN standing t ON t.problem_id = p.id AND t.user_id = u.id
	 GROUP BY u.id
$$;
