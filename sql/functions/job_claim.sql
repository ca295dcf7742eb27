-- Records that these runners took these jobs, already leased to them in Redis.
-- Rows are locked in the order of their ids.  Per job, in the order given:
--	ok		recorded, now or when this lease was claimed before
--	unknown, ended	not there; done, JE, cancelled, superseded
--	je		charged too often: it became JE here
--	held		its problem is held: drop it, a release offers it again
--	old_lease	the row has a newer lease
--	no_runner	the runner is not active
DROP FUNCTION IF EXISTS job_claim(text, text[], text[]);
CREATE OR REPLACE FUNCTION job_claim(p_runners text[], p_jobs text[],
    p_leases text[])
RETURNS TABLE (place bigint, outcome text, job_id text, lease_id text,
    claims integer, charged integer, hard_at timestamptz)
LANGUAGE plpgsql ROWS 4 AS $$
#variable_conflict use_column
DECLARE
	c record;
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	FOR c IN SELECT t.runner, t.job, t.lease, t.o
	    FROM unnest(p_runners, p_jobs, p_leases)
		WITH ORDINALITY AS t (runner, job, lease, o)
	    ORDER BY t.job, t.lease
	LOOP
		place := c.o;
		job_id := c.job;
		lease_id := c.lease;
		outcome := CASE WHEN EXISTS (SELECT FROM runner r
		    WHERE r.id = c.runner AND r.state = 'active')
		    THEN job_claim_one(c.runner, c.job, c.lease)
		    ELSE 'no_runner' END;
		SELECT j.claims, j.charged, j.hard_at
		  INTO claims, charged, hard_at
		  FROM job j WHERE j.id = c.job;
		RETURN NEXT;
	END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION job_claim_one(p_runner text, p_job text,
    p_lease text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	j job;
BEGIN
	SELECT * INTO j FROM job WHERE id = p_job FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	ELSIF NOT j.live OR NOT j.current THEN
		RETURN 'ended';
	ELSIF j.state = 'ready' AND package_is_held(j.package_id) THEN
		RETURN 'held';
	ELSIF j.lease_id = p_lease THEN
		-- Claimed before: counted once.  Released since: too late.
		RETURN CASE WHEN j.state = 'leased'
		    AND j.runner_id = p_runner THEN 'ok' ELSE 'old_lease' END;
	ELSIF j.lease_id COLLATE "C" > p_lease COLLATE "C" THEN
		RETURN 'old_lease';
	ELSIF j.state = 'leased' AND j.charged >= 3
	    AND (SELECT f.outcome FROM job_fail(p_job, 'expired', false) f)
		= 'je' THEN
		-- The lease before ended in Redis and nobody said so here.
		RETURN 'je';
	END IF;
	PERFORM job_record_claim(p_runner, p_job, p_lease);
	RETURN 'ok';
END
$$;

-- The row is locked and may be claimed.
CREATE OR REPLACE FUNCTION job_record_claim(p_runner text, p_job text,
    p_lease text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE job SET state = 'leased', runner_id = p_runner,
	    lease_id = p_lease, claims = claims + 1, charged = charged + 1,
	    leased_at = now(), hard_at = now() + budget_s * interval '1 second'
	 WHERE id = p_job;
	INSERT INTO job_history (job_id, event, lease_id, runner_id)
	VALUES (p_job, 'claimed', p_lease, p_runner);
END
$$;
