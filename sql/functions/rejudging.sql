-- Rejudging sets: gradings beside those that count.  A set's jobs carry its
-- id; landing, they store a result and touch nothing else.  Applying a set
-- makes them the current jobs of their submissions, all in one transaction.
-- Locks: the set, then as everywhere jobs, submissions, standings.

-- An id as rand_id makes them, but not in order of time.
CREATE OR REPLACE FUNCTION new_id(p_prefix text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT p_prefix || '_0'
	    || upper(left(replace(gen_random_uuid()::text, '-', ''), 25))
$$;

-- What is wrong with a filter, as a sentence; NULL: nothing.
CREATE OR REPLACE FUNCTION rejudging_fault(p_filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
	f record;
	v_course bigint;
BEGIN
	IF p_filter IS NULL OR jsonb_typeof(p_filter) <> 'object' THEN
		RETURN 'a filter is an object, such as {"course": "c1"}';
	END IF;
	FOR f IN SELECT key, value, value #>> '{}' AS text
	    FROM jsonb_each(p_filter) LOOP
		IF f.key NOT IN ('course', 'problem', 'user', 'language',
		    'verdict', 'runner', 'package', 'submission', 'rejudging',
		    'after', 'before', 'judged_after', 'judged_before',
		    'outdated') THEN
			RETURN format('a filter has no "%s": it may have'
			    ' course, problem, user, language, verdict,'
			    ' runner, package, submission, rejudging, after,'
			    ' before, judged_after, judged_before, outdated',
			    f.key);
		ELSIF f.key = 'outdated' THEN
			IF jsonb_typeof(f.value) <> 'boolean' THEN
				RETURN '"outdated" is true or false';
			END IF;
		ELSIF jsonb_typeof(f.value) <> 'string' THEN
			RETURN format('"%s" is a text', f.key);
		ELSIF f.key IN ('after', 'before', 'judged_after',
		    'judged_before') THEN
			BEGIN
				PERFORM f.text::timestamptz;
			EXCEPTION WHEN data_exception THEN
				RETURN format('"%s" is a time such as'
				    ' 2026-11-21T23:59:59Z', f.key);
			END;
		END IF;
	END LOOP;
	IF p_filter - 'outdated' = '{}' THEN
		RETURN 'the filter says nothing: everything that was ever'
		    ' judged would be judged again';
	ELSIF p_filter ? 'problem' AND NOT p_filter ? 'course' THEN
		RETURN 'a problem is named with its course';
	END IF;
	IF p_filter ? 'course' THEN
		SELECT id INTO v_course FROM course
		 WHERE slug = p_filter ->> 'course';
		IF NOT FOUND THEN
			RETURN format('there is no course "%s"',
			    p_filter ->> 'course');
		END IF;
	END IF;
	RETURN CASE
	WHEN p_filter ? 'problem' AND NOT EXISTS (SELECT FROM problem
	    WHERE course_id = v_course AND slug = p_filter ->> 'problem')
	THEN format('there is no problem "%s" in course "%s"',
	    p_filter ->> 'problem', p_filter ->> 'course')
	WHEN p_filter ? 'user' AND NOT EXISTS (SELECT FROM app_user
	    WHERE name = p_filter ->> 'user')
	THEN format('there is no user "%s"', p_filter ->> 'user')
	WHEN p_filter ? 'language' AND NOT EXISTS (SELECT FROM language
	    WHERE name = p_filter ->> 'language')
	THEN format('there is no language "%s"', p_filter ->> 'language')
	WHEN p_filter ? 'verdict' AND p_filter ->> 'verdict' NOT IN
	    ('AC', 'WA', 'CE', 'TLE', 'MLE', 'RE', 'JE', 'OLE')
	THEN format('there is no verdict "%s"', p_filter ->> 'verdict')
	WHEN p_filter ? 'runner' AND NOT EXISTS (SELECT FROM runner
	    WHERE p_filter ->> 'runner' IN (id, name))
	THEN format('there never was a runner "%s"', p_filter ->> 'runner')
	WHEN p_filter ? 'package' AND NOT EXISTS (SELECT FROM package
	    WHERE p_filter ->> 'package' IN (id, encode(digest, 'hex')))
	THEN format('there is no package "%s"', p_filter ->> 'package')
	WHEN p_filter ? 'submission' AND NOT EXISTS (SELECT FROM submission
	    WHERE id = p_filter ->> 'submission')
	THEN format('there is no submission "%s"', p_filter ->> 'submission')
	WHEN p_filter ? 'rejudging' AND NOT EXISTS (SELECT FROM rejudging
	    WHERE id = p_filter ->> 'rejudging')
	THEN format('there is no rejudging "%s"', p_filter ->> 'rejudging')
	END;
END
$$;

-- The submissions that fit a filter, with what they would be judged with
-- now.  What was taken back is not among them.  By runner and by version:
-- whose result counts, or who failed on it.
CREATE OR REPLACE FUNCTION rejudging_chosen(p_filter jsonb, p_limit bigint)
RETURNS TABLE (submission_id text, base_job text, verdict text,
    grade numeric, why text, package_id text, limits jsonb, pool text,
    language text, budget_s integer, common_id text)
LANGUAGE plpgsql STABLE ROWS 1000
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
	v_course bigint;
	v_problem bigint;
	v_user bigint;
	v_runners text[];
	v_packages text[];
	f jsonb := p_filter;
BEGIN
	SELECT c.id, p.id INTO v_course, v_problem
	  FROM course c
	  LEFT JOIN problem p ON p.course_id = c.id
	   AND p.slug = f ->> 'problem'
	 WHERE c.slug = f ->> 'course';
	SELECT u.id INTO v_user FROM app_user u WHERE u.name = f ->> 'user';
	SELECT array_agg(r.id) INTO v_runners FROM runner r
	 WHERE f ->> 'runner' IN (r.id, r.name);
	SELECT array_agg(k.id) INTO v_packages FROM package k
	 WHERE f ->> 'package' IN (k.id, encode(k.digest, 'hex'));
	RETURN QUERY
	SELECT s.id, j.id, s.verdict, s.grade,
	    CASE WHEN c.archived_at IS NOT NULL THEN 'archived'
		WHEN s.status = 'pending' OR j.live THEN 'pending'
		WHEN s.removed_at IS NOT NULL THEN 'removed'
		WHEN p.package_id IS NULL THEN 'no_package' END,
	    p.package_id, p.limits, coalesce(k.grading ->> 'pool', p.pool),
	    j.language, language_budget(k.budget_s, j.language), c.common_id
	  FROM submission s
	  JOIN problem p ON p.id = s.problem_id
	  JOIN course c ON c.id = s.course_id
	  JOIN job j ON j.submission_id = s.id AND j.current
	   AND j.rejudging_id IS NULL
	  LEFT JOIN job g ON g.id = s.judged_job
	  LEFT JOIN package k ON k.id = p.package_id
	 WHERE s.status <> 'cancelled'
	   AND (v_course IS NULL OR s.course_id = v_course)
	   AND (v_problem IS NULL OR s.problem_id = v_problem)
	   AND (v_user IS NULL OR s.id IN (SELECT a.submission_id
		FROM submission_author a WHERE a.user_id = v_user))
	   AND (NOT f ? 'language' OR s.language = f ->> 'language')
	   AND (NOT f ? 'verdict' OR s.verdict = f ->> 'verdict')
	   AND (NOT f ? 'submission' OR s.id = f ->> 'submission')
	   -- First what its index finds, then whether that is what counts.
	   AND (v_runners IS NULL OR s.id IN (
		SELECT r.submission_id FROM result r
		 WHERE r.runner_id = ANY (v_runners)
		UNION ALL
		SELECT o.submission_id FROM job o
		 WHERE o.current AND o.state = 'je'
		   AND o.runner_id = ANY (v_runners)))
	   AND (v_runners IS NULL OR j.runner_id = ANY (v_runners)
		OR g.runner_id = ANY (v_runners))
	   AND (v_packages IS NULL
		OR coalesce(g.package_id, j.package_id) = ANY (v_packages))
	   AND (NOT coalesce((f ->> 'outdated')::boolean, false)
		OR coalesce(g.package_id, j.package_id) <> p.package_id)
	   AND (NOT f ? 'rejudging' OR s.id IN (SELECT m.submission_id
		FROM rejudging_member m
		WHERE m.rejudging_id = f ->> 'rejudging'
		  AND m.outcome IS DISTINCT FROM 'applied'))
	   AND s.submitted_at >= coalesce((f ->> 'after')::timestamptz,
		'-infinity')
	   AND s.submitted_at < coalesce((f ->> 'before')::timestamptz,
		'infinity')
	   AND (NOT f ? 'judged_after'
		OR s.judged_at >= (f ->> 'judged_after')::timestamptz)
	   AND (NOT f ? 'judged_before'
		OR s.judged_at < (f ->> 'judged_before')::timestamptz)
	 ORDER BY s.id
	 LIMIT p_limit;
END
$$;

-- A set of what fits the filter: one statement makes members and jobs.  Of
-- two sets at once the unique index lets one have a submission; the other
-- says so.
--	made		now, or when this was called with the same id before
--	refused		detail says what is wrong with the filter
--	nothing		detail says why nothing could be taken
--	too_many	more than 50000
CREATE OR REPLACE FUNCTION rejudging_create(p_id text, p_actor text,
    p_reason text, p_filter jsonb, OUT outcome text, OUT detail text)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	v_members bigint;
	v_others bigint;
	v_skips text;
BEGIN
	outcome := 'made';
	IF EXISTS (SELECT FROM rejudging WHERE id = p_id) THEN
		RETURN;
	END IF;
	detail := rejudging_fault(p_filter);
	IF detail IS NOT NULL THEN
		outcome := 'refused';
		RETURN;
	END IF;
	INSERT INTO rejudging (id, course_id, filter, reason, made_by)
	VALUES (p_id, (SELECT c.id FROM course c
	    WHERE c.slug = p_filter ->> 'course'), p_filter, p_reason,
	    p_actor);
	WITH chosen AS MATERIALIZED (
		SELECT c.*, new_id('jb') AS job_id
		  FROM rejudging_chosen(p_filter, 50001) c
	), taken AS (
		INSERT INTO rejudging_member (rejudging_id, submission_id,
		    job_id, base_job, old_verdict, old_grade)
		SELECT p_id, c.submission_id, c.job_id, c.base_job,
		    c.verdict, c.grade
		  FROM chosen c
		 WHERE c.why IS NULL AND (SELECT count(*) FROM chosen) <= 50000
		 ORDER BY c.submission_id
		ON CONFLICT (submission_id) WHERE is_open DO NOTHING
		RETURNING submission_id, job_id
	), made AS (
		INSERT INTO job (id, submission_id, rejudging_id, package_id,
		    limits, pool, language, class, budget_s, common_id)
		SELECT t.job_id, t.submission_id, p_id, c.package_id,
		    c.limits, c.pool, c.language, 'rejudge', c.budget_s,
		    c.common_id
		  FROM taken t JOIN chosen c ON c.job_id = t.job_id
		RETURNING id
	), written AS (
		INSERT INTO job_history (job_id, event, reason)
		SELECT m.id, 'created', 'rejudging ' || p_id FROM made m
	), marked AS (
		INSERT INTO job_dirty (job_id) SELECT m.id FROM made m
	), skipped AS (
		INSERT INTO rejudging_skip (rejudging_id, submission_id, why,
		    other_id)
		SELECT p_id, c.submission_id,
		    coalesce(c.why, 'in_other_set'),
		    CASE WHEN c.why IS NULL THEN (
			SELECT m.rejudging_id FROM rejudging_member m
			 WHERE m.submission_id = c.submission_id
			   AND m.is_open) END
		  FROM chosen c
		 WHERE NOT EXISTS (SELECT FROM taken t
		    WHERE t.submission_id = c.submission_id)
		RETURNING why, other_id
	)
	SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM skipped),
	    (SELECT string_agg(format('%s %s%s', n, CASE why
		WHEN 'in_other_set' THEN 'in another open set'
		WHEN 'pending' THEN 'not judged yet'
		WHEN 'archived' THEN 'in archived courses'
		WHEN 'removed' THEN 'whose files are no longer kept'
		ELSE 'without a package' END, ' (' || other || ')'), ', ')
	       FROM (SELECT k.why, count(*) AS n,
		    string_agg(DISTINCT k.other_id, ', ') AS other
		   FROM skipped k GROUP BY k.why) w)
	  INTO v_members, v_others, v_skips;
	IF v_members > 0 THEN
		INSERT INTO audit (actor, action, target, detail)
		VALUES (p_actor, 'rejudging_create', p_id, jsonb_build_object(
		    'filter', p_filter, 'reason', p_reason,
		    'members', v_members, 'skipped', v_others));
		-- The other set may have been made while this one waited.
		UPDATE rejudging_skip k SET other_id = m.rejudging_id
		  FROM rejudging_member m
		 WHERE k.rejudging_id = p_id AND k.why = 'in_other_set'
		   AND k.other_id IS NULL AND m.is_open
		   AND m.submission_id = k.submission_id;
		RETURN;
	END IF;
	DELETE FROM rejudging_skip WHERE rejudging_id = p_id;
	DELETE FROM rejudging WHERE id = p_id;
	outcome := CASE WHEN v_others > 50000 THEN 'too_many'
	    ELSE 'nothing' END;
	detail := CASE WHEN v_others > 50000
	    THEN 'more than 50000 submissions fit: narrow the filter'
	    WHEN v_others = 0 THEN 'no submission fits the filter'
	    ELSE 'of those that fit, ' || v_skips END;
END
$$;

-- Ends what still waits or runs of a set, which the caller has locked.
CREATE OR REPLACE FUNCTION rejudging_stop(p_id text, p_reason text)
RETURNS void LANGUAGE sql VOLATILE AS $$
	WITH stopped AS (
		UPDATE job j SET state = 'superseded', live = false,
		    current = false, ended_at = now()
		  FROM rejudging_member m
		 WHERE m.rejudging_id = p_id AND j.id = m.job_id AND j.live
		RETURNING j.id, j.lease_id, j.runner_id
	), written AS (
		INSERT INTO job_history (job_id, event, lease_id, runner_id,
		    reason)
		SELECT s.id, 'superseded', s.lease_id, s.runner_id, p_reason
		  FROM stopped s
	)
	INSERT INTO job_dirty (job_id) SELECT s.id FROM stopped s ORDER BY s.id
	ON CONFLICT (job_id) DO UPDATE
	   SET at = now(), seq = DEFAULT, due_at = now()
$$;

-- Locks the set, and if it is open its jobs and those that count, in the order
-- of their ids as claims do.  An outcome that is not NULL ends what was to be
-- done:
--	unknown, applied, discarded
CREATE OR REPLACE FUNCTION rejudging_lock(p_id text) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_state text;
BEGIN
	SELECT state INTO v_state FROM rejudging WHERE id = p_id
	   FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	ELSIF v_state <> 'open' THEN
		RETURN v_state;
	END IF;
	PERFORM FROM job WHERE id = ANY (ARRAY(
		SELECT unnest(ARRAY[m.job_id, m.base_job])
		  FROM rejudging_member m WHERE m.rejudging_id = p_id))
	  ORDER BY id FOR NO KEY UPDATE;
	RETURN NULL;
END
$$;

-- Makes the results of a set those that count.  A member counts as before
-- if its new grading failed, or if what it was compared with is not what
-- counts any more.
--	applied		now or before
--	discarded, unknown
--	unfinished	some wait or run: they are left out only if p_partial
CREATE OR REPLACE FUNCTION rejudging_apply(p_id text, p_actor text,
    p_partial boolean, OUT outcome text, OUT detail text)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	v_live bigint;
	v_moved text[];
	v_jobs text[];
	p record;
BEGIN
	outcome := rejudging_lock(p_id);
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT count(*) INTO v_live
	  FROM rejudging_member m JOIN job j ON j.id = m.job_id
	 WHERE m.rejudging_id = p_id AND j.live;
	IF v_live > 0 AND NOT p_partial THEN
		outcome := 'unfinished';
		detail := v_live::text;
		RETURN;
	END IF;
	PERFORM rejudging_stop(p_id, 'rejudging ' || p_id || ' was applied');

	-- The base jobs are locked by this, and judged as they are then.
	WITH moved AS (
		UPDATE job b SET current = false
		  FROM rejudging_member m
		  JOIN result r ON r.job_id = m.job_id
		 WHERE m.rejudging_id = p_id AND r.verdict <> 'JE'
		   AND b.id = m.base_job AND b.current AND NOT b.live
		   AND b.state <> 'cancelled'
		RETURNING m.submission_id
	)
	SELECT array_agg(submission_id) INTO v_moved FROM moved;
	UPDATE rejudging_member SET is_open = false, outcome = 'applied'
	 WHERE rejudging_id = p_id AND submission_id = ANY (v_moved);
	UPDATE rejudging_member m SET is_open = false,
	    outcome = CASE WHEN j.state = 'superseded' THEN 'unfinished'
		WHEN EXISTS (SELECT FROM result r WHERE r.job_id = j.id
		    AND r.verdict <> 'JE') THEN 'changed'
		ELSE 'failed' END
	  FROM job j
	 WHERE m.rejudging_id = p_id AND m.is_open AND j.id = m.job_id;
	UPDATE job j SET rejudging_id = CASE WHEN m.outcome = 'applied'
	    THEN NULL ELSE j.rejudging_id END,
	    current = m.outcome = 'applied'
	  FROM rejudging_member m
	 WHERE m.rejudging_id = p_id AND j.id = m.job_id;
	SELECT array_agg(m.job_id) INTO v_jobs FROM rejudging_member m
	 WHERE m.rejudging_id = p_id AND m.outcome = 'applied';
	PERFORM submission_take_results(v_jobs);
	FOR p IN SELECT a.problem_id AS id,
	    array_agg(DISTINCT a.user_id ORDER BY a.user_id) AS users
	      FROM rejudging_member m
	      JOIN submission_author a ON a.submission_id = m.submission_id
	     WHERE m.rejudging_id = p_id AND m.outcome = 'applied'
	     GROUP BY a.problem_id ORDER BY a.problem_id
	LOOP
		PERFORM standing_lock(p.id, p.users);
		PERFORM standing_recompute(p.id, p.users);
	END LOOP;
	UPDATE rejudging SET state = 'applied', ended_by = p_actor,
	    ended_at = now() WHERE id = p_id;
	INSERT INTO audit (actor, action, target, detail)
	SELECT p_actor, 'rejudging_apply', p_id, jsonb_object_agg(o, n)
	  FROM (SELECT m.outcome AS o, count(*) AS n FROM rejudging_member m
		WHERE m.rejudging_id = p_id GROUP BY m.outcome) t;
	outcome := 'applied';
END
$$;

--	discarded	now or before
--	applied, unknown
CREATE OR REPLACE FUNCTION rejudging_discard(p_id text, p_actor text,
    OUT outcome text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	outcome := rejudging_lock(p_id);
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM rejudging_stop(p_id, 'rejudging ' || p_id || ' was discarded');
	UPDATE job j SET current = false FROM rejudging_member m
	 WHERE m.rejudging_id = p_id AND j.id = m.job_id AND j.current;
	UPDATE rejudging_member SET is_open = false, outcome = 'discarded'
	 WHERE rejudging_id = p_id;
	UPDATE rejudging SET state = 'discarded', ended_by = p_actor,
	    ended_at = now() WHERE id = p_id;
	INSERT INTO audit (actor, action, target)
	VALUES (p_actor, 'rejudging_discard', p_id);
	outcome := 'discarded';
END
$$;

-- Other jobs, of the same snapshots, for those of an open set that failed.
--	repeated	detail says how many
--	nothing		none has failed
--	applied, discarded, unknown
CREATE OR REPLACE FUNCTION rejudging_repeat(p_id text, p_actor text,
    OUT outcome text, OUT detail text)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	v_n bigint;
BEGIN
	outcome := rejudging_lock(p_id);
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	WITH failed AS (
		UPDATE job j SET current = false
		  FROM rejudging_member m
		  LEFT JOIN result r ON r.job_id = m.job_id
		 WHERE m.rejudging_id = p_id AND j.id = m.job_id
		   AND (j.state = 'je' OR r.verdict = 'JE')
		RETURNING j.id
	)
	UPDATE rejudging_member m SET job_id = new_id('jb')
	  FROM failed f
	 WHERE m.rejudging_id = p_id AND m.job_id = f.id;
	WITH made AS (
		INSERT INTO job (id, submission_id, rejudging_id, package_id,
		    limits, pool, language, class, budget_s, common_id)
		SELECT m.job_id, m.submission_id, p_id, o.package_id,
		    o.limits, o.pool, o.language, 'rejudge', o.budget_s,
		    o.common_id
		  FROM rejudging_member m
		  JOIN LATERAL (SELECT j.* FROM job j
			WHERE j.submission_id = m.submission_id
			  AND j.rejudging_id = p_id
			ORDER BY j.seq DESC LIMIT 1) o ON true
		 WHERE m.rejudging_id = p_id AND m.job_id <> o.id
		RETURNING id
	), written AS (
		INSERT INTO job_history (job_id, event, reason)
		SELECT m.id, 'created', format('rejudging %s, repeated by %s',
		    p_id, p_actor) FROM made m
	), marked AS (
		INSERT INTO job_dirty (job_id) SELECT m.id FROM made m
	)
	SELECT count(*) INTO v_n FROM made;
	detail := v_n::text;
	outcome := CASE WHEN v_n = 0 THEN 'nothing' ELSE 'repeated' END;
	IF v_n > 0 THEN
		INSERT INTO audit (actor, action, target, detail)
		VALUES (p_actor, 'rejudging_repeat', p_id,
		    jsonb_build_object('members', v_n));
	END IF;
END
$$;
