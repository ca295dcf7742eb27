-- Rejudging sets that are open, and those that ended in the last week.
CREATE VIEW op_rejudgings AS
SELECT r.id, r.state, c.slug AS course, r.filter, r.reason, r.made_by,
    date_trunc('second', now() - r.made_at) AS age, l.members, l.waiting,
    l.running, l.judged, l.failed, l.changes,
    (SELECT count(*) FROM rejudging_skip k WHERE k.rejudging_id = r.id)
	AS left_out,
    CASE WHEN r.state <> 'open' THEN '-- nothing to do'
	WHEN l.waiting + l.running > 0 THEN 'SELECT * FROM op_queue;'
	WHEN l.failed > 0
	THEN format('SELECT op_rejudging_repeat(%L);', r.id)
	ELSE format('SELECT op_rejudging_apply(%L);', r.id) END AS next
  FROM rejudging r
  LEFT JOIN course c ON c.id = r.course_id
  CROSS JOIN LATERAL op_rejudging_counts(r.id) l
 WHERE r.state = 'open' OR r.ended_at > now() - interval '7 days'
 ORDER BY r.seq DESC;
