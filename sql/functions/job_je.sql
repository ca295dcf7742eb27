-- Ends a live job, whose row the caller has locked, as a judge error.  What
-- the standing counts does not change: the fault is ours.
CREATE OR REPLACE FUNCTION job_je(p_job text, p_reason text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	j job;
BEGIN
	-- A lost JE would be handed out once more: this commit waits for disk.
	PERFORM set_config('synchronous_commit', 'on', true);
	UPDATE job SET state = 'je', live = false, ended_at = now()
	 WHERE id = p_job AND live
	RETURNING * INTO STRICT j;
	INSERT INTO job_history (job_id, event, lease_id, runner_id, reason)
	VALUES (p_job, 'je', j.lease_id, j.runner_id, p_reason);
	IF j.rejudging_id IS NULL THEN
		UPDATE submission SET status = 'error', verdict = 'JE',
		    outcome = 'crash', judged_at = now()
		 WHERE id = j.submission_id;
	END IF;
END
$$;
