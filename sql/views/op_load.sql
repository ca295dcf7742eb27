-- The last hour, by minute.
CREATE VIEW op_load AS
SELECT m.minute, coalesce(s.submitted, 0) AS submitted,
    coalesce(r.landed, 0) AS landed, r.p50_wait, r.p95_wait
  FROM generate_series(date_trunc('minute', now()) - interval '59 minutes',
	date_trunc('minute', now()), interval '1 minute') AS m (minute)
  LEFT JOIN (
	SELECT date_trunc('minute', submitted_at) AS minute,
	    count(*) AS submitted
	  FROM submission
	 WHERE submitted_at >= now() - interval '1 hour'
	 GROUP BY 1
  ) s ON s.minute = m.minute
  LEFT JOIN (
	SELECT date_trunc('minute', j.ended_at) AS minute,
	    count(*) AS landed,
	    percentile_disc(0.5) WITHIN GROUP (ORDER BY
		j.ended_at - j.created_at) AS p50_wait,
	    percentile_disc(0.95) WITHIN GROUP (ORDER BY
		j.ended_at - j.created_at) AS p95_wait
	  FROM submission s2
	  JOIN job j ON j.submission_id = s2.id
	 WHERE s2.submitted_at >= now() - interval '2 hours'
	   AND j.state = 'done' AND j.ended_at >= now() - interval '1 hour'
	 GROUP BY 1
  ) r ON r.minute = m.minute
 ORDER BY m.minute DESC;
