-- Grades that go to other systems.

CREATE FUNCTION jsonb_texts(p jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE jsonb_typeof(p) WHEN 'array' THEN
	    ARRAY(SELECT jsonb_array_elements_text(p)) END
$$;

-- To whom the grades of a problem are sent: what the course says stands over
-- what the package says.
ALTER TABLE package ADD COLUMN exports text[] NOT NULL
    GENERATED ALWAYS AS (coalesce(jsonb_texts(grading #> '{settings,export}'), '{}'))
    STORED;
ALTER TABLE problem ADD COLUMN exports text[];

-- One row for each standing and exporter, as long as both are there: not an
-- event but what the other side should know.  A standing that changes again
-- before it was sent is sent once.  due_at is NULL when there is nothing to
-- send: it was sent, or refused for good (error).
CREATE SEQUENCE outbox_revision;
CREATE TABLE outbox (
	exporter text NOT NULL
	    CONSTRAINT outbox_exporter_ck
		CHECK (octet_length(exporter) BETWEEN 1 AND 64),
	problem_id bigint NOT NULL,
	user_id bigint NOT NULL,
	revision bigint NOT NULL,
	changed_at timestamptz NOT NULL DEFAULT now(),
	due_at timestamptz DEFAULT now(),
	-- An exporter has it in hand until then.
	held_until timestamptz,
	tries integer NOT NULL DEFAULT 0,
	sent_at timestamptz,
	error text,
	CONSTRAINT outbox_pk PRIMARY KEY (problem_id, user_id, exporter),
	CONSTRAINT outbox_standing_fk FOREIGN KEY (problem_id, user_id)
	    REFERENCES standing ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX outbox_due_ix ON outbox (exporter, due_at)
    WHERE due_at IS NOT NULL;
