-- name: grading_list
-- Every grading that a submission had, in order, with what is known of where
-- it came from.
SELECT j.id, j.class, j.state, j.current AND j.rejudging_id IS NULL,
    j.id IS NOT DISTINCT FROM s.judged_job, j.rejudging_id,
    encode(k.digest, 'hex'), ts_text(j.created_at), ts_text(j.leased_at),
    ts_text(j.ended_at), j.claims, r.verdict, r.outcome, r.grade, r.time_ms,
    r.memory_kb, (SELECT n.name FROM runner n WHERE n.id = r.runner_id),
    r.provenance
  FROM job j
  JOIN submission s ON s.id = j.submission_id
  JOIN package k ON k.id = j.package_id
  LEFT JOIN result r ON r.job_id = j.id
 WHERE j.submission_id = $1
 ORDER BY j.seq DESC
 LIMIT $2::bigint;

-- name: grading_events
-- What happened to these jobs.
SELECT h.job_id, ts_text(h.at), h.event,
    (SELECT n.name FROM runner n WHERE n.id = h.runner_id), h.reason
  FROM job_events($1::text[]) h
 ORDER BY h.at, h.seq
 LIMIT $2::bigint;

-- name: grading_people
-- What people gave or took back, the newest first.
SELECT ts_text(a.at), a.actor, a.detail -> 'old' ->> 'grade',
    a.detail -> 'new' ->> 'grade', a.detail -> 'new' ->> 'comment'
  FROM audit a
 WHERE a.target = $1 AND a.action = 'grade'
 ORDER BY a.seq DESC
 LIMIT $2::bigint;

-- name: grading_put
SELECT submission_grade_put($1, $2::bigint, $3::numeric, $4);

-- name: job_file_put
SELECT job_file_put($1, $2, $3, $4::boolean, $5, $6::bytea, $7::integer,
	$8::bigint);

-- name: job_file_get
-- Of the result that counts.  Answered in binary: texts and bytes only.
SELECT encode(b.sha256, 'hex'), b.bytes
  FROM submission s
  JOIN result r ON r.job_id = s.judged_job
  JOIN job_file f ON f.job_id = r.job_id AND f.lease_id = r.lease_id
  JOIN blob b ON b.sha256 = f.digest
 WHERE s.id = $1 AND f.name = $2;

-- name: job_ssh_put
SELECT job_ssh_put($1, $2, $3, $4::jsonb, $5::timestamptz),
    (SELECT submission_id FROM job WHERE id = $1);

-- name: blob_collect
SELECT blob_collect($1::integer);
