-- A time as it leaves the service: RFC 3339, UTC, milliseconds.
CREATE OR REPLACE FUNCTION ts_text(t timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Milliseconds since 1970; what is infinite or NULL is NULL.
CREATE OR REPLACE FUNCTION ts_ms(t timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN isfinite(t)
	    THEN floor(extract(epoch FROM t) * 1000)::bigint END
$$;

CREATE OR REPLACE FUNCTION ts_of_ms(ms bigint) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT timestamptz '1970-01-01 00:00:00+00'
	    + ms * interval '1 millisecond'
$$;
