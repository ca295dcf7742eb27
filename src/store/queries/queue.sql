-- name: queue_measure
SELECT service_measure();

-- name: queue_outlook
SELECT service_ms, capacity FROM service_outlook($1::text[], $2::text[]);

-- name: queue_absence
SELECT service_absence($1, $2);

-- name: queue_pending
-- A user's own that wait or run, among the newest.
SELECT s.id
  FROM (SELECT submission_id, submitted_at, seq FROM submission_author
	 WHERE user_id = $1::bigint
	 ORDER BY submitted_at DESC, seq DESC LIMIT 1000) o
  JOIN submission s ON s.id = o.submission_id
 WHERE s.status = 'pending' AND s.removed_at IS NULL
 ORDER BY o.submitted_at DESC, o.seq DESC
 LIMIT $2::bigint;

-- name: queue_ages
SELECT l.pool, l.class,
    greatest(0, extract(epoch FROM now() - min(l.created_at)) * 1000)::bigint
  FROM (
	SELECT pool, class, state, created_at FROM job
	 WHERE live ORDER BY seq LIMIT 10000
  ) AS l
 WHERE l.state = 'ready'
 GROUP BY l.pool, l.class;
