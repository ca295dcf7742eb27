-- A new submission with its job, or the reason why not: 'made', 'there' (the
-- same id or key before), 'pending', 'quota'.  The key is looked up before
-- the gates, which are judged under the lock of the authors' standings; of
-- two requests with one key at once the unique index lets one in.
CREATE OR REPLACE FUNCTION submission_insert(p_id text, p_job text,
    p_problem bigint, p_package text, p_limits jsonb, p_authors bigint[],
    p_language text, p_pool text, p_budget integer, p_source bytea,
    p_input jsonb, p_locale text, p_submitted timestamptz, p_key text,
    p_digest text, p_max integer, p_allows_pending boolean,
    OUT outcome text, OUT id text, OUT job_id text, OUT request_digest text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_seq bigint;
	v_course bigint;
	v_stored integer;
	v_sha bytea;
	v_manual boolean;
	v_used bigint;
BEGIN
	SELECT i.outcome, i.id, i.job_id, i.request_digest
	  INTO outcome, id, job_id, request_digest
	  FROM submission_inserted(p_id, p_authors[1], p_key) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;

	PERFORM standing_lock(p_problem, p_authors);
	SELECT i.outcome, i.id, i.job_id, i.request_digest
	  INTO outcome, id, job_id, request_digest
	  FROM submission_inserted(p_id, p_authors[1], p_key) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	IF NOT p_allows_pending THEN
		SELECT 'pending', s.id INTO outcome, id
		  FROM submission_author a
		  JOIN submission s ON s.id = a.submission_id
		 WHERE a.user_id = ANY (p_authors)
		   AND a.problem_id = p_problem AND s.status = 'pending'
		   AND s.judged_job IS NULL
		 LIMIT 1;
		IF outcome IS NOT NULL THEN
			RETURN;
		END IF;
	END IF;
	IF p_max > 0 THEN
		SELECT max(n) INTO v_used
		  FROM unnest(p_authors) AS u,
		       submission_used(u, p_problem) AS n;
		IF v_used >= p_max THEN
			outcome := 'quota';
			RETURN;
		END IF;
	END IF;

	SELECT p.course_id, p.stored_n INTO v_course, v_stored
	  FROM problem p WHERE p.id = p_problem;
	v_sha := blob_put(p_source);
	v_manual := EXISTS (SELECT FROM package k WHERE k.id = p_package
	    AND k.grading ->> 'template' = 'manual');
	INSERT INTO submission AS s (id, course_id, problem_id, user_id, key,
	    request_digest, submitted_at, language, source, input, locale,
	    is_manual, state_in)
	VALUES (p_id, v_course, p_problem, p_authors[1], p_key, p_digest,
	    p_submitted, p_language, v_sha, p_input, p_locale, v_manual,
	    (SELECT t.state FROM standing t WHERE t.problem_id = p_problem
		AND t.user_id = p_authors[1]))
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
		    language, budget_s)
		VALUES (p_job, p_id, p_package, p_limits, p_pool, p_language,
		    p_budget);
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
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN s.id = p_id THEN 'made' ELSE 'there' END, s.id,
	    (SELECT j.id FROM job j WHERE j.submission_id = s.id
		AND j.current AND j.rejudging_id IS NULL),
	    s.request_digest
	  FROM submission s
	 WHERE s.id = p_id OR (s.user_id = p_user AND s.key = p_key)
$$;

-- Attempts of a user that count against the quota, waiting ones included.
CREATE OR REPLACE FUNCTION submission_used(p_user bigint, p_problem bigint)
RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT count(*)
	  FROM submission_author a
	  JOIN submission s ON s.id = a.submission_id
	  JOIN problem p ON p.id = a.problem_id
	 WHERE a.user_id = p_user AND a.problem_id = p_problem
	   AND (s.status = 'pending' OR (s.status = 'done'
	    AND (p.counts_ce OR s.verdict <> 'CE')))
$$;
