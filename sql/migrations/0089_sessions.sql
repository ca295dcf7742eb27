-- Since when a session is open, for those who look after runners.
ALTER TABLE job_ssh
    ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now();
