-- What a person should look at.
DROP VIEW IF EXISTS op_attention;
CREATE VIEW op_attention AS
SELECT 'no runner' AS kind, pool || ' ' || language AS what,
    format('%s jobs wait and no live runner serves them', ready) AS detail
  FROM op_queue WHERE ready > 0 AND live_runners = 0
UNION ALL
-- Failed on two runners: it is the submission.  On one: either may be it.
SELECT CASE WHEN f.runners > 1 THEN 'suspect submission'
    ELSE 'judge error' END, j.submission_id, 'charged on ' || f.names
  FROM job j CROSS JOIN LATERAL (
	SELECT count(DISTINCT CASE WHEN r.is_named THEN r.name
	    ELSE h.runner_id END) AS runners,
	    string_agg(DISTINCT coalesce(r.name, h.runner_id), ', ') AS names
	  FROM job_history h LEFT JOIN runner r ON r.id = h.runner_id
	 WHERE h.job_id = j.id AND h.event = 'claimed'
  ) f
 WHERE j.current AND j.state = 'je'
UNION ALL
SELECT 'failing again', j.submission_id, format('job %s waits until %s',
    j.id, date_trunc('second', j.not_before))
  FROM job j WHERE j.live AND j.state = 'ready' AND j.not_before > now()
UNION ALL
SELECT 'refunds used up', j.submission_id,
    format('job %s came back %s times', j.id, j.refunds)
  FROM job j WHERE j.live AND j.refunds >= 10
UNION ALL
SELECT 'hung', j.submission_id, 'job ' || j.id || ' on ' || j.runner_id
  FROM job j WHERE j.live AND j.state = 'leased' AND j.hard_at < now()
UNION ALL
SELECT 'runner set aside', r.id, r.name
  FROM runner r WHERE r.state = 'set_aside'
UNION ALL
SELECT 'two hosts, one name', r.replaced_by, r.name
  FROM runner r
 WHERE r.replaced_live AND r.ended_at > now() - interval '1 day';
