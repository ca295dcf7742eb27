-- Which versions of a compiler or interpreter stand behind the verdicts that
-- count, where those of a course's newest submissions have more than one of a
-- language.
CREATE VIEW op_versions AS
SELECT course, language, tool, verdicts, last_at, runners
  FROM (
	SELECT c.slug AS course, v.*,
	    count(*) OVER (PARTITION BY c.slug, v.language) AS tools
	  FROM (SELECT DISTINCT course_id FROM course_tool
		 GROUP BY course_id, language HAVING count(*) > 1) AS t (id)
	  JOIN course c USING (id)
	 CROSS JOIN LATERAL (
		SELECT s.language, r.provenance->>'tool' AS tool,
		    count(*) AS verdicts, max(r.landed_at) AS last_at,
		    string_agg(DISTINCT r.provenance->>'runner', ', ')
			AS runners
		  FROM (SELECT n.language, n.judged_job FROM submission n
			 WHERE n.course_id = c.id
			 ORDER BY n.submitted_at DESC, n.seq DESC
			 LIMIT 1000) s
		  JOIN result r ON r.job_id = s.judged_job
		 WHERE r.provenance->>'tool' IS NOT NULL
		 GROUP BY s.language, r.provenance->>'tool'
	  ) v
  ) x
 WHERE tools > 1;
