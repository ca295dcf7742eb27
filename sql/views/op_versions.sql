-- Which versions of a compiler or interpreter stand behind the verdicts that
-- count, where a course has more than one of a language.
CREATE VIEW op_versions AS
SELECT c.slug AS course, s.language, r.provenance->>'tool' AS tool,
    count(*) AS verdicts, max(r.landed_at) AS last_at,
    string_agg(DISTINCT r.provenance->>'runner', ', ') AS runners
  FROM (SELECT course_id, language FROM course_tool
	 GROUP BY course_id, language HAVING count(*) > 1) AS t
  JOIN course c ON c.id = t.course_id
  JOIN problem p ON p.course_id = c.id
  JOIN submission s ON s.problem_id = p.id AND s.language = t.language
  JOIN result r ON r.job_id = s.judged_job
 WHERE r.provenance->>'tool' IS NOT NULL
 GROUP BY c.slug, s.language, r.provenance->>'tool';
