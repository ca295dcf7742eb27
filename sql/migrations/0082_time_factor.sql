-- What a language's programs get of a problem's time limit: a job's longest
-- life follows from it (language_budget).
ALTER TABLE language ADD COLUMN time_factor double precision NOT NULL
    DEFAULT 1 CONSTRAINT language_time_factor_ck
    CHECK (time_factor BETWEEN 0.01 AND 1000);
