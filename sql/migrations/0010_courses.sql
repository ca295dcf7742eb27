-- What a course lets its people do, and when: windows, limits, extensions,
-- teams, self-enrolment, common files; and what an operator may turn.

CREATE FUNCTION is_time_zone(p_name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = p_name)
$$;

-- One set of files for all problems of a course; one row for each version,
-- never changed.
CREATE TABLE course_common (
	id text
	    CONSTRAINT course_common_pk PRIMARY KEY,
	course_id bigint NOT NULL
	    CONSTRAINT course_common_course_fk REFERENCES course,
	digest bytea NOT NULL
	    CONSTRAINT course_common_blob_fk REFERENCES blob,
	user_id bigint NOT NULL
	    CONSTRAINT course_common_user_fk REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT course_common_digest_uq UNIQUE (course_id, digest),
	CONSTRAINT course_common_id_uq UNIQUE (course_id, id)
);
CREATE INDEX course_common_blob_ix ON course_common (digest);

ALTER TABLE course
	ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'
	    CONSTRAINT course_time_zone_ck
		CHECK (time_zone = 'UTC' OR is_time_zone(time_zone)),
	ADD COLUMN self_enrol boolean NOT NULL DEFAULT false,
	ADD COLUMN common_id text,
	ADD CONSTRAINT course_common_fk FOREIGN KEY (id, common_id)
	    REFERENCES course_common (course_id, id);

-- What one must know to enrol oneself; no row: nothing.
CREATE TABLE enrolment_key (
	course_id bigint
	    CONSTRAINT enrolment_key_pk PRIMARY KEY
	    CONSTRAINT enrolment_key_course_fk REFERENCES course,
	sha256 bytea NOT NULL
	    CONSTRAINT enrolment_key_ck CHECK (octet_length(sha256) = 32)
);

-- The course whose roster made the account; NULL: they came by themselves.
ALTER TABLE app_user ADD COLUMN course_id bigint
    CONSTRAINT app_user_course_fk REFERENCES course;

-- A number of 0 is no limit.
ALTER TABLE problem
	ADD COLUMN soft_at timestamptz(3),
	ADD COLUMN grace_s integer NOT NULL DEFAULT 5
	    CONSTRAINT problem_grace_ck CHECK (grace_s BETWEEN 0 AND 3600),
	-- Points of a hundred for each started unit after the soft end.
	ADD COLUMN late_penalty numeric(5,2) NOT NULL DEFAULT 0
	    CONSTRAINT problem_late_penalty_ck
		CHECK (late_penalty BETWEEN 0 AND 100),
	ADD COLUMN late_unit text NOT NULL DEFAULT 'day'
	    CONSTRAINT problem_late_unit_ck
		CHECK (late_unit IN ('hour', 'day')),
	-- So many in any stretch of so many seconds.
	ADD COLUMN sliding_n integer NOT NULL DEFAULT 0
	    CONSTRAINT problem_sliding_n_ck CHECK (sliding_n >= 0),
	ADD COLUMN sliding_s integer NOT NULL DEFAULT 0
	    CONSTRAINT problem_sliding_s_ck
		CHECK (sliding_s BETWEEN 0 AND 31622400),
	-- In a day of the course's time zone.
	ADD COLUMN daily_n integer NOT NULL DEFAULT 0
	    CONSTRAINT problem_daily_ck CHECK (daily_n >= 0),
	-- Seconds between two.
	ADD COLUMN interval_s integer NOT NULL DEFAULT 0
	    CONSTRAINT problem_interval_ck
		CHECK (interval_s BETWEEN 0 AND 31622400),
	-- Kept of a user; older ones are removed.
	ADD COLUMN stored_n integer NOT NULL DEFAULT 0
	    CONSTRAINT problem_stored_ck CHECK (stored_n >= 0),
	ADD COLUMN pass_mark numeric(5,2) NOT NULL DEFAULT 100
	    CONSTRAINT problem_pass_mark_ck
		CHECK (pass_mark BETWEEN 0 AND 100),
	-- Teams submit together, who is in none cannot.
	ADD COLUMN is_for_teams boolean NOT NULL DEFAULT false,
	ADD COLUMN network_grading boolean NOT NULL DEFAULT false,
	-- Settings that staff made: they stand over what a package says.
	ADD COLUMN said text[] NOT NULL DEFAULT '{}',
	ADD CONSTRAINT problem_soft_ck
	    CHECK (opens_at < soft_at AND soft_at <= closes_at),
	ADD CONSTRAINT problem_sliding_ck
	    CHECK ((sliding_n > 0) = (sliding_s > 0));

-- What one student has beyond the others.
CREATE TABLE extension (
	problem_id bigint NOT NULL
	    CONSTRAINT extension_problem_fk REFERENCES problem,
	user_id bigint NOT NULL
	    CONSTRAINT extension_user_fk REFERENCES app_user,
	soft_at timestamptz(3),
	closes_at timestamptz(3),
	attempts integer NOT NULL DEFAULT 0
	    CONSTRAINT extension_attempts_ck
		CHECK (attempts BETWEEN 0 AND 100000),
	reason text
	    CONSTRAINT extension_reason_ck CHECK (octet_length(reason) <= 4096),
	by_id bigint NOT NULL
	    CONSTRAINT extension_by_fk REFERENCES app_user,
	changed_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT extension_pk PRIMARY KEY (problem_id, user_id),
	CONSTRAINT extension_window_ck CHECK (soft_at <= closes_at)
);

CREATE TABLE team (
	id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT team_pk PRIMARY KEY,
	course_id bigint NOT NULL
	    CONSTRAINT team_course_fk REFERENCES course,
	name text NOT NULL
	    CONSTRAINT team_name_ck
		CHECK (octet_length(name) BETWEEN 1 AND 128),
	CONSTRAINT team_course_name_uq UNIQUE (course_id, name),
	CONSTRAINT team_course_id_uq UNIQUE (course_id, id)
);
-- Everybody is in one team of a course at most, and a member of it.
CREATE TABLE team_member (
	course_id bigint NOT NULL,
	user_id bigint NOT NULL,
	team_id bigint NOT NULL,
	CONSTRAINT team_member_pk PRIMARY KEY (course_id, user_id),
	CONSTRAINT team_member_member_fk FOREIGN KEY (course_id, user_id)
	    REFERENCES member ON DELETE CASCADE,
	CONSTRAINT team_member_team_fk FOREIGN KEY (course_id, team_id)
	    REFERENCES team (course_id, id) ON DELETE CASCADE
);
CREATE INDEX team_member_team_ix ON team_member (team_id);

-- As it was when the submission was made: windows move, teams change.
ALTER TABLE submission
	ADD COLUMN late boolean NOT NULL DEFAULT false,
	-- Points of a hundred of the machine's grade that are taken away.
	ADD COLUMN penalty numeric(5,2) NOT NULL DEFAULT 0
	    CONSTRAINT submission_penalty_ck CHECK (penalty BETWEEN 0 AND 100),
	ADD COLUMN soft_at timestamptz(3),
	ADD COLUMN end_at timestamptz(3),
	ADD COLUMN team text;

-- The common files that the job was made with.
ALTER TABLE job ADD COLUMN common_id text
    CONSTRAINT job_common_fk REFERENCES course_common;
CREATE INDEX job_live_common_ix ON job (common_id)
    WHERE live AND common_id IS NOT NULL;

-- What differs from the defaults of the program's table of keys.
CREATE TABLE config (
	key text
	    CONSTRAINT config_pk PRIMARY KEY,
	value text NOT NULL,
	changed_by text NOT NULL,
	changed_at timestamptz NOT NULL DEFAULT now()
);
