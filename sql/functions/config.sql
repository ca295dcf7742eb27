-- What may be turned while the service runs.  THE TABLE of keys: its kind,
-- its range, what holds where no row of config says otherwise (NULL: what
-- the configuration file of the service says).
CREATE OR REPLACE FUNCTION config_keys()
RETURNS TABLE (key text, kind text, lowest bigint, highest bigint,
    standard text, help text)
LANGUAGE sql IMMUTABLE AS $$
	VALUES
	('rate_limit', 'int', 0::bigint, 86400::bigint, '0',
	 'seconds between two submissions of one user; 0: none'),
	('daily_quota', 'int', 0, 100000, '0',
	 'submissions of one user in a day of the course; 0: any number'),
	('submit_rate', 'int', 0, 100000, NULL,
	 'submissions of one user in submit_period_sec; 0: any number'),
	('submit_period_sec', 'int', 1, 86400, NULL, 'see submit_rate'),
	('submissions_open', 'bool', NULL, NULL, 'true',
	 'students may submit at all'),
	('network_grading', 'bool', NULL, NULL, 'false',
	 'staff may let graders of their problems reach the network; off: those'
	 ' that they let have none'),
	('roster_token_sec', 'int', 60, 31622400, '604800',
	 'how long the tokens of a roster are good')
$$;

-- In plpgsql, which keeps its plans: each submission asks a few times.
CREATE OR REPLACE FUNCTION config_text(p_key text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN coalesce((SELECT c.value FROM config c WHERE c.key = p_key),
	    (SELECT k.standard FROM config_keys() k WHERE k.key = p_key));
END
$$;

-- Why this cannot be the value; NULL if it can.  The JSON null takes back
-- what was set.
CREATE OR REPLACE FUNCTION config_fault(p_key text, p_value jsonb)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	k record;
BEGIN
	SELECT * INTO k FROM config_keys() t WHERE t.key = p_key;
	IF NOT FOUND THEN
		RETURN 'is not known here';
	ELSIF p_value = 'null' THEN
		RETURN NULL;
	ELSIF k.kind = 'bool' THEN
		RETURN CASE WHEN jsonb_typeof(p_value) <> 'boolean'
		    THEN 'must be true or false' END;
	ELSIF jsonb_typeof(p_value) <> 'number'
	    OR p_value::text !~ '^-?[0-9]{1,18}$'
	    OR p_value::text::bigint NOT BETWEEN k.lowest AND k.highest THEN
		RETURN format('must be an integer from %s to %s', k.lowest,
		    k.highest);
	END IF;
	RETURN NULL;
END
$$;

-- All of the members, or none and the faults of all.
CREATE OR REPLACE FUNCTION config_put(p_by text, p_values jsonb)
RETURNS TABLE (pointer text, detail text) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT '/' || replace(replace(v.key, '~', '~0'), '/', '~1'), f
	  FROM jsonb_each(p_values) v, config_fault(v.key, v.value) f
	 WHERE f IS NOT NULL;
	IF FOUND THEN
		RETURN;
	END IF;
	DELETE FROM config c USING jsonb_each(p_values) v
	 WHERE c.key = v.key AND v.value = 'null';
	INSERT INTO config AS c (key, value, changed_by)
	SELECT v.key, v.value::text, p_by FROM jsonb_each(p_values) v
	 WHERE v.value <> 'null'
	ON CONFLICT (key) DO UPDATE
	   SET value = EXCLUDED.value, changed_by = EXCLUDED.changed_by,
	       changed_at = now();
	INSERT INTO audit (actor, action, target, detail)
	SELECT p_by, 'set', v.key, v.value FROM jsonb_each(p_values) v;
END
$$;

-- op_set('rate_limit', '10'); op_set('rate_limit', 'default').
CREATE OR REPLACE FUNCTION op_set(p_key text, p_value text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	v jsonb := CASE WHEN p_value IS NULL OR p_value = 'default'
	    THEN 'null' WHEN p_value ~ '^(-?[0-9]{1,18}|true|false)$'
	    THEN regexp_replace(p_value, '^(-?)0+(?=[0-9])', '\1')::jsonb
	    ELSE to_jsonb(p_value) END;
	v_fault text := CASE WHEN p_key IS NULL THEN 'is not known here'
	    ELSE config_fault(p_key, v) END;
BEGIN
	IF v_fault IS NOT NULL THEN
		RAISE EXCEPTION '"%" %', p_key, v_fault
		    USING ERRCODE = 'invalid_parameter_value',
		    HINT = 'The keys are in the view op_config.';
	END IF;
	PERFORM config_put(session_user, jsonb_build_object(p_key, v));
	RETURN format('%s is %s', p_key,
	    coalesce(config_text(p_key), 'as assized.conf says'));
END
$$;
