-- Gives a leased job back, by compare-and-set on its lease (a lease that is
-- not given: the recorded one of the runner; a runner that is not given:
-- whoever has it).  The row keeps its lease: until the next claim is
-- recorded, the old holder's result may still land.  A refund gives the
-- charge back, ten times a job at most.
--	ready, je	released; at the last charge it is a judge error
--	again		it was released before
--	not_held	ended, or another lease has it
--	unknown		no such job
CREATE OR REPLACE FUNCTION job_release(p_job text, p_runner text,
    p_lease text, p_reason text, p_refund boolean,
    OUT outcome text, OUT lease_id text, OUT refunded boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	j job;
BEGIN
	refunded := false;
	SELECT * INTO j FROM job WHERE id = p_job FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'unknown';
		RETURN;
	END IF;
	lease_id := j.lease_id;
	IF j.lease_id IS NULL
	    OR j.lease_id <> coalesce(p_lease, j.lease_id)
	    OR j.runner_id <> coalesce(p_runner, j.runner_id)
	    OR j.state NOT IN ('ready', 'leased', 'je') THEN
		outcome := 'not_held';
		RETURN;
	ELSIF j.state <> 'leased' THEN
		outcome := 'again';
		RETURN;
	END IF;
	refunded := p_refund AND j.refunds < 10;
	UPDATE job SET state = 'ready',
	    charged = charged - CASE WHEN refunded THEN 1 ELSE 0 END,
	    refunds = refunds + CASE WHEN refunded THEN 1 ELSE 0 END
	 WHERE id = p_job
	RETURNING * INTO j;
	INSERT INTO job_history (job_id, event, lease_id, runner_id, reason,
	    detail)
	VALUES (p_job, 'released', j.lease_id, j.runner_id, p_reason,
	    jsonb_build_object('refunded', refunded));
	outcome := 'ready';
	IF j.charged >= 3 THEN
		PERFORM job_je(p_job, p_reason);
		outcome := 'je';
	END IF;
END
$$;
