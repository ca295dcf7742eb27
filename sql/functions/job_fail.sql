-- Who a runner is when it comes back: its name, if it gave one.
CREATE OR REPLACE FUNCTION runner_identity(p_runner text) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN r.is_named THEN r.name ELSE r.id END
	  FROM runner r WHERE r.id = p_runner
$$;

-- How many claims of this job count against it, by the runner that has it
-- now (this claim too) and by others: all but those that were given back at
-- nobody's charge.
CREATE OR REPLACE FUNCTION job_failures(p_job text, p_runner text,
    OUT own bigint, OUT others bigint)
LANGUAGE sql STABLE AS $$
	SELECT count(*) FILTER (WHERE t.who = m.who),
	    count(*) FILTER (WHERE t.who <> m.who)
	  FROM (SELECT coalesce(runner_identity(p_runner), p_runner)) AS m (who),
	    LATERAL (
		SELECT coalesce(runner_identity(h.runner_id), h.runner_id)
		  FROM job_history h
		 WHERE h.job_id = p_job AND h.event = 'claimed'
		   AND NOT EXISTS (SELECT FROM job_history r
			WHERE r.job_id = p_job AND r.event = 'released'
			  AND r.lease_id = h.lease_id
			  AND r.detail @> '{"failed": false}')
	    ) AS t (who)
$$;

-- Ends the claim of a leased job, whose row the caller has locked; 'ready',
-- or 'je' at the last charge.
--
-- p_refund: nobody failed (drained, unregistered, revoked).  Else the runner
-- did, or the submission: which of them, one runner alone cannot tell.  So
-- the last charge ends the job only if claims failed on two runners at
-- least; a runner that is alone gives the charge back and tries again after
-- a while that doubles, from 5 s to 5 minutes.  A job is refunded ten times
-- at most, whatever the reason.  A job that hung used up its own time: it is
-- held against the submission.  A lease that expired at the hard deadline (by
-- Redis' clock, a moment before ours) hung.
CREATE OR REPLACE FUNCTION job_fail(p_job text, p_reason text,
    p_refund boolean,
    OUT outcome text, OUT refunded boolean, OUT delay_s bigint)
LANGUAGE plpgsql AS $$
DECLARE
	j job;
	f record;
	v_failed boolean := NOT p_refund;
	v_reason text := p_reason;
	v_waits boolean;
BEGIN
	SELECT * INTO STRICT j FROM job WHERE id = p_job;
	IF p_reason = 'expired' AND j.hard_at < now() + interval '1 second' THEN
		v_reason := 'hung';
	END IF;
	v_waits := NOT p_refund AND v_reason <> 'hung';
	SELECT * INTO f FROM job_failures(p_job, j.runner_id);
	refunded := j.refunds < 10
	    AND (p_refund OR (v_waits AND j.charged >= 3 AND f.others = 0));
	delay_s := CASE WHEN v_waits AND f.own > 1
	    THEN least(300, 5 * 2 ^ least(f.own - 2, 10)) ELSE 0 END;
	outcome := CASE WHEN j.charged >= 3 AND NOT refunded
	    THEN 'je' ELSE 'ready' END;
	IF outcome = 'je' THEN
		delay_s := 0;
	END IF;
	UPDATE job SET state = 'ready',
	    charged = charged - refunded::integer,
	    refunds = refunds + refunded::integer,
	    not_before = CASE WHEN delay_s > 0
		THEN now() + delay_s * interval '1 second' END
	 WHERE id = p_job;
	INSERT INTO job_history (job_id, event, lease_id, runner_id, reason,
	    detail)
	VALUES (p_job, 'released', j.lease_id, j.runner_id, v_reason,
	    jsonb_build_object('refunded', refunded, 'failed', v_failed,
		'delay_s', delay_s));
	IF v_failed THEN
		INSERT INTO runner_failure (runner_id, job_id)
		SELECT r.id, p_job FROM runner r WHERE r.id = j.runner_id;
	END IF;
	IF delay_s > 0 THEN
		INSERT INTO job_dirty (job_id, due_at)
		VALUES (p_job, now() + delay_s * interval '1 second')
		ON CONFLICT (job_id) DO UPDATE
		   SET at = now(), seq = DEFAULT, due_at = excluded.due_at;
	END IF;
	IF outcome = 'je' THEN
		PERFORM job_je(p_job, v_reason);
	END IF;
END
$$;
