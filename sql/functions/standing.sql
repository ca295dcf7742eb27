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

-- Derives the standings from the results that count.  Called with the rows
-- locked and as a statement of its own, whose snapshot sees what others
-- committed before the lock was had.  Best: the highest grade; last: the
-- latest; of equals the newer one.
CREATE OR REPLACE FUNCTION standing_recompute(p_problem bigint,
    p_users bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE standing t
	   SET tried = n.tried, evaluated = n.evaluated, grade = n.grade,
	       is_success = n.is_success, state = n.state,
	       updated_at = now()
	  FROM (
		SELECT u.user_id,
		    count(c.id) FILTER (WHERE c.verdict <> 'CE'
			OR p.counts_ce) AS tried,
		    (array_agg(c.id ORDER BY
			CASE WHEN p.evaluate = 'best' THEN c.grade END DESC,
			c.submitted_at DESC, c.seq DESC)
			FILTER (WHERE c.id IS NOT NULL))[1] AS evaluated,
		    (array_agg(c.grade ORDER BY
			CASE WHEN p.evaluate = 'best' THEN c.grade END DESC,
			c.submitted_at DESC, c.seq DESC)
			FILTER (WHERE c.id IS NOT NULL))[1] AS grade,
		    coalesce((array_agg(c.outcome = 'success' ORDER BY
			CASE WHEN p.evaluate = 'best' THEN c.grade END DESC,
			c.submitted_at DESC, c.seq DESC)
			FILTER (WHERE c.id IS NOT NULL))[1], false)
			AS is_success,
		    (array_agg(c.state ORDER BY c.submitted_at DESC,
			c.seq DESC)
			FILTER (WHERE c.state IS NOT NULL))[1] AS state
		  FROM unnest(p_users) AS u (user_id)
		  JOIN problem p ON p.id = p_problem
		  LEFT JOIN (
			SELECT a.user_id, s.id, s.submitted_at, s.seq,
			    s.grade, r.verdict, r.outcome, r.state
			  FROM submission_author a
			  JOIN submission s ON s.id = a.submission_id
			  JOIN result r ON r.job_id = s.judged_job
			 WHERE a.problem_id = p_problem
			   AND a.user_id = ANY (p_users)
			   AND s.status <> 'cancelled'
		  ) c ON c.user_id = u.user_id
		 GROUP BY u.user_id
	  ) n
	 WHERE t.problem_id = p_problem AND t.user_id = n.user_id;
END
$$;
