-- name: outbox_take
SELECT problem_id, user_id, revision, tries, course, problem, author,
    evaluated, grade, is_success, tried, verdict, outcome, ts_text(changed_at)
  FROM outbox_take($1, $2::bigint, $3::bigint);

-- name: outbox_course
SELECT t.problem_id, t.user_id, 0, 0, c.slug, p.slug, u.name, t.evaluated,
    t.grade, t.is_success, t.tried, s.verdict, s.outcome,
    ts_text(t.updated_at)
  FROM course c
  JOIN problem p ON p.course_id = c.id
  JOIN standing t ON t.problem_id = p.id
  JOIN app_user u ON u.id = t.user_id
  LEFT JOIN submission s ON s.id = t.evaluated
 WHERE c.slug = $1 AND (u.name, p.slug) > ($2, $3)
 ORDER BY u.name, p.slug
 LIMIT $4::bigint;

-- name: outbox_sent
-- Those that changed meanwhile stay due.
UPDATE outbox o
   SET held_until = NULL, error = NULL, sent_at = now(),
       due_at = CASE WHEN o.revision = t.revision THEN NULL ELSE now() END
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])
    AS t (problem_id, user_id, revision)
 WHERE o.exporter = $1 AND o.problem_id = t.problem_id
   AND o.user_id = t.user_id;

-- name: outbox_failed
-- $6: seconds until it is tried again; NULL: never.
UPDATE outbox o
   SET held_until = NULL, error = left($5, 1000),
       due_at = CASE WHEN o.revision <> t.revision THEN now()
	   ELSE now() + make_interval(secs => $6::double precision) END
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])
    AS t (problem_id, user_id, revision)
 WHERE o.exporter = $1 AND o.problem_id = t.problem_id
   AND o.user_id = t.user_id;
