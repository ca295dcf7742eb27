-- Rejudging sets by hand; sql/functions/rejudging.sql does the work.

-- op_rejudge('{"runner": "box1", "judged_after": "2026-11-20T00:00:00Z"}')
CREATE OR REPLACE FUNCTION op_rejudge(p_filter jsonb,
    p_reason text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	v_id text := new_id('rj');
	v record;
	v_members bigint;
	v_skipped bigint;
BEGIN
	SELECT * INTO v
	  FROM rejudging_create(v_id, session_user, p_reason, p_filter);
	IF v.outcome <> 'made' THEN
		PERFORM op_refuse('invalid_parameter_value', v.detail);
	END IF;
	SELECT count(*) INTO v_members FROM rejudging_member
	 WHERE rejudging_id = v_id;
	SELECT count(*) INTO v_skipped FROM rejudging_skip
	 WHERE rejudging_id = v_id;
	RETURN format('%s: %s submissions, %s left out. To see it: SELECT *'
	    ' FROM op_rejudgings; then: SELECT op_rejudging_apply(%L);',
	    v_id, v_members, v_skipped, v_id);
END
$$;

-- What became of an order, or the reason why not.
CREATE OR REPLACE FUNCTION op_rejudging_answer(p_id text, p_wanted text,
    p_outcome text, p_detail text)
RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF p_outcome = p_wanted THEN
		RETURN concat_ws(' ', p_outcome, p_detail, (
			SELECT string_agg(format('%s %s', o.n, o.outcome),
			    ', ')
			  FROM (SELECT m.outcome, count(*) AS n
				  FROM rejudging_member m
				 WHERE m.rejudging_id = p_id
				   AND m.outcome IS NOT NULL
				 GROUP BY m.outcome) o));
	ELSIF p_outcome = 'unknown' THEN
		PERFORM op_refuse('no_data_found', format('there is no'
		    ' rejudging "%s"', p_id), 'SELECT id FROM op_rejudgings;');
	ELSIF p_outcome = 'unfinished' THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('%s of it are not judged yet', p_detail),
		    format('To leave them as they are: SELECT'
		    ' op_rejudging_apply(%L, true);', p_id));
	ELSIF p_outcome = 'nothing' THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    'none of it has failed');
	END IF;
	PERFORM op_refuse('object_not_in_prerequisite_state',
	    format('rejudging "%s" was %s', p_id, p_outcome));
END
$$;

CREATE OR REPLACE FUNCTION op_rejudging_apply(p_id text,
    p_partial boolean DEFAULT false)
RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT op_rejudging_answer(p_id, 'applied', outcome, detail)
	  FROM rejudging_apply(p_id, session_user, p_partial)
$$;

CREATE OR REPLACE FUNCTION op_rejudging_discard(p_id text)
RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT op_rejudging_answer(p_id, 'discarded', outcome, NULL)
	  FROM rejudging_discard(p_id, session_user)
$$;

CREATE OR REPLACE FUNCTION op_rejudging_repeat(p_id text)
RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT op_rejudging_answer(p_id, 'repeated', outcome, detail)
	  FROM rejudging_repeat(p_id, session_user)
$$;

-- For the view op_rejudgings.
CREATE OR REPLACE FUNCTION op_rejudging_counts(p_id text, OUT members bigint,
    OUT waiting bigint, OUT running bigint, OUT judged bigint,
    OUT failed bigint, OUT changes bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT count(*),
	    count(*) FILTER (WHERE o.status = 'waiting'),
	    count(*) FILTER (WHERE o.status = 'running'),
	    count(*) FILTER (WHERE o.status = 'judged'),
	    count(*) FILTER (WHERE o.status = 'failed'),
	    count(*) FILTER (WHERE o.status = 'judged'
		AND (o.verdict IS DISTINCT FROM o.old_verdict
		 OR o.grade IS DISTINCT FROM o.old_grade))
	  FROM rejudging_look(p_id) o
$$;
