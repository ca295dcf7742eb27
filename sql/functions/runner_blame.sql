-- Sets aside runners on which claims of several submissions failed, of two
-- problems at least, that another runner then judged: so neither a broken
-- submission nor a broken problem is held against a runner.  One after the
-- other, and never the last live runner of a pool.  Answers how many.
CREATE OR REPLACE FUNCTION runner_blame(p_submissions integer) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	f record;
	v_n integer := 0;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('runner_blame', 0));
	FOR f IN
		SELECT b.runner_id FROM runner_failure b
		  JOIN runner r ON r.id = b.runner_id AND r.state = 'active'
		  JOIN job j ON j.id = b.job_id AND j.state = 'done'
		  JOIN result t ON t.job_id = j.id AND t.verdict <> 'JE'
		  JOIN submission s ON s.id = j.submission_id
		 WHERE b.at > now() - interval '1 hour'
		   AND runner_identity(t.runner_id) <> runner_identity(r.id)
		 GROUP BY b.runner_id
		HAVING count(DISTINCT s.id) >= p_submissions
		   AND count(DISTINCT s.problem_id) >= 2
		 ORDER BY b.runner_id
	LOOP
		UPDATE runner r SET state = 'set_aside'
		 WHERE r.id = f.runner_id AND r.state = 'active'
		   AND NOT EXISTS (SELECT FROM unnest(r.pools) AS p (name)
			WHERE NOT EXISTS (SELECT FROM runner o
			  JOIN runner_seen v ON v.runner_id = o.id
			 WHERE o.id <> r.id AND o.state = 'active'
			   AND p.name = ANY (o.pools)
			   AND v.seen_at > now() - (3 * o.heartbeat_s + 2)
				* interval '1 second'));
		IF FOUND THEN
			v_n := v_n + 1;
			INSERT INTO audit (actor, action, target)
			VALUES (session_user, 'set_aside', f.runner_id);
		END IF;
	END LOOP;
	RETURN v_n;
END
$$;

-- What a runner's self-test says, '': it passes.  One that was set aside
-- works again then, and what failed on it before is not held against it.
CREATE OR REPLACE FUNCTION runner_tested(p_runner text, p_fault text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	UPDATE runner
	   SET fault = nullif(p_fault, ''),
	       fault_at = CASE WHEN p_fault = '' THEN NULL ELSE now() END
	 WHERE id = p_runner AND fault IS DISTINCT FROM nullif(p_fault, '');
	IF p_fault = '' THEN
		UPDATE runner SET state = 'active'
		 WHERE id = p_runner AND state = 'set_aside';
		IF FOUND THEN
			DELETE FROM runner_failure
			 WHERE runner_id = p_runner;
			INSERT INTO audit (actor, action, target, detail)
			VALUES (session_user, 'release', p_runner,
			    '{"self_test": "passed"}');
		END IF;
	END IF;
END
$$;
