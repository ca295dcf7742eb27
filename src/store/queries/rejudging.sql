-- name: rejudging_create
SELECT outcome, detail FROM rejudging_create($1, $2, $3, $4::jsonb);

-- name: rejudging_apply
SELECT outcome, detail FROM rejudging_apply($1, $2, $3::boolean);

-- name: rejudging_discard
SELECT outcome, NULL FROM rejudging_discard($1, $2);

-- name: rejudging_repeat
SELECT outcome, detail FROM rejudging_repeat($1, $2);

-- name: rejudging_key
-- Whose it is, and what the viewer is there.
SELECT c.slug, m.role
  FROM rejudging r
  LEFT JOIN course c ON c.id = r.course_id
  LEFT JOIN member m ON m.course_id = c.id AND m.user_id = $2::bigint
 WHERE r.id = $1;

-- name: rejudging_get
SELECT d.key, d.value FROM jsonb_each(rejudging_document($1)) d;

-- name: rejudging_list
-- Those of courses where the viewer is staff; of all if $2.
SELECT r.seq, rejudging_head(r)
  FROM rejudging r
 WHERE ($2::boolean OR r.course_id IN (SELECT m.course_id FROM member m
	WHERE m.user_id = $1::bigint AND m.role = 'staff'))
   AND ($3::text IS NULL OR r.course_id = (SELECT c.id FROM course c
	WHERE c.slug = $3))
   AND ($4::text IS NULL OR r.state = $4)
   AND ($5::bigint IS NULL OR r.seq < $5::bigint)
 ORDER BY r.seq DESC
 LIMIT $6::bigint;

-- name: rejudging_page
SELECT submission_id, document
  FROM rejudging_page($1, $2, $3::boolean, $4::bigint);

-- name: rejudging_offer
-- What a filter would take, at most one more than can be.
SELECT count(*) FROM rejudging_chosen($1::jsonb, 50001) WHERE why IS NULL;
