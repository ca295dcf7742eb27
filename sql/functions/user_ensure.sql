-- Finds the user or makes it; reading is the usual case and writes nothing.
CREATE OR REPLACE FUNCTION user_ensure(p_name text)
RETURNS SETOF app_user LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT * FROM app_user WHERE name = p_name;
	IF FOUND THEN
		RETURN;
	END IF;
	INSERT INTO app_user (name) VALUES (p_name) ON CONFLICT DO NOTHING;
	RETURN QUERY SELECT * FROM app_user WHERE name = p_name;
END
$$;
