-- Claims that failed: whom they are held against, and when the job may be
-- tried again.

-- Not offered before this time; NULL: at once.
ALTER TABLE job ADD COLUMN not_before timestamptz;

-- A mark that the sweep looks at only then.
ALTER TABLE job_dirty ADD COLUMN due_at timestamptz NOT NULL DEFAULT now();

-- Claims that ended without a result on a runner that is still there.
CREATE TABLE runner_failure (
	seq bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT runner_failure_pk PRIMARY KEY,
	runner_id text NOT NULL
	    CONSTRAINT runner_failure_runner_fk REFERENCES runner,
	job_id text NOT NULL
	    CONSTRAINT runner_failure_job_fk REFERENCES job,
	at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX runner_failure_at_ix ON runner_failure (at);
CREATE INDEX runner_failure_runner_ix ON runner_failure (runner_id);
