-- What waits and what runs, by queue.
CREATE VIEW op_queue AS
SELECT q.pool, q.language, q.class, q.ready, q.held, q.leased, q.oldest,
    r.live AS live_runners, r.free AS free_places
  FROM (
	SELECT j.pool, coalesce(j.language, '') AS language, j.class,
	    count(*) FILTER (WHERE j.state = 'ready') AS ready,
	    count(*) FILTER (WHERE j.state = 'ready' AND h.id IS NOT NULL)
		AS held,
	    count(*) FILTER (WHERE j.state = 'leased') AS leased,
	    date_trunc('second', max(now() - j.created_at)
		FILTER (WHERE j.state = 'ready' AND h.id IS NULL)) AS oldest
	  FROM job j
	  JOIN package k ON k.id = j.package_id
	  LEFT JOIN problem h ON h.id = k.problem_id
	   AND h.held_at IS NOT NULL
	 WHERE j.live
	 GROUP BY j.pool, j.language, j.class
  ) q
  CROSS JOIN LATERAL op_queue_runners(q.pool, q.language) r
 ORDER BY q.pool, q.language, q.class;
