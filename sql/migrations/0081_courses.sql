-- Judge errors that operators should look at are few among many rows.  Not on
-- a column of job: what a claim changes is in none of its indexes.
CREATE INDEX job_history_je_ix ON job_history (job_id) WHERE event = 'je';
CREATE INDEX result_je_ix ON result (job_id) WHERE verdict = 'JE';

-- Of how many members students form teams themselves; 0: staff make them.
ALTER TABLE course ADD COLUMN team_size integer NOT NULL DEFAULT 0
    CONSTRAINT course_team_size_ck CHECK (team_size BETWEEN 0 AND 1000);

-- Staff said so: it holds as long as an operator lets staff say it.
ALTER TABLE problem ADD COLUMN network_by_staff boolean NOT NULL DEFAULT false;
