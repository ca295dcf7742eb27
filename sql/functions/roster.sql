-- Members of a course, many at once.  A role that is NULL stays, or is
-- student; a team that is NULL stays, '' leaves it.  may_token: the account
-- is of this course alone, so that whoever teaches here may speak for it.
CREATE OR REPLACE FUNCTION roster_put(p_course bigint, p_by text,
    p_users text[], p_roles text[], p_teams text[])
RETURNS TABLE (name text, role text, team text, is_new boolean,
    may_token boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	v_new bigint[];
BEGIN
	INSERT INTO app_user (name, course_id)
	SELECT t.name, p_course FROM unnest(p_users) AS t (name)
	 ORDER BY t.name
	ON CONFLICT DO NOTHING;
	SELECT array_agg(u.id) INTO v_new
	  FROM app_user u
	 WHERE u.name = ANY (p_users) AND NOT EXISTS (SELECT FROM member m
		WHERE m.course_id = p_course AND m.user_id = u.id);
	INSERT INTO member AS m (course_id, user_id, role)
	SELECT p_course, u.id, coalesce(t.role, 'student')
	  FROM unnest(p_users, p_roles) AS t (name, role)
	  JOIN app_user u ON u.name = t.name
	 ORDER BY u.id
	ON CONFLICT (course_id, user_id) DO NOTHING;
	UPDATE member m SET role = t.role
	  FROM unnest(p_users, p_roles) AS t (name, role)
	  JOIN app_user u ON u.name = t.name
	 WHERE m.course_id = p_course AND m.user_id = u.id
	   AND m.role <> t.role;

	INSERT INTO team (course_id, name)
	SELECT DISTINCT p_course, t.team
	  FROM unnest(p_teams) AS t (team) WHERE t.team <> ''
	ON CONFLICT DO NOTHING;
	DELETE FROM team_member m
	 USING unnest(p_users, p_teams) AS t (name, team)
	  JOIN app_user u ON u.name = t.name
	 WHERE m.course_id = p_course AND m.user_id = u.id AND t.team = '';
	INSERT INTO team_member (course_id, user_id, team_id)
	SELECT p_course, u.id, e.id
	  FROM unnest(p_users, p_teams) AS t (name, team)
	  JOIN app_user u ON u.name = t.name
	  JOIN team e ON e.course_id = p_course AND e.name = t.team
	ON CONFLICT (course_id, user_id) DO UPDATE
	   SET team_id = EXCLUDED.team_id;

	INSERT INTO audit (actor, action, target, detail)
	SELECT p_by, 'roster', c.slug, jsonb_build_object('users', p_users,
	    'roles', p_roles, 'teams', p_teams)
	  FROM course c WHERE c.id = p_course;
	RETURN QUERY
	SELECT u.name, m.role, team_name(p_course, u.id), u.id = ANY (v_new),
	    u.course_id = p_course AND NOT u.is_admin AND NOT EXISTS (
		SELECT FROM member o WHERE o.user_id = u.id
		   AND o.course_id <> p_course)
	  FROM unnest(p_users) WITH ORDINALITY AS t (name, place)
	  JOIN app_user u ON u.name = t.name
	  JOIN member m ON m.course_id = p_course AND m.user_id = u.id
	 ORDER BY t.place;
END
$$;

-- The team with exactly these members, who leave theirs for it; the names
-- of those who are no members of the course, and then nothing was done.
CREATE OR REPLACE FUNCTION team_put(p_course bigint, p_by text, p_name text,
    p_users text[])
RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	v_team bigint;
BEGIN
	RETURN QUERY
	SELECT t.name FROM unnest(p_users) AS t (name)
	 WHERE NOT EXISTS (SELECT FROM member m
		JOIN app_user u ON u.id = m.user_id
		WHERE m.course_id = p_course AND u.name = t.name);
	IF FOUND THEN
		RETURN;
	END IF;
	INSERT INTO team AS t (course_id, name) VALUES (p_course, p_name)
	ON CONFLICT (course_id, name) DO UPDATE SET name = EXCLUDED.name
	RETURNING t.id INTO v_team;
	DELETE FROM team_member m USING app_user u
	 WHERE m.team_id = v_team AND u.id = m.user_id
	   AND u.name <> ALL (p_users);
	INSERT INTO team_member (course_id, user_id, team_id)
	SELECT p_course, u.id, v_team FROM app_user u
	 WHERE u.name = ANY (p_users)
	ON CONFLICT (course_id, user_id) DO UPDATE
	   SET team_id = EXCLUDED.team_id;
	INSERT INTO audit (actor, action, target, detail)
	SELECT p_by, 'team', c.slug, jsonb_build_object('team', p_name,
	    'users', p_users)
	  FROM course c WHERE c.id = p_course;
END
$$;

-- What was said stays, what is NULL too; false without such a member.
CREATE OR REPLACE FUNCTION extension_put(p_problem bigint, p_by bigint,
    p_user text, p_set jsonb)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_user bigint;
	v_zone text;
	v_target text;
BEGIN
	SELECT u.id, c.time_zone, c.slug || '/' || p.slug
	  INTO v_user, v_zone, v_target
	  FROM problem p
	  JOIN course c ON c.id = p.course_id
	  JOIN member m ON m.course_id = c.id
	  JOIN app_user u ON u.id = m.user_id
	 WHERE p.id = p_problem AND u.name = p_user;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO extension AS o (problem_id, user_id, soft_at, closes_at,
	    attempts, reason, by_id)
	SELECT p_problem, v_user, local_time(x.soft, v_zone),
	    local_time(x."end", v_zone), coalesce(x.attempts, 0), x.reason,
	    p_by
	  FROM jsonb_to_record(p_set) AS x (soft text, "end" text,
	    attempts integer, reason text)
	ON CONFLICT (problem_id, user_id) DO UPDATE SET
	    soft_at = CASE WHEN p_set ? 'soft' THEN EXCLUDED.soft_at
		ELSE o.soft_at END,
	    closes_at = CASE WHEN p_set ? 'end' THEN EXCLUDED.closes_at
		ELSE o.closes_at END,
	    attempts = CASE WHEN p_set ? 'attempts' THEN EXCLUDED.attempts
		ELSE o.attempts END,
	    reason = coalesce(EXCLUDED.reason, o.reason),
	    by_id = p_by, changed_at = now();
	INSERT INTO audit (actor, action, target, detail)
	SELECT u.name, 'extension', v_target, p_set || jsonb_build_object(
	    'user', p_user)
	  FROM app_user u WHERE u.id = p_by;
	RETURN true;
END
$$;

-- A version of the files that all problems of a course share, made current.
CREATE OR REPLACE FUNCTION common_put(p_id text, p_course bigint,
    p_user bigint, p_zip bytea)
RETURNS TABLE (id text, digest text, size bigint, created_at text,
    is_new boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
	v_sha bytea := blob_put(p_zip);
	v_id text;
BEGIN
	INSERT INTO course_common AS m (id, course_id, digest, user_id)
	VALUES (p_id, p_course, v_sha, p_user)
	ON CONFLICT (course_id, digest) DO NOTHING;
	SELECT m.id INTO STRICT v_id FROM course_common m
	 WHERE m.course_id = p_course AND m.digest = v_sha;
	UPDATE course c SET common_id = v_id
	 WHERE c.id = p_course AND c.common_id IS DISTINCT FROM v_id;
	RETURN QUERY
	SELECT m.id, encode(m.digest, 'hex'), b.size, ts_text(m.created_at),
	    m.id = p_id
	  FROM course_common m JOIN blob b ON b.sha256 = m.digest
	 WHERE m.id = v_id;
END
$$;
