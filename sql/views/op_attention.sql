-- What a person should look at, and the command to begin with.  Each kind
-- has its page in docs/operations.md; a test compares the two.
CREATE VIEW op_attention AS
SELECT 'no runner' AS kind, pool || ' ' || language AS what,
    format('%s jobs wait and no live runner serves them', ready) AS detail,
    '\! systemctl restart assize-runner' AS next
  FROM op_queue WHERE ready > held AND live_runners = 0
UNION ALL
SELECT 'waits long', pool || ' ' || language,
    format('the oldest of %s has waited for %s, though %s runners live',
	ready, oldest, live_runners), 'SELECT * FROM op_runners;'
  FROM op_queue
 WHERE class <> 'rejudge' AND live_runners > 0
   AND oldest > interval '10 minutes'
UNION ALL
SELECT 'not offered', j.submission_id,
    format('job %s was to be looked at %s ago', j.id, date_trunc('second', now() - d.due_at)),
    '\! systemctl status ''assized@*'' redis-server'
  FROM job_dirty d JOIN job j ON j.id = d.job_id
 WHERE d.due_at < now() - interval '30 seconds'
UNION ALL
SELECT 'problem held', c.slug || '/' || p.slug,
    format('by %s for %s%s', p.held_by, date_trunc('second', now() - p.held_at),
	coalesce(': ' || p.held_reason, '')),
    format('SELECT op_release(%L);', c.slug || '/' || p.slug)
  FROM problem p JOIN course c ON c.id = p.course_id
 WHERE p.held_at IS NOT NULL
UNION ALL
-- Failed on two runners: it is the submission.  On one: either may be it.
SELECT CASE WHEN f.runners > 1 THEN 'suspect submission'
    ELSE 'judge error' END, j.submission_id, 'charged on ' || f.names,
    format('SELECT * FROM op_explain(%L);', j.submission_id)
  FROM job_history e JOIN job j ON j.id = e.job_id
 CROSS JOIN LATERAL (
	SELECT count(DISTINCT CASE WHEN r.is_named THEN r.name
	    ELSE h.runner_id END) AS runners,
	    string_agg(DISTINCT coalesce(r.name, h.runner_id), ', ') AS names
	  FROM job_history h LEFT JOIN runner r ON r.id = h.runner_id
	 WHERE h.job_id = j.id AND h.event = 'claimed'
  ) f
 WHERE e.event = 'je' AND j.current AND j.state = 'je'
UNION ALL
-- Said by a runner, and not because of the package: its author sees to that.
SELECT 'judge error', r.submission_id, 'reported by runner ' || n.name,
    format('SELECT * FROM op_explain(%L);', r.submission_id)
  FROM result r
  JOIN job j ON j.id = r.job_id AND j.current
  JOIN runner n ON n.id = r.runner_id
 WHERE r.verdict = 'JE' AND r.provenance ->> 'package_fault' IS NULL
UNION ALL
SELECT 'failing again', j.submission_id, format('job %s waits until %s',
    j.id, date_trunc('second', j.not_before)),
    format('SELECT * FROM op_explain(%L);', j.submission_id)
  FROM job j WHERE j.live AND j.state = 'ready' AND j.not_before > now()
UNION ALL
SELECT 'refunds used up', j.submission_id,
    format('job %s came back %s times', j.id, j.refunds),
    format('SELECT * FROM op_explain(%L);', j.submission_id)
  FROM job j WHERE j.live AND j.refunds >= 10
UNION ALL
SELECT 'hung', j.submission_id, 'job ' || j.id || ' on ' || j.runner_id,
    format('SELECT op_requeue(%L);', j.submission_id)
  FROM job j WHERE j.live AND j.state = 'leased' AND j.hard_at < now()
UNION ALL
SELECT 'runner set aside', r.id, r.name,
    format('SELECT op_release(%L);', r.id)
  FROM runner r WHERE r.state = 'set_aside'
UNION ALL
-- Takes no jobs until its self-test passes again.
SELECT 'runner unhealthy', r.id, r.name || ': ' || r.fault,
    format('assize-runner --doctor, on the host of %s', r.name)
  FROM runner r
 WHERE r.fault IS NOT NULL AND r.state NOT IN ('removed', 'revoked')
UNION ALL
-- What a verdict is must not depend on who judges.
SELECT 'runners differ', pool || ' ' || language,
    string_agg(format('%s on %s', tool, names), ', ' ORDER BY tool),
    'SELECT name, tools FROM op_runners;'
  FROM (
	SELECT p.pool, t.key AS language, t.value AS tool,
	    string_agg(r.name, ' ' ORDER BY r.name) AS names
	  FROM runner r
	  JOIN runner_seen s ON s.runner_id = r.id
	 CROSS JOIN LATERAL unnest(r.pools) AS p (pool)
	 CROSS JOIN LATERAL jsonb_each_text(
		CASE jsonb_typeof(r.labels->'tools') WHEN 'object'
		THEN r.labels->'tools' ELSE '{}' END) AS t
	 WHERE r.state = 'active' AND t.value IS NOT NULL
	   AND s.seen_at > now() - interval '5 minutes'
	 GROUP BY p.pool, t.key, t.value
  ) x
 GROUP BY pool, language
HAVING count(*) > 1
UNION ALL
SELECT 'versions differ', course || ' ' || language,
    string_agg(format('%s: %s verdicts', tool, verdicts), ', '
	ORDER BY last_at DESC),
    format('SELECT * FROM op_versions WHERE course = %L;', course)
  FROM op_versions
 GROUP BY course, language
UNION ALL
SELECT 'runner silent', r.id, format('%s was last heard of %s ago', r.name,
    date_trunc('second', now() - s.seen_at)), format('SELECT op_revoke(%L);', r.id)
  FROM runner r JOIN runner_seen s ON s.runner_id = r.id
 WHERE r.state = 'active' AND r.is_named
   AND s.seen_at < now() - interval '5 minutes'
UNION ALL
SELECT 'two hosts, one name', r.replaced_by, r.name,
    format('SELECT op_revoke(%L);', r.replaced_by)
  FROM runner r
 WHERE r.replaced_live AND r.ended_at > now() - interval '1 day'
UNION ALL
SELECT 'rejudging waits', r.id,
    format('all of it is judged; %s made it %s ago', r.made_by, r.age),
    r.next
  FROM op_rejudgings r
 WHERE r.state = 'open' AND r.waiting + r.running = 0
   AND r.age > interval '1 hour';
