-- How long gradings take, by problem: a mean that forgets, taken from the
-- results that landed since the last time.  Called by the sweep, every few
-- seconds.
CREATE OR REPLACE FUNCTION service_measure() RETURNS void
LANGUAGE sql VOLATILE AS $$
	INSERT INTO problem_service AS o (problem_id, ms, n)
	SELECT s.problem_id, avg(extract(epoch FROM j.ended_at - j.leased_at)
	    * 1000), count(*)
	  FROM runner r
	  JOIN result x ON x.runner_id = r.id AND x.landed_at > coalesce(
		(SELECT max(m.measured_at) FROM problem_service m),
		now() - interval '1 day')
	  JOIN job j ON j.id = x.job_id
	  JOIN submission s ON s.id = j.submission_id
	 WHERE r.ended_at IS NULL
	 GROUP BY s.problem_id
	ON CONFLICT (problem_id) DO UPDATE
	   SET ms = (o.ms * least(o.n, 50) + excluded.ms * excluded.n)
		/ (least(o.n, 50) + excluded.n),
	       n = least(o.n, 50) + excluded.n,
	       measured_at = now()
$$;

-- What one grading takes of those that these jobs are, and how many a runner
-- does at once: means of a sample.  NULL where nothing was measured.
CREATE OR REPLACE FUNCTION service_outlook(p_jobs text[], p_runners text[],
    OUT service_ms double precision, OUT capacity double precision)
LANGUAGE sql STABLE AS $$
	SELECT (SELECT avg(coalesce(m.ms, a.ms))
		  FROM job j
		  JOIN package k ON k.id = j.package_id
		  LEFT JOIN problem_service m ON m.problem_id = k.problem_id
		  LEFT JOIN (SELECT avg(l.ms) AS ms FROM (
			SELECT ms FROM problem_service
			 ORDER BY measured_at DESC LIMIT 50) l) a
		    ON m.ms IS NULL
		 WHERE j.id = ANY (p_jobs)),
	    (SELECT avg(r.capacity)::double precision FROM runner r
	      WHERE r.id = ANY (p_runners))
$$;

-- Why nobody serves a pool and language: 'set_aside', 'draining', 'silent'
-- (one did and is not heard of), 'none'.
CREATE OR REPLACE FUNCTION service_absence(p_pool text, p_language text)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT coalesce((
		SELECT CASE r.state WHEN 'active' THEN 'silent' ELSE r.state END
		  FROM runner r
		 WHERE r.ended_at IS NULL
		   AND r.state IN ('active', 'draining', 'set_aside')
		   AND p_pool = ANY (r.pools)
		   AND (r.languages = '{}' OR p_language = ANY (r.languages))
		 ORDER BY r.state = 'set_aside' DESC, r.state = 'draining' DESC
		 LIMIT 1), 'none')
$$;
