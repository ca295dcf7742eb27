-- What waits and what runs, by queue.
DROP VIEW IF EXISTS op_queue;
CREATE VIEW op_queue AS
SELECT j.pool, coalesce(j.language, '') AS language, j.class,
    count(*) FILTER (WHERE j.state = 'ready') AS ready,
    count(*) FILTER (WHERE j.state = 'leased') AS leased,
    date_trunc('second', max(now() - j.created_at)
	FILTER (WHERE j.state = 'ready')) AS oldest,
    (SELECT count(*) FROM runner r JOIN runner_seen s ON s.runner_id = r.id
      WHERE r.state = 'active' AND j.pool = ANY (r.pools)
	AND (r.languages = '{}' OR j.language IS NULL
	 OR j.language = ANY (r.languages))
	AND s.seen_at > now() - interval '2 minutes') AS live_runners
  FROM job j
 WHERE j.live
 GROUP BY j.pool, j.language, j.class
 ORDER BY j.pool, j.language, j.class;
