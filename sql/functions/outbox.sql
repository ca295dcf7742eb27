-- Whoever changes a standing (a landing, a grade by hand, a set that is
-- applied) has told the exporters, in the same transaction.
CREATE OR REPLACE FUNCTION outbox_put(p_problem bigint, p_user bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO outbox (exporter, problem_id, user_id, revision)
	SELECT DISTINCT e.name, p.id, p_user, nextval('outbox_revision')
	  FROM problem p
	  LEFT JOIN package k ON k.id = p.package_id,
	    unnest(coalesce(p.exports, k.exports)) AS e (name)
	 WHERE p.id = p_problem
	ON CONFLICT (problem_id, user_id, exporter) DO UPDATE
	   SET revision = EXCLUDED.revision, changed_at = now(), tries = 0,
	       error = NULL, due_at = greatest(now(), outbox.held_until);
END
$$;

CREATE OR REPLACE FUNCTION standing_changed()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM outbox_put(NEW.problem_id, NEW.user_id);
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER standing_outbox
    AFTER UPDATE OF grade, evaluated, is_success ON standing
    FOR EACH ROW
    WHEN ((OLD.grade, OLD.evaluated, OLD.is_success)
	IS DISTINCT FROM (NEW.grade, NEW.evaluated, NEW.is_success))
    EXECUTE FUNCTION standing_changed();

-- Takes what is due, for so many seconds: whoever dies with it in hand has
-- held it up for that long.  With each the standing as it is now: what the
-- revision stands for, or newer.  It is read by a statement of its own, after
-- the rows were taken: in one with them it would be as it was before, and an
-- old grade would go out under the revision of the new one.
DROP FUNCTION IF EXISTS outbox_take(text, bigint, bigint);
CREATE FUNCTION outbox_take(p_exporter text, p_limit bigint, p_hold_s bigint)
RETURNS TABLE (problem_id bigint, user_id bigint, revision bigint,
    tries integer, course text, problem text, author text, evaluated text,
    grade numeric, is_success boolean, tried integer, verdict text,
    outcome text, changed_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_taken outbox[];
BEGIN
	WITH due AS (
		SELECT d.problem_id, d.user_id, d.exporter FROM outbox d
		 WHERE d.exporter = p_exporter AND d.due_at <= now()
		 ORDER BY d.due_at
		 LIMIT p_limit
		   FOR NO KEY UPDATE SKIP LOCKED),
	taken AS (
		UPDATE outbox o
		   SET due_at = now() + make_interval(secs => p_hold_s),
		       held_until = now() + make_interval(secs => p_hold_s),
		       tries = o.tries + 1
		  FROM due d
		 WHERE (o.problem_id, o.user_id, o.exporter) =
		    (d.problem_id, d.user_id, d.exporter)
		RETURNING o)
	SELECT array_agg(t.o) INTO v_taken FROM taken t;
	RETURN QUERY
	SELECT q.problem_id, q.user_id, q.revision, q.tries, c.slug, p.slug,
	    u.name, t.evaluated, t.grade, t.is_success, t.tried, s.verdict,
	    s.outcome, t.updated_at
	  FROM unnest(v_taken) AS q
	  JOIN problem p ON p.id = q.problem_id
	  JOIN course c ON c.id = p.course_id
	  JOIN app_user u ON u.id = q.user_id
	  JOIN standing t ON t.problem_id = q.problem_id
	   AND t.user_id = q.user_id
	  LEFT JOIN submission s ON s.id = t.evaluated;
END
$$;

-- Sends all standings of a problem again (NULL: of all of the course): after
-- an exporter was set up late, or when the other side lost them.
CREATE OR REPLACE FUNCTION op_export(p_course text, p_problem text DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	n bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM problem p JOIN course c ON c.id = p.course_id
	    WHERE c.slug = p_course AND p.slug = coalesce(p_problem, p.slug))
	THEN
		RAISE EXCEPTION 'there is no problem "%/%"', p_course,
		    coalesce(p_problem, '') USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM outbox_put(t.problem_id, t.user_id)
	  FROM course c
	  JOIN problem p ON p.course_id = c.id
	  JOIN standing t ON t.problem_id = p.id
	 WHERE c.slug = p_course AND p.slug = coalesce(p_problem, p.slug)
	   AND t.tried > 0;
	GET DIAGNOSTICS n = ROW_COUNT;
	PERFORM op_note('op_export', concat_ws('/', p_course, p_problem),
	    jsonb_build_object('standings', n));
	RETURN n;
END
$$;
