-- Gives a leased job back, by compare-and-set on its lease (a lease that is
-- not given: the recorded one of the runner; a runner that is not given:
-- whoever has it).  The row keeps its lease: until the next claim is
-- recorded, the old holder's result may still land.  job_fail says what it
-- costs; a delayed job is offered again when its mark is due.
--	ready, je	released; at the last charge it is a judge error
--	again		it was released before
--	not_held	ended, or another lease has it
--	unknown		no such job
DROP FUNCTION IF EXISTS job_release(text, text, text, text, boolean);
CREATE FUNCTION job_release(p_job text, p_runner text,
    p_lease text, p_reason text, p_refund boolean,
    OUT outcome text, OUT lease_id text, OUT refunded boolean,
    OUT delayed boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	j job;
BEGIN
	refunded := false;
	delayed := false;
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
	SELECT f.outcome, f.refunded, f.delay_s > 0
	  INTO outcome, refunded, delayed
	  FROM job_fail(p_job, p_reason, p_refund) f;
END
$$;
