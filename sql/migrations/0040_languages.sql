-- What the languages are called; which compilers judged what; runners whose
-- self-test fails.
ALTER TABLE language ADD COLUMN title text;

-- A version of a language's tool judged something of a course: a fact, not a
-- count.  op_versions looks at the verdicts themselves where there are two.
CREATE TABLE course_tool (
	course_id bigint NOT NULL
	    CONSTRAINT course_tool_course_fk REFERENCES course,
	language text NOT NULL
	    CONSTRAINT course_tool_language_fk REFERENCES language,
	tool text NOT NULL
	    CONSTRAINT course_tool_tool_ck CHECK (octet_length(tool) <= 1024),
	first_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT course_tool_pk PRIMARY KEY (course_id, language, tool)
);

-- Why it takes no jobs now, in its own words; NULL: its self-test passes.
ALTER TABLE runner ADD COLUMN fault text
    CONSTRAINT runner_fault_ck CHECK (octet_length(fault) <= 4096);
ALTER TABLE runner ADD COLUMN fault_at timestamptz;
ALTER TABLE runner ADD CONSTRAINT runner_fault_at_ck
    CHECK ((fault IS NULL) = (fault_at IS NULL));
