-- Judge errors that operators should look at are few among many rows.  Not on
-- a column of job: what a claim changes is in none of its indexes.
CREATE INDEX job_history_je_ix ON job_history (job_id) WHERE event = 'je';
CREATE INDEX result_je_ix ON result (job_id) WHERE verdict = 'JE';
