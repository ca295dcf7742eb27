-- Rejudging sets; problems that are held, courses that are archived.

-- How long a job of this version may take, from its limits.
ALTER TABLE package ADD COLUMN budget_s integer NOT NULL
    GENERATED ALWAYS AS (coalesce((meta ->> 'budget_s')::integer, 600)) STORED
    CONSTRAINT package_budget_ck CHECK (budget_s BETWEEN 1 AND 604800);

-- Accepted and not judged, while broken data is replaced.
ALTER TABLE problem
	ADD COLUMN held_at timestamptz,
	ADD COLUMN held_by text,
	ADD COLUMN held_reason text
	    CONSTRAINT problem_held_reason_ck
		CHECK (octet_length(held_reason) <= 4096),
	ADD CONSTRAINT problem_held_ck
	    CHECK ((held_at IS NULL) = (held_by IS NULL));
CREATE INDEX problem_held_ix ON problem (id) WHERE held_at IS NOT NULL;

-- Can be read and not changed.
ALTER TABLE course
	ADD COLUMN archived_at timestamptz,
	ADD COLUMN archived_by text,
	ADD CONSTRAINT course_archived_ck
	    CHECK ((archived_at IS NULL) = (archived_by IS NULL));

-- A user whose person was forgotten.
ALTER TABLE app_user ADD COLUMN anonymised_at timestamptz;

-- Gradings beside those that count, to be looked at and applied together.
CREATE TABLE rejudging (
	id text
	    CONSTRAINT rejudging_pk PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT rejudging_seq_uq UNIQUE,
	-- The one that the filter names; NULL: only administrators see it.
	course_id bigint
	    CONSTRAINT rejudging_course_fk REFERENCES course,
	filter jsonb NOT NULL
	    CONSTRAINT rejudging_filter_ck
		CHECK (jsonb_typeof(filter) = 'object'),
	reason text
	    CONSTRAINT rejudging_reason_ck CHECK (octet_length(reason) <= 4096),
	state text NOT NULL DEFAULT 'open'
	    CONSTRAINT rejudging_state_ck
		CHECK (state IN ('open', 'applied', 'discarded')),
	made_by text NOT NULL,
	made_at timestamptz NOT NULL DEFAULT now(),
	ended_by text,
	ended_at timestamptz,
	CONSTRAINT rejudging_ended_ck CHECK
	    ((state = 'open') = (ended_at IS NULL)
	    AND (ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX rejudging_course_ix ON rejudging (course_id, seq);

-- is_open: of two sets at most one has a submission.
CREATE TABLE rejudging_member (
	rejudging_id text NOT NULL
	    CONSTRAINT rejudging_member_rejudging_fk REFERENCES rejudging,
	submission_id text NOT NULL
	    CONSTRAINT rejudging_member_submission_fk REFERENCES submission,
	job_id text NOT NULL,
	-- What counted when the set was made.
	base_job text NOT NULL,
	old_verdict text,
	old_grade numeric(5,2),
	is_open boolean NOT NULL DEFAULT true,
	outcome text
	    CONSTRAINT rejudging_member_outcome_ck CHECK (outcome IN
		('applied', 'changed', 'failed', 'unfinished', 'discarded')),
	CONSTRAINT rejudging_member_pk PRIMARY KEY (rejudging_id, submission_id),
	CONSTRAINT rejudging_member_open_ck CHECK (is_open = (outcome IS NULL))
);
CREATE UNIQUE INDEX rejudging_member_open_uq
    ON rejudging_member (submission_id) WHERE is_open;
CREATE INDEX rejudging_member_submission_ix
    ON rejudging_member (submission_id);

-- Fitted the filter, and could not be taken.
CREATE TABLE rejudging_skip (
	rejudging_id text NOT NULL
	    CONSTRAINT rejudging_skip_rejudging_fk REFERENCES rejudging,
	submission_id text NOT NULL,
	why text NOT NULL
	    CONSTRAINT rejudging_skip_why_ck CHECK (why IN
		('in_other_set', 'pending', 'removed', 'no_package',
		'archived')),
	other_id text,
	CONSTRAINT rejudging_skip_pk PRIMARY KEY (rejudging_id, submission_id)
);

ALTER TABLE job ADD CONSTRAINT job_rejudging_fk
    FOREIGN KEY (rejudging_id) REFERENCES rejudging;

-- A result that came to count with its set.
ALTER TABLE job_history
	DROP CONSTRAINT job_history_event_ck,
	ADD CONSTRAINT job_history_event_ck CHECK (event IN
	    ('created', 'claimed', 'landed', 'released', 'je', 'cancelled',
	    'superseded', 'applied', 'moved'));

-- What a runner has judged: it may have to be judged again.
CREATE INDEX result_runner_ix ON result (runner_id, landed_at);
