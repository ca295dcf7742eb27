-- Teams that students form themselves, where the course says of how many.
-- What they do is one at a time in a course: its row is locked.

CREATE OR REPLACE FUNCTION team_refuse(p_guard text, p_why text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '%', p_why USING ERRCODE = 'check_violation',
	    CONSTRAINT = p_guard;
END
$$;

-- The team that the user is in; NULL: in none.
CREATE OR REPLACE FUNCTION team_name(p_course bigint, p_user bigint)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT t.name FROM team_member m JOIN team t ON t.id = m.team_id
	 WHERE m.course_id = p_course AND m.user_id = p_user
$$;

-- A team that has submitted stays as it is: what it has belongs to its
-- members.
CREATE OR REPLACE FUNCTION team_is_fixed(p_team bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT
	  FROM team t
	  JOIN team_member m ON m.team_id = t.id
	  JOIN submission_author a ON a.user_id = m.user_id
	  JOIN submission s ON s.id = a.submission_id
	   AND s.course_id = t.course_id AND s.team = t.name
	   AND s.status <> 'cancelled'
	 WHERE t.id = p_team)
$$;

-- The user leaves the team that he is in; it goes with the last.  The course
-- is locked.
CREATE OR REPLACE FUNCTION team_left(p_course bigint, p_user bigint,
    p_is_staff boolean)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_team bigint;
BEGIN
	SELECT m.team_id INTO v_team FROM team_member m
	 WHERE m.course_id = p_course AND m.user_id = p_user;
	IF NOT p_is_staff AND team_is_fixed(v_team) THEN
		PERFORM team_refuse('team_fixed_guard',
		    'the team has submitted');
	END IF;
	DELETE FROM team_member m
	 WHERE m.course_id = p_course AND m.user_id = p_user;
	DELETE FROM team t WHERE t.id = v_team
	   AND NOT EXISTS (SELECT FROM team_member m WHERE m.team_id = t.id);
END
$$;

-- The course, locked, and its member; NULL without such a member.  Students
-- are refused where staff make the teams.
CREATE OR REPLACE FUNCTION team_enter(p_course bigint, p_user text,
    p_is_staff boolean, OUT user_id bigint, OUT size integer)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
	SELECT c.team_size INTO STRICT size FROM course c
	 WHERE c.id = p_course FOR NO KEY UPDATE;
	IF size = 0 AND NOT p_is_staff THEN
		PERFORM team_refuse('team_staff_guard', 'staff make the teams');
	END IF;
	SELECT m.user_id INTO user_id FROM member m
	  JOIN app_user u ON u.id = m.user_id
	 WHERE m.course_id = p_course AND u.name = p_user;
END
$$;

-- false without such a member; staff need not mind size and submissions.
CREATE OR REPLACE FUNCTION team_join(p_course bigint, p_by text, p_team text,
    p_user text, p_is_staff boolean)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	e record;
	v_team bigint;
BEGIN
	SELECT * INTO e FROM team_enter(p_course, p_user, p_is_staff);
	IF e.user_id IS NULL THEN
		RETURN false;
	ELSIF team_name(p_course, e.user_id) = p_team THEN
		RETURN true;
	END IF;
	PERFORM team_left(p_course, e.user_id, p_is_staff);
	INSERT INTO team AS t (course_id, name) VALUES (p_course, p_team)
	ON CONFLICT (course_id, name) DO UPDATE SET name = EXCLUDED.name
	RETURNING t.id INTO v_team;
	IF NOT p_is_staff AND team_is_fixed(v_team) THEN
		PERFORM team_refuse('team_fixed_guard',
		    'the team has submitted');
	ELSIF NOT p_is_staff AND e.size <= (SELECT count(*)
	    FROM team_member m WHERE m.team_id = v_team) THEN
		PERFORM team_refuse('team_full_guard', 'the team is full');
	END IF;
	INSERT INTO team_member (course_id, user_id, team_id)
	VALUES (p_course, e.user_id, v_team);
	PERFORM team_note(p_course, p_by, 'team_join', p_team, p_user);
	RETURN true;
END
$$;

-- false if he is not in it.
CREATE OR REPLACE FUNCTION team_leave(p_course bigint, p_by text, p_team text,
    p_user text, p_is_staff boolean)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	e record;
BEGIN
	SELECT * INTO e FROM team_enter(p_course, p_user, p_is_staff);
	IF team_name(p_course, e.user_id) IS DISTINCT FROM p_team THEN
		RETURN false;
	END IF;
	PERFORM team_left(p_course, e.user_id, p_is_staff);
	PERFORM team_note(p_course, p_by, 'team_leave', p_team, p_user);
	RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION team_note(p_course bigint, p_by text,
    p_action text, p_team text, p_user text)
RETURNS void LANGUAGE sql VOLATILE AS $$
	INSERT INTO audit (actor, action, target, detail)
	SELECT p_by, p_action, c.slug, jsonb_build_object('team', p_team,
	    'users', ARRAY[p_user])
	  FROM course c WHERE c.id = p_course
$$;
