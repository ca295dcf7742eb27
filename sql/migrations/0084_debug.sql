-- A session in place of the grading: only the job that the submission made has
-- one, so that no rejudge opens a door.
ALTER TABLE job ADD COLUMN debug text
    CONSTRAINT job_debug_ck CHECK (debug = 'ssh');
