-- The story of a submission in sentences, for somebody at 3 a.m.

-- Who could take a job of this queue: runners that are there, the places
-- that they have free, and those that would serve it if they were let.
CREATE OR REPLACE FUNCTION op_queue_runners(p_pool text, p_language text,
    OUT live bigint, OUT free bigint, OUT held_back text, OUT silent text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT count(*) FILTER (WHERE r.state = 'active' AND r.is_here),
	    coalesce(sum(greatest(0, r.capacity - r.leased))
		FILTER (WHERE r.state = 'active' AND r.is_here), 0)::bigint,
	    min(r.id) FILTER (WHERE r.is_here
		AND r.state IN ('draining', 'set_aside')),
	    min(r.name) FILTER (WHERE r.state = 'active' AND NOT r.is_here)
	  FROM (
		SELECT n.id, n.name, n.state, n.capacity,
		    s.seen_at > now() - interval '2 minutes' AS is_here,
		    (SELECT count(*) FROM job j WHERE j.live
			AND j.state = 'leased' AND j.runner_id = n.id)
			AS leased
		  FROM runner n JOIN runner_seen s ON s.runner_id = n.id
		 WHERE n.state NOT IN ('removed', 'revoked')
		   AND p_pool = ANY (n.pools)
		   AND (n.languages = '{}' OR p_language IS NULL
		    OR p_language = '' OR p_language = ANY (n.languages))
	  ) r
$$;

CREATE OR REPLACE FUNCTION op_ago(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT date_trunc('second', now() - p_at)::text
$$;

-- One row of a job's history as a sentence.
CREATE OR REPLACE FUNCTION op_sentence(h job_history) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE h.event
	WHEN 'created' THEN format('Job %s was made%s.', h.job_id,
	    coalesce(': ' || h.reason, ' and offered to runners'))
	WHEN 'claimed' THEN format('Runner %s took job %s with lease %s.',
	    w.who, h.job_id, h.lease_id)
	WHEN 'landed' THEN format('Runner %s handed in %s, grade %s.', w.who,
	    h.detail ->> 'verdict', h.detail ->> 'grade')
	WHEN 'released' THEN format('Job %s came back from runner %s: %s; the'
	    ' attempt %s%s.', h.job_id, w.who, h.reason,
	    CASE WHEN (h.detail ->> 'refunded')::boolean
		THEN 'was given back' ELSE 'counts' END,
	    CASE WHEN (h.detail ->> 'delay_s')::integer > 0
		THEN format(', and it rests for %s s', h.detail ->> 'delay_s')
		ELSE '' END)
	WHEN 'je' THEN format('Job %s was given up as a judge error: %s.',
	    h.job_id, coalesce(h.reason, 'too many attempts'))
	WHEN 'cancelled' THEN format('It was cancelled (%s).', h.reason)
	WHEN 'superseded' THEN format('Job %s was superseded: %s.', h.job_id,
	    h.reason)
	WHEN 'applied' THEN format('The result of job %s came to count: %s.',
	    h.job_id, h.reason)
	WHEN 'moved' THEN format('Job %s was moved to package %s.', h.job_id,
	    h.reason)
	END
	  FROM (SELECT coalesce((SELECT format('%s (%s)', r.name, r.id)
		FROM runner r WHERE r.id = h.runner_id), h.runner_id)
		AS who) w
$$;

-- Why a job waits, and what to do about it.
CREATE OR REPLACE FUNCTION op_why(j job, OUT why text, OUT next text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	p record;
	q record;
	v_marked timestamptz;
	v_before bigint;
BEGIN
	SELECT o.held_at, o.held_by, o.held_reason,
	    c.slug || '/' || o.slug AS name INTO p
	  FROM package k
	  JOIN problem o ON o.id = k.problem_id
	  JOIN course c ON c.id = o.course_id
	 WHERE k.id = j.package_id;
	SELECT * INTO q FROM op_queue_runners(j.pool, j.language);
	SELECT d.due_at INTO v_marked FROM job_dirty d WHERE d.job_id = j.id;
	SELECT count(*) INTO v_before FROM job o
	 WHERE o.live AND o.state = 'ready' AND o.seq < j.seq
	   AND o.pool = j.pool AND o.class = j.class
	   AND o.language IS NOT DISTINCT FROM j.language;
	IF p.held_at IS NOT NULL THEN
		why := format('problem %s has been held by %s for %s%s', p.name,
		    p.held_by, op_ago(p.held_at),
		    coalesce(': ' || p.held_reason, ''));
		next := format('SELECT op_release(%L);', p.name);
	ELSIF j.not_before > now() THEN
		why := format('it failed %s times and rests until %s',
		    j.charged + j.refunds, ts_text(j.not_before));
		next := format('SELECT op_requeue(%L);', j.submission_id);
	ELSIF q.live = 0 AND q.held_back IS NOT NULL THEN
		why := format('the runners of pool %s for %s get no jobs'
		    ' (drained or set aside)', j.pool,
		    coalesce(j.language, 'any language'));
		next := format('SELECT op_release(%L);', q.held_back);
	ELSIF q.live = 0 THEN
		why := format('no live runner serves pool %s and language %s%s',
		    j.pool, coalesce(j.language, 'any'),
		    coalesce('; runner ' || q.silent || ' was not heard of for'
		    ' two minutes', ''));
		next := '\! systemctl restart assize-runner';
	ELSIF v_marked < now() - interval '10 seconds' THEN
		why := format('it was to be offered %s ago, and no worker did'
		    ' so', op_ago(v_marked));
		next := '\! systemctl status ''assized@*'' redis-server';
	ELSIF q.free = 0 THEN
		why := format('all places of the %s live runners are taken, and'
		    ' %s jobs were made before it', q.live, v_before);
		next := 'SELECT * FROM op_queue;';
	ELSE
		why := format('%s live runners have %s places free, and %s jobs'
		    ' were made before it: it is about to be taken', q.live,
		    q.free, v_before);
		next := 'SELECT * FROM op_queue;';
	END IF;
END
$$;

-- The present, and the command that is next.
CREATE OR REPLACE FUNCTION op_present(p_submission text, OUT says text,
    OUT next text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	s submission;
	j job;
	w record;
BEGIN
	SELECT * INTO s FROM submission WHERE id = p_submission;
	SELECT * INTO j FROM job WHERE submission_id = p_submission
	   AND current AND rejudging_id IS NULL;
	IF j.live AND j.state = 'ready' THEN
		SELECT * INTO w FROM op_why(j);
		says := format('It has waited for %s in queue %s/%s/%s: %s.',
		    op_ago(j.created_at), j.pool, coalesce(j.language, '-'),
		    j.class, w.why);
		next := w.next;
	ELSIF j.live AND j.hard_at < now() THEN
		says := format('It runs on %s past its deadline of %s: the'
		    ' sweep takes it back.', j.runner_id, ts_text(j.hard_at));
		next := format('SELECT op_requeue(%L);', s.id);
	ELSIF j.live THEN
		says := format('It has run on %s for %s and ends by %s.',
		    coalesce((SELECT r.name FROM runner r
			WHERE r.id = j.runner_id), j.runner_id),
		    op_ago(j.leased_at), ts_text(j.hard_at));
		next := format('SELECT * FROM op_explain(%L);', s.id);
	ELSIF s.status = 'error' THEN
		says := format('It is a judge error: nobody is blamed, and no'
		    ' attempt used up. %s claims, %s of them charged.',
		    j.claims, j.charged);
		next := CASE WHEN s.removed_at IS NOT NULL
		    THEN '-- nothing to do'
		    ELSE format('SELECT op_requeue(%L);', s.id) END;
	ELSIF s.status = 'cancelled' THEN
		says := 'It was taken back, and stays so.';
		next := '-- nothing to do';
	ELSIF s.status = 'pending' THEN
		says := 'It waits for a person to grade it.';
		next := '-- nothing to do';
	ELSE
		says := format('It is done: %s, grade %s%s.', s.verdict,
		    s.grade, CASE WHEN s.manual_grade IS NOT NULL
			THEN ' (given by a person)' ELSE '' END);
		next := CASE WHEN j.id IS NULL OR s.removed_at IS NOT NULL
		    THEN '-- nothing to do'
		    ELSE format('SELECT op_rejudge(%L);',
			jsonb_build_object('submission', s.id)) END;
	END IF;
END
$$;

DROP FUNCTION IF EXISTS op_explain(text);
CREATE OR REPLACE FUNCTION op_explain(p_submission text)
RETURNS TABLE (at timestamptz, says text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF NOT EXISTS (SELECT FROM submission WHERE id = p_submission) THEN
		PERFORM op_refuse('no_data_found', format('there is no'
		    ' submission "%s"', p_submission), 'Ids begin with sb_.');
	END IF;
	RETURN QUERY
	SELECT t.at, t.says FROM (
		SELECT s.submitted_at AS at, 0 AS step, 0::bigint AS seq,
		    format('%s submitted it to %s/%s in %s; it was accepted.',
			(SELECT string_agg(u.name, ', ' ORDER BY a.place)
			   FROM submission_author a
			   JOIN app_user u ON u.id = a.user_id
			  WHERE a.submission_id = s.id), c.slug, p.slug,
			coalesce(s.language, 'no language')) AS says
		  FROM submission s
		  JOIN course c ON c.id = s.course_id
		  JOIN problem p ON p.id = s.problem_id
		 WHERE s.id = p_submission
		UNION ALL
		SELECT h.at, 1, h.seq, op_sentence(h)
		  FROM job_events(ARRAY(SELECT j.id FROM job j
			WHERE j.submission_id = p_submission)) h
		UNION ALL
		SELECT a.at, 2, a.seq, format('%s did: %s%s.', a.actor,
		    a.action, coalesce(' ' || a.detail::text, ''))
		  FROM audit a WHERE a.target = p_submission
		UNION ALL
		SELECT now(), 3, 0, format('Rejudging %s has it too; its new'
		    ' result does not count yet.', m.rejudging_id)
		  FROM rejudging_member m
		 WHERE m.submission_id = p_submission AND m.is_open
		UNION ALL
		SELECT now(), 4, 0, o.says FROM op_present(p_submission) o
		UNION ALL
		SELECT NULL, 5, 0, o.next FROM op_present(p_submission) o
	) t ORDER BY t.step >= 3, CASE WHEN t.step < 3 THEN t.at END, t.step,
	    t.seq;
END
$$;
