-- Grades that other systems should have: by exporter, what waits, since when,
-- and what was refused.  op_export(course, problem) sends all again.
CREATE VIEW op_exports AS
SELECT o.exporter, c.slug AS course, p.slug AS problem,
    count(*) FILTER (WHERE o.due_at IS NOT NULL) AS waiting,
    count(*) FILTER (WHERE o.due_at IS NOT NULL AND o.error IS NOT NULL)
	AS retried,
    count(*) FILTER (WHERE o.due_at IS NULL AND o.error IS NOT NULL)
	AS refused,
    min(o.changed_at) FILTER (WHERE o.due_at IS NOT NULL) AS oldest,
    max(o.sent_at) AS last_sent,
    (array_agg(o.error ORDER BY o.changed_at DESC)
	FILTER (WHERE o.error IS NOT NULL))[1] AS last_error
  FROM outbox o
  JOIN problem p ON p.id = o.problem_id
  JOIN course c ON c.id = p.course_id
 GROUP BY o.exporter, c.slug, p.slug;
