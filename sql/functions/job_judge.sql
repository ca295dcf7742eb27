-- What a result of (runner, lease) meets, from the row as it is now: the
-- rules of the landing in one place.  A lease that is not given stands for
-- the recorded one of (job, runner).
--	landed		it may land
--	replay		this lease landed it before
--	not_recorded	another lease in the row: does Redis hold mine?
--	not_held	superseded, cancelled, JE, a newer lease recorded
--	other		landed by another lease
CREATE OR REPLACE FUNCTION job_judge(j job, p_runner text, p_lease text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
	WHEN j.state = 'done' THEN
		CASE WHEN j.runner_id = p_runner
		    AND j.lease_id = coalesce(p_lease, j.lease_id)
		THEN 'replay' ELSE 'other' END
	-- mutant no_currency_check leaves out:
	WHEN NOT j.live OR NOT j.current THEN 'not_held'
	-- mutant end
	WHEN j.lease_id = coalesce(p_lease, j.lease_id) THEN
		CASE WHEN j.runner_id = p_runner THEN 'landed'
		WHEN p_lease IS NULL THEN 'not_recorded'
		ELSE 'not_held' END
	WHEN p_lease COLLATE "C" < j.lease_id COLLATE "C" THEN 'not_held'
	ELSE 'not_recorded'
	END
$$;
