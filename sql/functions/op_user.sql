-- People and courses: roles, and what the law and the years want.

-- The user, locked.
CREATE OR REPLACE FUNCTION op_the_user(p_user text)
RETURNS app_user LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	u app_user;
BEGIN
	SELECT * INTO u FROM app_user WHERE name = p_user FOR NO KEY UPDATE;
	IF u.id IS NULL THEN
		PERFORM op_refuse('no_data_found',
		    format('there is no user "%s"', p_user));
	END IF;
	RETURN u;
END
$$;

-- The course, locked.
CREATE OR REPLACE FUNCTION op_the_course(p_course text)
RETURNS course LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	c course;
BEGIN
	SELECT * INTO c FROM course WHERE slug = p_course FOR NO KEY UPDATE;
	IF c.id IS NULL THEN
		PERFORM op_refuse('no_data_found',
		    format('there is no course "%s"', p_course));
	END IF;
	RETURN c;
END
$$;

-- Without a course: 'admin', or 'user' again.  In a course: 'student',
-- 'tutor', 'staff', or 'none'.  Whoever was never here is made: the first
-- administrator has to come from somewhere.
CREATE OR REPLACE FUNCTION op_grant(p_user text, p_role text,
    p_course text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	v_new boolean := NOT EXISTS (SELECT FROM app_user
	    WHERE name = p_user);
	v_roles text[] := CASE WHEN p_course IS NULL
	    THEN ARRAY['admin', 'user']
	    ELSE ARRAY['student', 'tutor', 'staff', 'none'] END;
	c course;
	u app_user;
BEGIN
	IF coalesce(p_role = ANY (v_roles), false) IS FALSE THEN
		PERFORM op_refuse('invalid_parameter_value',
		    format('there is no role "%s" %s', p_role,
			CASE WHEN p_course IS NULL THEN 'outside of courses'
			ELSE 'in a course' END),
		    'It is one of ' || array_to_string(v_roles, ', ') || '.');
	ELSIF coalesce(p_user ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$', false)
	    IS FALSE THEN
		PERFORM op_refuse('invalid_parameter_value',
		    format('"%s" is not the name of a user', p_user));
	END IF;
	IF p_course IS NOT NULL THEN
		c := op_the_course(p_course);
	END IF;
	IF v_new AND p_role IN ('none', 'user') THEN
		u := op_the_user(p_user);
	END IF;
	PERFORM user_ensure(p_user);
	u := op_the_user(p_user);
	IF p_course IS NULL THEN
		UPDATE app_user SET is_admin = p_role = 'admin'
		 WHERE id = u.id;
	ELSIF p_role = 'none' THEN
		DELETE FROM member WHERE course_id = c.id AND user_id = u.id;
	ELSE
		INSERT INTO member (course_id, user_id, role)
		VALUES (c.id, u.id, p_role)
		ON CONFLICT (course_id, user_id)
		DO UPDATE SET role = EXCLUDED.role;
	END IF;
	PERFORM op_note('grant', p_user, jsonb_build_object('role', p_role,
	    'course', p_course));
	RETURN format('%s is %s%s%s', p_user, p_role,
	    coalesce(' of ' || p_course, ''),
	    CASE WHEN v_new THEN ' (who was never here before)' ELSE '' END);
END
$$;

-- Puts a pseudonym wherever the name stands as text.
CREATE OR REPLACE FUNCTION user_rename_text(p_old text, p_new text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	UPDATE audit
	   SET actor = CASE WHEN actor = p_old THEN p_new ELSE actor END,
	       target = CASE WHEN target = p_old THEN p_new ELSE target END,
	       detail = replace(detail::text, to_json(p_old)::text,
		to_json(p_new)::text)::jsonb
	 WHERE p_old IN (actor, target)
	    OR strpos(detail::text, to_json(p_old)::text) > 0;
	UPDATE job_history
	   SET reason = left(reason, -length(p_old)) || p_new
	 WHERE right(reason, length(p_old) + 3) = 'by ' || p_old;
	UPDATE rejudging
	   SET made_by = CASE WHEN made_by = p_old THEN p_new
		ELSE made_by END,
	       ended_by = CASE WHEN ended_by = p_old THEN p_new
		ELSE ended_by END,
	       filter = CASE WHEN filter ->> 'user' = p_old
		THEN filter || jsonb_build_object('user', p_new)
		ELSE filter END
	 WHERE p_old IN (made_by, ended_by, filter ->> 'user');
	UPDATE problem SET held_by = p_new WHERE held_by = p_old;
	UPDATE course SET archived_by = p_new WHERE archived_by = p_old;
	UPDATE config SET changed_by = p_new WHERE changed_by = p_old;
END
$$;

-- Forgets the person: name, files, answers, outputs, comments, states.  What
-- remains are verdicts and grades of a pseudonym.  What is also somebody
-- else's (a team's submission) stays until all its authors are forgotten.
-- Cannot be taken back, so it wants to be told twice.
CREATE OR REPLACE FUNCTION op_anonymise(p_user text,
    p_is_sure boolean DEFAULT false)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	u app_user := op_the_user(p_user);
	v_name text := 'anonymous-' || left(md5(gen_random_uuid()::text), 12);
	v_ids text[];
	v_shared bigint;
BEGIN
	IF u.anonymised_at IS NOT NULL OR u.is_admin THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('user "%s" is %s', p_user, CASE WHEN u.is_admin
			THEN 'an administrator' ELSE 'forgotten already' END),
		    CASE WHEN u.is_admin THEN format('First: SELECT'
			' op_grant(%L, ''user'');', p_user) END);
	ELSIF EXISTS (SELECT FROM submission_author a
	    JOIN job j ON j.submission_id = a.submission_id AND j.live
	    WHERE a.user_id = u.id) THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('submissions of "%s" wait or run', p_user),
		    'Wait for them, or SELECT op_cancel(...) each.');
	END IF;
	UPDATE app_user SET name = v_name, anonymised_at = now()
	 WHERE id = u.id;
	PERFORM FROM submission WHERE id IN (SELECT a.submission_id
		FROM submission_author a WHERE a.user_id = u.id)
	  ORDER BY id FOR NO KEY UPDATE;
	SELECT array_agg(s.id) FILTER (WHERE s.is_alone),
	    count(*) FILTER (WHERE NOT s.is_alone) INTO v_ids, v_shared
	  FROM (SELECT a.submission_id AS id, NOT EXISTS (SELECT
		FROM submission_author o JOIN app_user v ON v.id = o.user_id
		WHERE o.submission_id = a.submission_id
		  AND v.anonymised_at IS NULL) AS is_alone
		FROM submission_author a WHERE a.user_id = u.id) s;
	IF NOT p_is_sure THEN
		PERFORM op_refuse('raise_exception', format('this would forget'
		    ' "%s" for ever, with the content of %s submissions',
		    p_user, coalesce(cardinality(v_ids), 0)),
		    format('If that is meant: SELECT op_anonymise(%L, true);',
		    p_user));
	END IF;
	PERFORM submission_forget(v_ids);
	UPDATE submission SET key = NULL, request_digest = NULL, locale = NULL,
	    manual_comment = NULL, team = NULL WHERE id = ANY (v_ids);
	UPDATE standing SET state = NULL WHERE user_id = u.id;
	UPDATE extension SET reason = NULL WHERE user_id = u.id;
	DELETE FROM outbox WHERE user_id = u.id;
	PERFORM user_rename_text(p_user, v_name);
	PERFORM op_note('anonymise', v_name, jsonb_build_object(
	    'submissions', coalesce(cardinality(v_ids), 0),
	    'shared', v_shared));
	RETURN format('forgotten: what remains is %s; the content of %s'
	    ' submissions is gone, %s that are also others'' stay', v_name,
	    coalesce(cardinality(v_ids), 0), v_shared);
END
$$;

-- A course that is over: everything can be read and nothing changed.
CREATE OR REPLACE FUNCTION op_archive(p_course text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c course := op_the_course(p_course);
	v_live bigint;
BEGIN
	SELECT count(*) INTO v_live FROM job j
	  JOIN submission s ON s.id = j.submission_id
	 WHERE j.live AND s.course_id = c.id;
	IF c.archived_at IS NOT NULL THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('course "%s" was archived by %s', p_course,
		    c.archived_by));
	ELSIF v_live > 0 THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('%s submissions of "%s" wait or run', v_live,
		    p_course), 'SELECT * FROM op_queue;');
	ELSIF EXISTS (SELECT FROM rejudging_member m
	    JOIN submission s ON s.id = m.submission_id
	    WHERE m.is_open AND s.course_id = c.id) THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('a rejudging of "%s" is open', p_course),
		    'SELECT * FROM op_rejudgings;');
	END IF;
	UPDATE course SET archived_at = now(), archived_by = session_user
	 WHERE id = c.id;
	PERFORM op_note('archive', p_course, NULL);
	RETURN format('archived; to bring it back: SELECT op_unarchive(%L);',
	    p_course);
END
$$;

CREATE OR REPLACE FUNCTION op_unarchive(p_course text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c course := op_the_course(p_course);
BEGIN
	IF c.archived_at IS NULL THEN
		PERFORM op_refuse('object_not_in_prerequisite_state',
		    format('course "%s" is not archived', p_course));
	END IF;
	UPDATE course SET archived_at = NULL, archived_by = NULL
	 WHERE id = c.id;
	PERFORM op_note('unarchive', p_course, NULL);
	RETURN 'it can be changed again';
END
$$;

-- What is archived can be read and not changed, whoever tries.
CREATE OR REPLACE FUNCTION course_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	r record;
	v_course bigint;
BEGIN
	IF TG_OP = 'DELETE' THEN
		r := OLD;
	ELSE
		r := NEW;
	END IF;
	IF TG_ARGV[0] = 'course_id' THEN
		v_course := r.course_id;
	ELSIF TG_ARGV[0] = 'problem_id' THEN
		SELECT p.course_id INTO v_course FROM problem p
		 WHERE p.id = r.problem_id;
	ELSE
		v_course := r.id;
	END IF;
	IF EXISTS (SELECT FROM course WHERE id = v_course
	    AND archived_at IS NOT NULL) THEN
		RAISE EXCEPTION 'the course is archived'
		    USING ERRCODE = 'check_violation',
		    CONSTRAINT = 'course_archived_guard';
	END IF;
	RETURN r;
END
$$;
CREATE OR REPLACE TRIGGER course_guard BEFORE UPDATE ON course FOR EACH ROW
    WHEN (OLD.archived_at IS NOT NULL AND NEW.archived_at IS NOT NULL
	AND OLD.archived_by = NEW.archived_by)
    EXECUTE FUNCTION course_guard('id');
CREATE OR REPLACE TRIGGER problem_made_guard BEFORE INSERT ON problem
    FOR EACH ROW EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER problem_guard BEFORE UPDATE ON problem
    FOR EACH ROW WHEN (OLD.held_by IS NOT DISTINCT FROM NEW.held_by)
    EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER member_guard BEFORE INSERT OR UPDATE OR DELETE
    ON member FOR EACH ROW EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER team_guard BEFORE INSERT OR DELETE
    ON team FOR EACH ROW EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER team_member_guard BEFORE INSERT OR UPDATE OR DELETE
    ON team_member FOR EACH ROW EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER package_guard BEFORE INSERT ON package
    FOR EACH ROW EXECUTE FUNCTION course_guard('problem_id');
CREATE OR REPLACE TRIGGER submission_guard BEFORE INSERT ON submission
    FOR EACH ROW EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER submission_grade_guard BEFORE UPDATE OF manual_grade
    ON submission FOR EACH ROW EXECUTE FUNCTION course_guard('course_id');
CREATE OR REPLACE TRIGGER extension_guard BEFORE INSERT OR DELETE
    OR UPDATE OF soft_at, closes_at, attempts ON extension
    FOR EACH ROW EXECUTE FUNCTION course_guard('problem_id');
