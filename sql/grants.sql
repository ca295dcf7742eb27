-- Who may do what; from nothing, every time that anything changed.
REVOKE ALL ON ALL TABLES IN SCHEMA public
    FROM PUBLIC, assized, assize_exporter, assize_operator, assize_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public
    FROM PUBLIC, assized, assize_exporter, assize_operator, assize_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA public
    TO assized, assize_exporter, assize_operator, assize_reader;

-- The service: rows, no tables.  What is immutable it cannot change.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO assized, assize_reader;
GRANT INSERT ON app_user, course, member, problem, package,
    package_testdata, blob, submission,
    submission_author, job, job_history, result, standing, runner,
    runner_seen, runner_failure, job_dirty, audit, course_common,
    enrolment_key, extension, team, team_member, config, rejudging,
    rejudging_member, rejudging_skip, course_tool TO assized;
GRANT UPDATE ON app_user, course, member, problem, submission, job, standing,
    runner, runner_seen, job_dirty, enrolment_key, extension, team,
    team_member, config, rejudging, rejudging_member, rejudging_skip
    TO assized;
GRANT DELETE ON member, job_dirty, enrolment_key, extension, team,
    team_member, config, rejudging, rejudging_skip, runner_failure TO assized;
GRANT INSERT, DELETE ON job_file TO assized;
GRANT INSERT ON blob_loose TO assized;
GRANT INSERT, UPDATE ON problem_service TO assized;
GRANT INSERT, UPDATE, DELETE ON job_ssh TO assized;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO assized;
GRANT INSERT, UPDATE ON outbox TO assized;
GRANT USAGE ON SEQUENCE outbox_revision TO assized;

-- The exporter: who has which grade, and what it has sent.
GRANT SELECT (id, slug) ON course TO assize_exporter;
GRANT SELECT (id, slug, course_id) ON problem TO assize_exporter;
GRANT SELECT (id, name) ON app_user TO assize_exporter;
GRANT SELECT (id, verdict, outcome) ON submission TO assize_exporter;
GRANT SELECT ON standing, outbox TO assize_exporter;
GRANT UPDATE ON outbox TO assize_exporter;
GRANT EXECUTE ON FUNCTION outbox_take(text, bigint, bigint),
    ts_text(timestamptz) TO assize_exporter;

-- Readers see no secrets: not even the digests of tokens, not the sources.
REVOKE SELECT ON runner, blob, job_ssh, enrolment_key, job_payload
    FROM assize_reader;
GRANT SELECT (id, name, is_named, pools, languages, capacity, heartbeat_s,
    version, labels, state, registered_at, registration_ip, ended_at,
    replaced_by, replaced_live, fault, fault_at) ON runner TO assize_reader;
GRANT SELECT (sha256, size) ON blob TO assize_reader;

-- What views compute with.
GRANT EXECUTE ON FUNCTION submission_grade(numeric, numeric, numeric)
    TO assize_operator, assize_reader;

-- Operators: the views and the functions that are made for them.
DO $$
DECLARE
	v record;
BEGIN
	FOR v IN SELECT c.oid::regclass AS name FROM pg_class c
	    WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace
	      AND c.relname ~ '^(op|inv)_'
	LOOP
		EXECUTE format('GRANT SELECT ON %s TO assize_operator',
		    v.name);
	END LOOP;
	FOR v IN SELECT p.oid::regprocedure AS name FROM pg_proc p
	    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
	      AND p.proname ~ '^op_' AND p.proname <> 'op_note'
	LOOP
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM assized',
		    v.name);
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO'
		    ' assize_operator', v.name);
	END LOOP;
END
$$;
