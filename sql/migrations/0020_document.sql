-- What becomes of a submission beside its verdict: the state that it began
-- with, what people say, what is no longer kept, files of its gradings.

-- What was removed keeps its row, so that attempts stay counted; its content
-- is gone.
ALTER TABLE submission
	ALTER COLUMN source DROP NOT NULL,
	-- Graded by people: it has no job.
	ADD COLUMN is_manual boolean NOT NULL DEFAULT false,
	-- The submitter's register when it was made.
	ADD COLUMN state_in text COMPRESSION lz4
	    CONSTRAINT submission_state_ck
		CHECK (octet_length(state_in) <= 65536),
	ADD COLUMN manual_comment text COMPRESSION lz4
	    CONSTRAINT submission_comment_ck
		CHECK (octet_length(manual_comment) <= 65536),
	ADD COLUMN manual_by bigint
	    CONSTRAINT submission_manual_by_fk REFERENCES app_user,
	ADD COLUMN manual_at timestamptz,
	ADD COLUMN removed_at timestamptz,
	-- Which ones went to make room for it.
	ADD COLUMN removed text[],
	ADD CONSTRAINT submission_manual_ck
	    CHECK ((manual_grade IS NULL) = (manual_at IS NULL)
		AND (manual_grade IS NULL) = (manual_by IS NULL)
		AND (manual_grade IS NOT NULL OR manual_comment IS NULL)),
	ADD CONSTRAINT submission_removed_ck
	    CHECK ((removed_at IS NULL) = (source IS NOT NULL)),
	DROP CONSTRAINT submission_end_ck,
	ADD CONSTRAINT submission_end_ck CHECK (CASE status
	    WHEN 'done' THEN verdict <> 'JE' AND grade IS NOT NULL
		AND judged_at IS NOT NULL
		AND (judged_job IS NOT NULL OR is_manual)
	    WHEN 'error' THEN verdict = 'JE' AND judged_at IS NOT NULL
	    ELSE true END);
CREATE INDEX submission_source_ix ON submission (source)
    WHERE source IS NOT NULL;
CREATE INDEX package_testdata_digest_ix ON package_testdata (digest);

-- What a runner sent beside the result; the landing of that lease adopts it.
CREATE TABLE job_file (
	job_id text NOT NULL
	    CONSTRAINT job_file_job_fk REFERENCES job,
	lease_id text NOT NULL,
	name text NOT NULL
	    CONSTRAINT job_file_name_ck
		CHECK (octet_length(name) BETWEEN 1 AND 1024),
	digest bytea NOT NULL
	    CONSTRAINT job_file_blob_fk REFERENCES blob,
	size bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT job_file_pk PRIMARY KEY (job_id, lease_id, name)
);
CREATE INDEX job_file_digest_ix ON job_file (digest);

-- Blobs whose last use may have ended.
CREATE TABLE blob_loose (
	sha256 bytea
	    CONSTRAINT blob_loose_pk PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now()
);

-- How long gradings of a problem take; measured, and it may be lost.
CREATE TABLE problem_service (
	problem_id bigint
	    CONSTRAINT problem_service_pk PRIMARY KEY
	    CONSTRAINT problem_service_problem_fk REFERENCES problem,
	ms double precision NOT NULL,
	n bigint NOT NULL,
	measured_at timestamptz NOT NULL DEFAULT now()
);

-- A door into a grading that runs, for its submitter alone; gone with it.
CREATE TABLE job_ssh (
	job_id text
	    CONSTRAINT job_ssh_pk PRIMARY KEY
	    CONSTRAINT job_ssh_job_fk REFERENCES job,
	lease_id text NOT NULL,
	door jsonb NOT NULL
	    CONSTRAINT job_ssh_door_ck CHECK (jsonb_typeof(door) = 'object'),
	until timestamptz NOT NULL
);
