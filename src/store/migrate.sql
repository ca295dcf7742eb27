-- What a migration runs besides the files of sql/; not prepared.

-- name: begin
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = public;

-- name: lock
SELECT pg_advisory_xact_lock(4711002601);

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
