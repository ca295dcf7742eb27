-- :n judged submissions of a quarter as many students on the problem that is
-- there, each with a result as a runner would hand in.
BEGIN;
SET LOCAL session_replication_role = replica;
CREATE TEMP TABLE n ON COMMIT DROP AS
SELECT g, 'sb_' || lpad(g::text, 26, '0') AS sub,
    'jb_' || lpad(g::text, 26, '0') AS job,
    'set' || g % (:n / 4) AS name
  FROM generate_series(1, :n) g;
INSERT INTO runner (id, name, is_named, token_sha256, pools, languages,
    capacity, heartbeat_s)
VALUES ('rn_sets', 'sets', false, sha256('sets'), '{default}', '{}', 1, 15);
INSERT INTO app_user (name) SELECT DISTINCT name FROM n;
INSERT INTO submission (id, course_id, problem_id, user_id, submitted_at,
    language, source, status, verdict, outcome, grade, machine_grade,
    judged_at, judged_job)
SELECT n.sub, p.course_id, p.id, u.id, now() - n.g * interval '1 minute',
    'c', k.digest, 'done', 'WA', 'failed', 10, 10, now(), n.job
  FROM n JOIN app_user u ON u.name = n.name, problem p
  JOIN package k ON k.id = p.package_id
 ORDER BY n.g;
INSERT INTO submission_author
SELECT s.id, s.user_id, 1, s.problem_id, s.submitted_at, s.seq
  FROM submission s;
INSERT INTO job (id, submission_id, package_id, pool, language, budget_s,
    state, live, lease_id, runner_id, claims, charged, hard_at, ended_at)
SELECT n.job, n.sub, p.package_id, 'default', 'c', 600, 'done', false, 'ls',
    'rn_sets', 1, 1, now(), now()
  FROM n, problem p ORDER BY n.g;
INSERT INTO job_history (job_id, event, lease_id, runner_id)
SELECT n.job, e, CASE WHEN e <> 'created' THEN 'ls' END,
    CASE WHEN e <> 'created' THEN 'rn_sets' END
  FROM n, unnest('{created,claimed,landed}'::text[]) e ORDER BY n.g;
INSERT INTO result (job_id, submission_id, lease_id, runner_id, verdict,
    outcome, grade, time_ms, memory_kb, document, provenance)
SELECT n.job, n.sub, 'ls', 'rn_sets', 'WA', 'failed', 10, 12, 3400,
    jsonb_build_object('tests', (SELECT jsonb_agg(jsonb_build_object('path',
	'secret/' || t, 'status', 'WA', 'score', 0, 'time_ms', n.g % 97,
	'stdout', md5(t::text))) FROM generate_series(1, 20) t)),
    '{"tool": "gcc 12.2.0"}'
  FROM n ORDER BY n.g;
INSERT INTO standing (user_id, problem_id, tried, evaluated, grade)
SELECT s.user_id, s.problem_id, count(*),
    (array_agg(s.id ORDER BY s.submitted_at DESC))[1], 10
  FROM submission s GROUP BY 1, 2;
COMMIT;
-- What a course of that size has after a while; plans are made for it.
VACUUM ANALYZE;
