-- A new submission with its job, or the reason why not: 'made', 'there' (the
-- same id or key before), or what submission_refusal says.  The key is looked
-- up before the gates, which are judged under the locks of the authors and of
-- their standings; of two requests with one key at once the unique index lets
-- one in.  Who teaches passes all gates and is never late.
DROP FUNCTION IF EXISTS submission_insert(text, text, bigint, text, jsonb,
    bigint[], text, text, integer, bytea, jsonb, text, timestamptz, text, text,
    integer, boolean);
DROP FUNCTION IF EXISTS submission_insert(text, text, bigint, text, jsonb,
    bigint[], text, text, integer, bytea, jsonb, text, timestamptz, text, text,
    boolean, text);
CREATE OR REPLACE FUNCTION submission_insert(p_id text, p_job text,
    p_problem bigint, p_package text, p_limits jsonb, p_authors bigint[],
    p_language text, p_pool text, p_budget integer, p_source bytea,
    p_input jsonb, p_locale text, p_submitted timestamptz, p_key text,
    p_digest text, p_teaches boolean, p_team text,
    p_debug text DEFAULT NULL,
    OUT outcome text, OUT id text, OUT job_id text, OUT request_digest text,
    OUT wait_s bigint, OUT budget_s integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_seq bigint;
	v_course bigint;
	v_stored integer;
	v_sha bytea;
	v_manual boolean;
	v_common text;
	v_late boolean := false;
	v_penalty numeric := 0;
	v_soft timestamptz;
	v_end timestamptz;
BEGIN
	SELECT i.outcome, i.id, i.job_id, i.request_digest
	  INTO outcome, id, job_id, request_digest
	  FROM submission_inserted(p_id, p_authors[1], p_key) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;

	-- All of a user's submissions, whatever the problem, come one by one.
	PERFORM FROM app_user u WHERE u.id = ANY (p_authors) ORDER BY u.id
	   FOR NO KEY UPDATE;
	PERFORM standing_lock(p_problem, p_authors);
	SELECT i.outcome, i.id, i.job_id, i.request_digest
	  INTO outcome, id, job_id, request_digest
	  FROM submission_inserted(p_id, p_authors[1], p_key) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	IF NOT p_teaches THEN
		SELECT r.reason, r.pending, r.wait_s INTO outcome, id, wait_s
		  FROM submission_refusal(p_problem, p_authors, p_submitted) r;
		IF outcome IS NOT NULL THEN
			RETURN;
		END IF;
		SELECT w.phase = 'late', w.penalty, w.soft_at, w.end_at
		  INTO v_late, v_penalty, v_soft, v_end
		  FROM problem_window(p_problem, p_authors, p_submitted) w;
	END IF;

	SELECT p.course_id, p.stored_n, c.common_id
	  INTO v_course, v_stored, v_common
	  FROM problem p JOIN course c ON c.id = p.course_id
	 WHERE p.id = p_problem;
	v_sha := blob_put(p_source);
	v_manual := EXISTS (SELECT FROM package k WHERE k.id = p_package
	    AND k.grading ->> 'template' = 'manual');
	INSERT INTO submission AS s (id, course_id, problem_id, user_id, key,
	    request_digest, submitted_at, language, source, input, locale,
	    is_manual, state_in, late, penalty, soft_at, end_at, team)
	VALUES (p_id, v_course, p_problem, p_authors[1], p_key, p_digest,
	    p_submitted, p_language, v_sha, p_input, p_locale, v_manual,
	    (SELECT t.state FROM standing t WHERE t.problem_id = p_problem
		AND t.user_id = p_authors[1]),
	    v_late, v_penalty, v_soft, v_end, p_team)
	ON CONFLICT (user_id, key) WHERE key IS NOT NULL DO NOTHING
	RETURNING s.seq INTO v_seq;
	IF v_seq IS NULL THEN
		INSERT INTO blob_loose (sha256) VALUES (v_sha)
		ON CONFLICT DO NOTHING;
		SELECT i.outcome, i.id, i.job_id, i.request_digest
		  INTO outcome, id, job_id, request_digest
		  FROM submission_inserted(p_id, p_authors[1], p_key) i;
		RETURN;
	END IF;
	INSERT INTO submission_author (submission_id, user_id, place,
	    problem_id, submitted_at, seq)
	SELECT p_id, u, o, p_problem, p_submitted, v_seq
	  FROM unnest(p_authors) WITH ORDINALITY AS t (u, o);
	IF NOT v_manual THEN
		INSERT INTO job (id, submission_id, package_id, limits, pool,
		    language, budget_s, common_id, debug)
		VALUES (p_job, p_id, p_package, p_limits, p_pool, p_language,
		    language_budget(p_budget, p_language), v_common, p_debug)
		RETURNING budget_s INTO budget_s;
		INSERT INTO job_history (job_id, event)
		VALUES (p_job, 'created');
		job_id := p_job;
	END IF;
	IF v_stored > 0 THEN
		PERFORM submission_prune(p_id, v_stored);
	END IF;
	outcome := 'made';
	id := p_id;
END
$$;

-- Is it there already?  By its id: this very call, repeated after its answer
-- was lost, so it is 'made'.
CREATE OR REPLACE FUNCTION submission_inserted(p_id text, p_user bigint,
    p_key text)
RETURNS TABLE (outcome text, id text, job_id text, request_digest text)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT CASE WHEN s.id = p_id THEN 'made' ELSE 'there' END, s.id,
	    (SELECT j.id FROM job j WHERE j.submission_id = s.id
		AND j.current AND j.rejudging_id IS NULL),
	    s.request_digest
	  FROM submission s
	 WHERE s.id = p_id OR (s.user_id = p_user AND s.key = p_key);
END
$$;

-- When the attempts of a user were made, the latest first; of one problem or
-- (NULL) of all.  Waiting ones count; what the system failed at and what was
-- taken back do not.
CREATE OR REPLACE FUNCTION submission_counted(p_user bigint,
    p_problem bigint, p_since timestamptz)
RETURNS SETOF timestamptz LANGUAGE sql VOLATILE AS $$
	SELECT a.submitted_at
	  FROM submission_author a
	  JOIN submission s ON s.id = a.submission_id
	  JOIN problem p ON p.id = a.problem_id
	 WHERE a.user_id = p_user
	   AND (p_problem IS NULL OR a.problem_id = p_problem)
	   AND (p_since IS NULL OR a.submitted_at >= p_since)
	   AND (s.status = 'pending' OR (s.status = 'done'
	    AND (p.counts_ce OR s.verdict IS DISTINCT FROM 'CE')))
	 ORDER BY a.submitted_at DESC
$$;

CREATE OR REPLACE FUNCTION submission_used(p_user bigint, p_problem bigint)
RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT count(*) FROM submission_counted(p_user, p_problem, NULL)
$$;

-- The last one, as the rates count: only what the system failed at is left
-- out.
CREATE OR REPLACE FUNCTION submission_last(p_user bigint, p_problem bigint)
RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
	SELECT a.submitted_at
	  FROM submission_author a
	  JOIN submission s ON s.id = a.submission_id
	 WHERE a.user_id = p_user
	   AND (p_problem IS NULL OR a.problem_id = p_problem)
	   AND s.status <> 'error'
	 ORDER BY a.submitted_at DESC
	 LIMIT 1
$$;

-- The first gate that does not let these authors through together at that
-- time: every one of them must pass.  reason is NULL if all do.
--	pending		the submission that is not graded yet
--	quota		all are used up; more are never to come
--	sliding, daily	until wait_s seconds later
--	interval, rate	the same: too soon after the last one
CREATE OR REPLACE FUNCTION submission_refusal(p_problem bigint,
    p_users bigint[], p_at timestamptz,
    OUT reason text, OUT pending text, OUT wait_s bigint)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	p record;
	v_daily integer := config_text('daily_quota');
	v_rate integer := config_text('rate_limit');
	v_day timestamptz;
	v_until timestamptz;
	u bigint;
BEGIN
	SELECT o.*, c.time_zone INTO p
	  FROM problem o JOIN course c ON c.id = o.course_id
	 WHERE o.id = p_problem;
	IF NOT p.allows_pending THEN
		SELECT 'pending', s.id INTO reason, pending
		  FROM submission_author a
		  JOIN submission s ON s.id = a.submission_id
		 WHERE a.user_id = ANY (p_users)
		   AND a.problem_id = p_problem AND s.status = 'pending'
		   AND s.judged_job IS NULL AND NOT s.is_manual
		 LIMIT 1;
		IF reason IS NOT NULL THEN
			RETURN;
		END IF;
	END IF;
	IF p.max_submissions > 0 AND EXISTS (
	    SELECT FROM unnest(p_users) AS t (user_id)
	     WHERE submission_used(t.user_id, p_problem)
		>= p.max_submissions + coalesce((SELECT x.attempts
		    FROM extension x WHERE x.problem_id = p_problem
		     AND x.user_id = t.user_id), 0)) THEN
		reason := 'quota';
		RETURN;
	END IF;
	v_day := date_trunc('day', p_at AT TIME ZONE p.time_zone)
	    AT TIME ZONE p.time_zone;
	FOREACH u IN ARRAY p_users LOOP
		IF p.sliding_n > 0 THEN
			-- The oldest of the last so many leaves the window.
			SELECT max(t) + p.sliding_s * interval '1 second'
			  INTO v_until
			  FROM (SELECT t FROM submission_counted(u, p_problem,
				p_at - p.sliding_s * interval '1 second') AS t
				OFFSET p.sliding_n - 1 LIMIT 1) o;
			IF v_until > p_at THEN
				reason := 'sliding';
				EXIT;
			END IF;
		END IF;
		IF (p.daily_n > 0 AND (SELECT count(*)
		    FROM submission_counted(u, p_problem, v_day)) >= p.daily_n)
		    OR (v_daily > 0 AND (SELECT count(*)
		    FROM submission_counted(u, NULL, v_day)) >= v_daily) THEN
			reason := 'daily';
			v_until := ((v_day AT TIME ZONE p.time_zone)
			    + interval '1 day') AT TIME ZONE p.time_zone;
			EXIT;
		END IF;
	END LOOP;
	IF reason IS NULL THEN
		SELECT 'interval', max(submission_last(t.user_id, p_problem))
			+ p.interval_s * interval '1 second'
		  INTO reason, v_until
		  FROM unnest(p_users) AS t (user_id)
		 WHERE p.interval_s > 0;
		IF v_until IS NULL OR v_until <= p_at THEN
			SELECT 'rate', max(submission_last(t.user_id, NULL))
				+ v_rate * interval '1 second'
			  INTO reason, v_until
			  FROM unnest(p_users) AS t (user_id)
			 WHERE v_rate > 0;
		END IF;
		IF v_until IS NULL OR v_until <= p_at THEN
			reason := NULL;
			RETURN;
		END IF;
	END IF;
	wait_s := greatest(1, ceil(extract(epoch FROM v_until - p_at)));
END
$$;
