-- Tables of the path from a submission to its verdict.  Big immutable rows
-- stand apart from small changing ones.

CREATE TABLE app_user (
	id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT app_user_pk PRIMARY KEY,
	name text NOT NULL
	    CONSTRAINT app_user_name_uq UNIQUE
	    CONSTRAINT app_user_name_ck
		CHECK (octet_length(name) BETWEEN 1 AND 128),
	is_admin boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE language (
	name text CONSTRAINT language_pk PRIMARY KEY,
	code integer NOT NULL CONSTRAINT language_code_uq UNIQUE
);
INSERT INTO language (name, code)
VALUES ('c', 0), ('cpp', 1), ('python3', 2);

CREATE TABLE course (
	id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT course_pk PRIMARY KEY,
	slug text NOT NULL
	    CONSTRAINT course_slug_uq UNIQUE
	    CONSTRAINT course_slug_ck
		CHECK (slug ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
	title text NOT NULL
	    CONSTRAINT course_title_ck CHECK (octet_length(title) <= 1024),
	is_visible boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE member (
	course_id bigint NOT NULL
	    CONSTRAINT member_course_fk REFERENCES course,
	user_id bigint NOT NULL
	    CONSTRAINT member_user_fk REFERENCES app_user,
	role text NOT NULL
	    CONSTRAINT member_role_ck
		CHECK (role IN ('student', 'tutor', 'staff')),
	added_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT member_pk PRIMARY KEY (course_id, user_id)
);
CREATE INDEX member_user_ix ON member (user_id);

CREATE TABLE problem (
	id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT problem_pk PRIMARY KEY,
	course_id bigint NOT NULL
	    CONSTRAINT problem_course_fk REFERENCES course,
	slug text NOT NULL
	    CONSTRAINT problem_slug_ck
		CHECK (slug ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
	title text NOT NULL
	    CONSTRAINT problem_title_ck CHECK (octet_length(title) <= 1024),
	opens_at timestamptz(3),
	closes_at timestamptz(3),
	languages text[] NOT NULL DEFAULT '{}',
	limits jsonb
	    CONSTRAINT problem_limits_ck
		CHECK (jsonb_typeof(limits) = 'object'),
	max_submissions integer NOT NULL DEFAULT 0
	    CONSTRAINT problem_max_ck CHECK (max_submissions >= 0),
	allows_pending boolean NOT NULL DEFAULT false,
	counts_ce boolean NOT NULL DEFAULT true,
	is_visible boolean NOT NULL DEFAULT true,
	weight double precision NOT NULL DEFAULT 1
	    CONSTRAINT problem_weight_ck
		CHECK (weight >= 0 AND weight <= 1000000),
	evaluate text NOT NULL DEFAULT 'best'
	    CONSTRAINT problem_evaluate_ck
		CHECK (evaluate IN ('best', 'last')),
	pool text NOT NULL DEFAULT 'default'
	    CONSTRAINT problem_pool_ck
		CHECK (pool ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
	package_id text,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT problem_course_slug_uq UNIQUE (course_id, slug),
	CONSTRAINT problem_window_ck CHECK (opens_at < closes_at)
);

-- Bytes by what they are: submitted files and packages alike.
CREATE TABLE blob (
	sha256 bytea
	    CONSTRAINT blob_pk PRIMARY KEY
	    CONSTRAINT blob_sha256_ck CHECK (octet_length(sha256) = 32),
	size bigint NOT NULL,
	bytes bytea COMPRESSION lz4 NOT NULL
);

-- One row per uploaded version; never changed.
CREATE TABLE package (
	id text
	    CONSTRAINT package_pk PRIMARY KEY,
	problem_id bigint NOT NULL
	    CONSTRAINT package_problem_fk REFERENCES problem,
	digest bytea NOT NULL
	    CONSTRAINT package_blob_fk REFERENCES blob,
	grading jsonb COMPRESSION lz4 NOT NULL
	    CONSTRAINT package_grading_ck
		CHECK (jsonb_typeof(grading) = 'object'),
	meta jsonb COMPRESSION lz4
	    CONSTRAINT package_meta_ck CHECK (jsonb_typeof(meta) = 'object'),
	user_id bigint NOT NULL
	    CONSTRAINT package_user_fk REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT package_problem_digest_uq UNIQUE (problem_id, digest),
	CONSTRAINT package_problem_id_uq UNIQUE (problem_id, id)
);
CREATE INDEX package_digest_ix ON package (digest);
ALTER TABLE problem ADD CONSTRAINT problem_package_fk
    FOREIGN KEY (id, package_id) REFERENCES package (problem_id, id);

-- Immutable but for the columns after status.
CREATE TABLE submission (
	id text
	    CONSTRAINT submission_pk PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY,
	course_id bigint NOT NULL
	    CONSTRAINT submission_course_fk REFERENCES course,
	problem_id bigint NOT NULL
	    CONSTRAINT submission_problem_fk REFERENCES problem,
	user_id bigint NOT NULL
	    CONSTRAINT submission_user_fk REFERENCES app_user,
	key text
	    CONSTRAINT submission_key_ck
		CHECK (octet_length(key) BETWEEN 1 AND 255),
	request_digest text,
	submitted_at timestamptz(3) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	language text
	    CONSTRAINT submission_language_fk REFERENCES language,
	source bytea NOT NULL
	    CONSTRAINT submission_source_fk REFERENCES blob,
	input jsonb COMPRESSION lz4,
	locale text,
	status text NOT NULL DEFAULT 'pending'
	    CONSTRAINT submission_status_ck
		CHECK (status IN ('pending', 'done', 'error', 'cancelled')),
	verdict text
	    CONSTRAINT submission_verdict_ck CHECK (verdict IN
		('AC', 'WA', 'CE', 'TLE', 'MLE', 'RE', 'JE', 'OLE')),
	outcome text
	    CONSTRAINT submission_outcome_ck CHECK (outcome IN
		('success', 'failed', 'timeout', 'overflow', 'killed',
		'crash', 'error')),
	grade numeric(5,2)
	    CONSTRAINT submission_grade_ck CHECK (grade BETWEEN 0 AND 100),
	machine_grade numeric(5,2),
	manual_grade numeric(5,2)
	    CONSTRAINT submission_manual_grade_ck
		CHECK (manual_grade BETWEEN 0 AND 100),
	time_ms bigint,
	memory_kb bigint,
	judged_at timestamptz,
	-- The job whose result counts; stays while a rejudge runs or fails.
	judged_job text,
	CONSTRAINT submission_end_ck CHECK (CASE status
	    WHEN 'done' THEN verdict <> 'JE' AND grade IS NOT NULL
		AND judged_at IS NOT NULL AND judged_job IS NOT NULL
	    WHEN 'error' THEN verdict = 'JE' AND judged_at IS NOT NULL
	    ELSE true END)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX submission_user_key_uq ON submission (user_id, key)
    WHERE key IS NOT NULL;
CREATE INDEX submission_page_ix ON submission (submitted_at, seq);
CREATE INDEX submission_course_page_ix
    ON submission (course_id, submitted_at, seq);
CREATE INDEX submission_problem_page_ix
    ON submission (problem_id, submitted_at, seq);

CREATE TABLE submission_author (
	submission_id text NOT NULL
	    CONSTRAINT submission_author_submission_fk REFERENCES submission,
	user_id bigint NOT NULL
	    CONSTRAINT submission_author_user_fk REFERENCES app_user,
	place smallint NOT NULL,
	-- Copied, to find a user's pages by one index.
	problem_id bigint NOT NULL,
	submitted_at timestamptz(3) NOT NULL,
	seq bigint NOT NULL,
	CONSTRAINT submission_author_pk PRIMARY KEY (submission_id, user_id)
);
CREATE INDEX submission_author_page_ix
    ON submission_author (user_id, submitted_at, seq);
CREATE INDEX submission_author_problem_ix
    ON submission_author (user_id, problem_id, submitted_at, seq);

-- Tiny and busy.  No column that a claim or a release changes is in an index
-- or in an index's predicate, so that these updates stay on their page.
CREATE TABLE job (
	id text
	    CONSTRAINT job_pk PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY,
	submission_id text NOT NULL
	    CONSTRAINT job_submission_fk REFERENCES submission,
	rejudging_id text,
	package_id text NOT NULL
	    CONSTRAINT job_package_fk REFERENCES package,
	limits jsonb
	    CONSTRAINT job_limits_ck CHECK (jsonb_typeof(limits) = 'object'),
	pool text NOT NULL,
	language text,
	class text NOT NULL DEFAULT 'live'
	    CONSTRAINT job_class_ck
		CHECK (class IN ('live', 'practice', 'rejudge')),
	budget_s integer NOT NULL
	    CONSTRAINT job_budget_ck CHECK (budget_s BETWEEN 1 AND 604800),
	state text NOT NULL DEFAULT 'ready'
	    CONSTRAINT job_state_ck CHECK (state IN
		('ready', 'leased', 'done', 'je', 'cancelled', 'superseded')),
	live boolean NOT NULL DEFAULT true,
	current boolean NOT NULL DEFAULT true,
	lease_id text
	    CONSTRAINT job_lease_ck CHECK (octet_length(lease_id) <= 64),
	runner_id text,
	claims integer NOT NULL DEFAULT 0,
	charged integer NOT NULL DEFAULT 0
	    CONSTRAINT job_charged_ck CHECK (charged BETWEEN 0 AND claims),
	refunds integer NOT NULL DEFAULT 0
	    CONSTRAINT job_refunds_ck CHECK (refunds BETWEEN 0 AND 10),
	created_at timestamptz NOT NULL DEFAULT now(),
	leased_at timestamptz,
	hard_at timestamptz,
	ended_at timestamptz,
	CONSTRAINT job_live_ck CHECK (live = (state IN ('ready', 'leased'))),
	CONSTRAINT job_live_current_ck CHECK (current OR NOT live),
	CONSTRAINT job_leased_ck CHECK (state <> 'leased' OR
	    (lease_id IS NOT NULL AND runner_id IS NOT NULL
	    AND hard_at IS NOT NULL)),
	CONSTRAINT job_ended_ck CHECK (live = (ended_at IS NULL))
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05);
CREATE UNIQUE INDEX job_current_uq
    ON job (submission_id, coalesce(rejudging_id, '')) WHERE current;
CREATE INDEX job_submission_ix ON job (submission_id, seq);
CREATE INDEX job_live_ix ON job (seq) WHERE live;
CREATE INDEX job_live_package_ix ON job (package_id) WHERE live;

CREATE TABLE job_history (
	seq bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT job_history_pk PRIMARY KEY,
	job_id text NOT NULL
	    CONSTRAINT job_history_job_fk REFERENCES job,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	event text NOT NULL
	    CONSTRAINT job_history_event_ck CHECK (event IN
		('created', 'claimed', 'landed', 'released', 'je',
		'cancelled', 'superseded')),
	lease_id text,
	runner_id text,
	reason text,
	detail jsonb
);
CREATE INDEX job_history_job_ix ON job_history (job_id, seq);
CREATE UNIQUE INDEX job_history_claimed_uq
    ON job_history (job_id, lease_id) WHERE event = 'claimed';
CREATE UNIQUE INDEX job_history_landed_uq
    ON job_history (job_id) WHERE event = 'landed';

CREATE TABLE runner (
	id text
	    CONSTRAINT runner_pk PRIMARY KEY,
	name text NOT NULL
	    CONSTRAINT runner_name_ck
		CHECK (octet_length(name) BETWEEN 1 AND 128),
	is_named boolean NOT NULL,
	token_sha256 bytea NOT NULL
	    CONSTRAINT runner_token_uq UNIQUE
	    CONSTRAINT runner_token_ck CHECK (octet_length(token_sha256) = 32),
	pools text[] NOT NULL,
	languages text[] NOT NULL,
	capacity integer NOT NULL
	    CONSTRAINT runner_capacity_ck CHECK (capacity BETWEEN 1 AND 4096),
	heartbeat_s integer NOT NULL
	    CONSTRAINT runner_heartbeat_ck CHECK (heartbeat_s BETWEEN 1 AND 60),
	version text,
	labels jsonb NOT NULL DEFAULT '{}'
	    CONSTRAINT runner_labels_ck
		CHECK (jsonb_typeof(labels) = 'object'),
	state text NOT NULL DEFAULT 'active'
	    CONSTRAINT runner_state_ck CHECK (state IN ('active', 'draining',
		'set_aside', 'removed', 'revoked')),
	registered_at timestamptz NOT NULL DEFAULT now(),
	registration_ip text,
	ended_at timestamptz,
	-- The one that took its name while it was still heard of.
	replaced_by text,
	replaced_live boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX runner_name_uq ON runner (name)
    WHERE is_named AND state NOT IN ('removed', 'revoked');

-- Changes with every heartbeat.
CREATE TABLE runner_seen (
	runner_id text
	    CONSTRAINT runner_seen_pk PRIMARY KEY
	    CONSTRAINT runner_seen_runner_fk REFERENCES runner,
	seen_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000);

-- One per landed job; never changed.
CREATE TABLE result (
	job_id text
	    CONSTRAINT result_pk PRIMARY KEY
	    CONSTRAINT result_job_fk REFERENCES job,
	submission_id text NOT NULL
	    CONSTRAINT result_submission_fk REFERENCES submission,
	lease_id text NOT NULL,
	runner_id text NOT NULL
	    CONSTRAINT result_runner_fk REFERENCES runner,
	verdict text NOT NULL
	    CONSTRAINT result_verdict_ck CHECK (verdict IN
		('AC', 'WA', 'CE', 'TLE', 'MLE', 'RE', 'JE', 'OLE')),
	outcome text NOT NULL
	    CONSTRAINT result_outcome_ck CHECK (outcome IN
		('success', 'failed', 'timeout', 'overflow', 'killed',
		'crash', 'error')),
	grade numeric(5,2) NOT NULL
	    CONSTRAINT result_grade_ck CHECK (grade BETWEEN 0 AND 100),
	time_ms bigint,
	memory_kb bigint,
	state text
	    CONSTRAINT result_state_ck CHECK (octet_length(state) <= 65536),
	document jsonb COMPRESSION lz4 NOT NULL
	    CONSTRAINT result_document_ck
		CHECK (jsonb_typeof(document) = 'object'),
	provenance jsonb COMPRESSION lz4,
	landed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX result_submission_ix ON result (submission_id);

-- What a user has on a problem.  Recomputed from rows, never counted up; its
-- lock is what landings and gates of a user meet at.
CREATE TABLE standing (
	user_id bigint NOT NULL
	    CONSTRAINT standing_user_fk REFERENCES app_user,
	problem_id bigint NOT NULL
	    CONSTRAINT standing_problem_fk REFERENCES problem,
	tried integer NOT NULL DEFAULT 0,
	evaluated text
	    CONSTRAINT standing_evaluated_fk REFERENCES submission,
	grade numeric(5,2),
	is_success boolean NOT NULL DEFAULT false,
	state text,
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT standing_pk PRIMARY KEY (problem_id, user_id)
) WITH (fillfactor = 80);
CREATE INDEX standing_user_ix ON standing (user_id);

-- Jobs whose entry in Redis may be wrong.
CREATE TABLE job_dirty (
	job_id text
	    CONSTRAINT job_dirty_pk PRIMARY KEY
	    CONSTRAINT job_dirty_job_fk REFERENCES job,
	seq bigint GENERATED ALWAYS AS IDENTITY,
	at timestamptz NOT NULL DEFAULT now()
);

-- What people did by hand.
CREATE TABLE audit (
	seq bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT audit_pk PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	actor text NOT NULL,
	action text NOT NULL,
	target text NOT NULL,
	detail jsonb
);
CREATE INDEX audit_target_ix ON audit (target, seq);
