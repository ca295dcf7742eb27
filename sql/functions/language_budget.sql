-- The longest life of a job, of what its package wants in it: programs of a
-- slow language have more time in each test.
CREATE OR REPLACE FUNCTION language_budget(p_budget integer, p_language text)
RETURNS integer LANGUAGE sql STABLE AS $$
	SELECT least(604800, ceil(p_budget * greatest(1, coalesce(
	    (SELECT time_factor FROM language WHERE name = p_language),
	    1))))::integer
$$;
