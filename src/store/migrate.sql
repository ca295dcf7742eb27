-- What a migration runs besides the files of sql/; not prepared.

-- name: begin
-- Whoever waits for an exclusive lock stops all that come after: not long.
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '200ms';
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = public;

-- name: lock
-- Until the connection ends.
SET lock_timeout = '200ms';
SELECT pg_advisory_lock(4711002601);

-- name: online
-- Its steps stop nobody while they wait.
SET ROLE assize_owner;
SET statement_timeout = 0;
SET lock_timeout = '1min';
SET search_path = public;

-- name: drop_views
-- All at once, since some stand on others.
DO $$
DECLARE
	v_names text;
BEGIN
	SELECT string_agg(c.oid::regclass::text, ', ') INTO v_names
	  FROM pg_class c
	 WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace
	   AND c.relowner = 'assize_owner'::regrole;
	IF v_names IS NOT NULL THEN
		EXECUTE 'DROP VIEW ' || v_names;
	END IF;
END
$$;

-- name: roles
-- Roles are the cluster's, so that they may be there already, or be made by
-- somebody else just now.
DO $$
DECLARE
	v record;
BEGIN
	FOR v IN SELECT * FROM (VALUES
	    ('assize_owner', 'NOLOGIN'),
	    ('assized', 'LOGIN'),
	    ('assize_exporter', 'LOGIN'),
	    ('assize_operator', 'LOGIN'),
	    ('assize_reader', 'LOGIN')) AS t (name, login)
	LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_roles
		    WHERE rolname = v.name);
		BEGIN
			EXECUTE format('CREATE ROLE %I %s', v.name, v.login);
		EXCEPTION
		WHEN duplicate_object OR unique_violation THEN
			NULL;
		WHEN insufficient_privilege THEN
			RAISE EXCEPTION 'role "%" is missing', v.name
			    USING HINT = 'Let a superuser run this once, or'
			    ' make the role.', ERRCODE =
			    'insufficient_privilege';
		END;
	END LOOP;
	IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		GRANT CREATE, USAGE ON SCHEMA public TO assize_owner;
	END IF;
END
$$;

-- name: own
SET LOCAL ROLE assize_owner;

-- name: table
CREATE TABLE IF NOT EXISTS schema_version (
	kind text NOT NULL
	    CONSTRAINT schema_version_kind_ck
		CHECK (kind IN ('migration', 'function', 'view', 'grants')),
	name text NOT NULL,
	checksum text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT schema_version_pk PRIMARY KEY (kind, name)
);

-- name: applied
SELECT kind, name, checksum FROM schema_version ORDER BY kind, name;

-- name: record
INSERT INTO schema_version (kind, name, checksum) VALUES ($1, $2, $3)
ON CONFLICT (kind, name)
DO UPDATE SET checksum = EXCLUDED.checksum, applied_at = now();

-- name: commit
COMMIT;
