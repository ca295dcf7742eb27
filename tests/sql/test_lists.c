/*
 * Pages of submissions in a large database: which plans they have, and that a
 * page costs the same wherever it is.
 */
#include "tests/sql/fixture.h"

#include <string.h>

#include "base/str.h"
#include "store/db.h"

#define ROWS "200000"

/*
 * Submissions of fifty users, one a minute, the newest now; one in a
 * thousand is in C++.
 */
static void
fill(void)
{
	sql("INSERT INTO app_user (name) SELECT 'u' || i"
	    " FROM generate_series(1, 50) i");
	/* Its references are what they should be: nobody need look. */
	sql(arena_printf(A,
	    "SET session_replication_role = replica;"
	    " INSERT INTO submission (id, course_id, problem_id, user_id,"
	    " submitted_at, language, source, status, outcome)"
	    " SELECT 'sb_' || lpad(i::text, 26, '0'), %lld, %lld, u.id,"
	    " now() - i * interval '1 minute',"
	    " CASE WHEN i %% 1000 = 0 THEN 'cpp' ELSE 'c' END,"
	    " k.digest, 'cancelled', 'killed'"
	    " FROM generate_series(1, " ROWS ") i"
	    " JOIN app_user u ON u.name = 'u' || (i %% 50 + 1),"
	    " package k WHERE k.id = '%s'",
	    (long long)W.course->id, (long long)W.problem->id, W.package->id));
	sql("SET session_replication_role = replica;"
	    " INSERT INTO submission_author SELECT id, user_id, 1, problem_id,"
	    " submitted_at, seq FROM submission");
	sql(arena_printf(A,
	    "SET session_replication_role = replica;"
	    " INSERT INTO job (id, submission_id, package_id, pool, language,"
	    " budget_s, state, live, ended_at)"
	    " SELECT 'jb_' || substr(id, 4), id, '%s', 'default', language,"
	    " 60, 'cancelled', false, now() FROM submission",
	    W.package->id));
	sql("ANALYZE");
	/* With arguments it is prepared, as the service has it. */
	sql("CREATE FUNCTION explain(p_query text, p_args text DEFAULT NULL,"
	    " p_mode text DEFAULT 'auto') RETURNS text LANGUAGE plpgsql AS $$"
	    " DECLARE l text; t text := ''; BEGIN"
	    " PERFORM set_config('plan_cache_mode', p_mode, true);"
	    " IF p_args IS NOT NULL THEN"
	    " EXECUTE 'PREPARE q AS ' || p_query;"
	    " p_query := format('EXECUTE q(%s)', p_args); END IF;"
	    " FOR l IN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) '"
	    " || p_query LOOP t := t || l || E'\\n'; END LOOP;"
	    " IF p_args IS NOT NULL THEN DEALLOCATE q; END IF;"
	    " RETURN t; END $$");
}

/* Of each statement that lists: what it is called with. */
static const struct {
	enum queries_id id;
	const char *of; /* SQL: $2 */
} lists[] = {
	{ Q_SUBMISSION_LIST_AUTHOR,
	    "(SELECT id FROM app_user"
	    " WHERE name = 'u7')" },
	{ Q_SUBMISSION_LIST_PROBLEM, "(SELECT min(id) FROM problem)" },
	{ Q_SUBMISSION_LIST_COURSE, "(SELECT min(id) FROM course)" },
	{ Q_SUBMISSION_LIST_ALL, "0" },
};

/* Planned for its values. */
static const char *
explain(size_t i, const char *language, const char *before)
{
	const char *of = sql(arena_printf(A, "SELECT (%s)::text", lists[i].of));

	return sql(arena_printf(A,
	    "SELECT explain($q$%s$q$, $q$1, %s, NULL, NULL, NULL, NULL, NULL,"
	    " %s, NULL, %s, NULL, NULL, 51, 2000$q$, 'force_custom_plan')",
	    queries[lists[i].id].text, of, language, before));
}

/* Blocks that were touched: the first number after "shared hit=". */
static long
blocks(const char *plan)
{
	const char *hit = strstr(plan, "shared hit=");
	long n = 0;

	assert_non_null(hit);
	for (hit += strlen("shared hit="); *hit >= '0' && *hit <= '9'; hit++)
		n = n * 10 + (*hit - '0');
	return n;
}

/* What is never executed costs nothing. */
static void
check_not_whole(const char *plan, const char *table)
{
	const char *scan = arena_printf(A, "Seq Scan on %s ", table);

	for (const char *p = plan; (p = strstr(p, scan)) != NULL; p++) {
		const char *never = strstr(p, "(never executed)");

		if (never == NULL || never > strchr(p, '\n'))
			fail_msg("%s is read as a whole:\n%s", table, plan);
	}
}

static void
check_no_table(const char *plan)
{
	/* Users are few and narrow: to hash them all may be cheapest. */
	static const char *const tables[] = { "member", "problem", "standing",
		"extension", "team", "team_member", "submission",
		"submission_author", "job", "job_history", "result" };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		check_not_whole(plan, tables[i]);
}

static void
check_plan(const char *plan)
{
	check_no_table(plan);
	/* Some joins sort the one row that they have. */
	for (const char *p = plan; (p = strstr(p, "Sort  (")) != NULL; p++) {
		const char *rows = strstr(p, "(actual rows=");

		if (rows == NULL ||
		    (!str_has_prefix(rows, "(actual rows=0 ") &&
			!str_has_prefix(rows, "(actual rows=1 ")))
			fail_msg("a page is sorted:\n%s", plan);
	}
}

static void
check_pages(void)
{
	const char *oldest = "(now() - interval '190000 minutes')";
	const char *plan;
	long first, last, rare;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		/* What is not cached yet is no hit. */
		(void)explain(i, "NULL", oldest);
		plan = explain(i, "NULL", "NULL");
		check_plan(plan);
		first = blocks(explain(i, "NULL", "NULL"));
		last = blocks(explain(i, "NULL", oldest));
		if (last > 2 * first + 50 || first > 3000)
			fail_msg("%ld blocks for the first page, %ld for one"
				 " of the last:\n%s",
			    first, last, plan);
		/* A page that looks for what is rare ends as well. */
		(void)explain(i, "'cpp'", "NULL");
		plan = explain(i, "'cpp'", "NULL");
		check_plan(plan);
		rare = blocks(plan);
		if (rare > 60000)
			fail_msg("%ld blocks for a rare one:\n%s", rare, plan);
	}
}

/* All of the rare ones are found, over several pages, in order. */
static void
check_rare(void)
{
	struct submission_filter f = { .viewer_id = W.staff->id,
		.sees_all = true,
		.language = "cpp",
		.limit = 50 };
	struct submission_list l;
	size_t found = 0, pages = 0;

	do {
		assert_ok(store_submission_list(S, A, &f, &l));
		found += l.n;
		for (size_t i = 0; i < l.n; i++)
			assert_string_equal(l.items[i].language, "cpp");
		f.cursor = l.next_cursor;
		assert_true(++pages < 120);
	} while (f.cursor != NULL);
	assert_int_equal(found, 200);
	assert_true(pages > 90);
	f.language = NULL;
	f.limit = 200;
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 200);
	assert_non_null(l.next_cursor);
}

/*
 * A service with 60,000 users and 600 courses of a hundred; that of the world
 * has 300 students in 100 teams and 20 problems.
 */
static void
fill_people(void)
{
	sql(arena_printf(A,
	    "SET session_replication_role = replica;"
	    " INSERT INTO app_user (name) SELECT 'p' || lpad(i::text, 5, '0')"
	    " FROM generate_series(1, 60000) i;"
	    " INSERT INTO course (slug, title) SELECT 'k' || i, 'k'"
	    " FROM generate_series(1, 600) i;"
	    " INSERT INTO member (course_id, user_id, role)"
	    " SELECT c.id, u.id, 'student' FROM app_user u JOIN course c"
	    " ON c.slug = 'k' || u.id %% 600 + 1 WHERE u.name LIKE 'p%%';"
	    " INSERT INTO problem (course_id, slug, title)"
	    " SELECT c.id, 'q' || i, 'q' FROM course c,"
	    " generate_series(1, 20) i;"
	    " INSERT INTO standing (user_id, problem_id, grade)"
	    " SELECT m.user_id, p.id, 1 FROM member m"
	    " JOIN problem p USING (course_id) WHERE p.slug LIKE 'q5';"
	    " INSERT INTO member (course_id, user_id, role)"
	    " SELECT %lld, id, 'student' FROM app_user WHERE name LIKE 'p000%%'"
	    " OR name LIKE 'p001%%' OR name LIKE 'p5999%%';"
	    " INSERT INTO standing (user_id, problem_id, grade)"
	    " SELECT m.user_id, p.id, 1 FROM member m"
	    " JOIN problem p USING (course_id) WHERE p.course_id = %lld"
	    " ON CONFLICT DO NOTHING;"
	    " INSERT INTO extension (user_id, problem_id, by_id)"
	    " SELECT t.user_id, t.problem_id, t.user_id FROM standing t"
	    " JOIN problem p ON p.id = t.problem_id"
	    " WHERE p.course_id = %lld OR p.slug = 'q5';"
	    " INSERT INTO team (course_id, name)"
	    " SELECT DISTINCT course_id, 't' || user_id %% 100 FROM member;"
	    " INSERT INTO team_member (course_id, user_id, team_id)"
	    " SELECT m.course_id, m.user_id, t.id FROM member m"
	    " JOIN team t ON t.course_id = m.course_id"
	    " AND t.name = 't' || m.user_id %% 100",
	    (long long)W.course->id, (long long)W.course->id,
	    (long long)W.course->id));
	sql("ANALYZE");
}

/*
 * What a page of each list may touch: some blocks for each member of the
 * course at most, who are sorted by name, or for each row of the page.
 */
static const struct {
	enum queries_id id;
	const char *args; /* SQL; @C: the course, @P: its problem, @U: a user */
	bool is_planned;  /* for its values: DB_PLAN */
	long blocks;
} pages[] = {
	{ Q_MEMBER_LIST, "@C, 'p00040', 51", false, 1500 },
	{ Q_TEAM_LIST, "@C, 't3', 0, 51", false, 2000 },
	{ Q_TEAM_LIST, "@C, NULL, @U, 51", false, 1000 },
	{ Q_EXTENSION_LIST, "@P, NULL, 'p00040', 51", false, 1500 },
	{ Q_STANDING_LIST, "@P, NULL, 'p00040', 51", true, 1500 },
	{ Q_GRADES_LIST, "@C, 0, 'p00040', 51", true, 12000 },
	{ Q_GRADES_LIST, "@C, @U, NULL, 51", true, 300 },
	{ Q_COURSE_LIST, "@U, false, NULL, 51", false, 1000 },
	{ Q_PROBLEM_LIST, "@U, @C, false, NULL, 51", false, 1000 },
	{ Q_EXPORT_LIST, "@C, 0, false, NULL, 0, 51", true, 2000 },
};

static const char *
explain_page(size_t i)
{
	return sql(arena_printf(A,
	    "SELECT explain($q$%s$q$, replace(replace(replace($q$%s$q$,"
	    " '@C', '%lld'), '@P', '%lld'), '@U', (SELECT id::text FROM app_user"
	    " WHERE name = 'p00099')), '%s')",
	    queries[pages[i].id].text, pages[i].args, (long long)W.course->id,
	    (long long)W.problem->id,
	    pages[i].is_planned ? "force_custom_plan" : "force_generic_plan"));
}

static void
check_people(void)
{
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		const char *plan;

		(void)explain_page(i);
		plan = explain_page(i);
		check_no_table(plan);
		if (blocks(plan) > pages[i].blocks)
			fail_msg("%s: %ld blocks:\n%s",
			    queries[pages[i].id].name, blocks(plan), plan);
	}
}

/* What operators look at first, at night: it looks for few among many. */
static void
check_attention(void)
{
	const char *plan;

	sql("SET session_replication_role = replica;"
	    " INSERT INTO job_history (job_id, event) SELECT id, 'created'"
	    " FROM job");
	sql("SET session_replication_role = replica;"
	    " INSERT INTO runner (id, name, is_named, token_sha256, pools,"
	    " languages, capacity, heartbeat_s) VALUES ('rn_1', 'r', false,"
	    " sha256(''), '{}', '{}', 1, 15);"
	    " INSERT INTO result (job_id, submission_id, lease_id, runner_id,"
	    " verdict, outcome, grade, document, provenance) SELECT id,"
	    " submission_id, 'ls', 'rn_1', 'AC', 'success', 100, '{}',"
	    " jsonb_build_object('tool', 'gcc ' || seq % 2) FROM job");
	sql("SET session_replication_role = replica;"
	    " INSERT INTO course_tool SELECT course_id, language, t"
	    " FROM (SELECT DISTINCT course_id, language FROM submission) s,"
	    " unnest(ARRAY['gcc 1', 'gcc 2']) t;"
	    " UPDATE submission SET judged_job = 'jb_' || substr(id, 4)"
	    " WHERE seq <= 2000");
	sql("ANALYZE");
	assert_string_equal(sql("SELECT count(*) FROM op_attention"
				" WHERE kind = 'versions differ'"),
	    "1");
	(void)sql("SELECT explain('SELECT * FROM op_attention')");
	plan = sql("SELECT explain('SELECT * FROM op_attention')");
	check_no_table(plan);
	if (blocks(plan) > 5000)
		fail_msg("%ld blocks:\n%s", blocks(plan), plan);
	/* Results of what was cancelled are none that may be. */
	sql("TRUNCATE result, job_history, job_file;"
	    " UPDATE submission SET judged_job = NULL WHERE seq <= 2000");
}

/* What a scrape asks does not grow with the queue. */
static void
check_scrape(void)
{
	const char *text = arena_printf(A, "SELECT explain($q$%s$q$)",
	    queries[Q_QUEUE_AGES].text);
	const char *plan;

	sql("UPDATE job SET state = 'ready', live = true, ended_at = NULL"
	    " WHERE seq <= 50000");
	sql("VACUUM ANALYZE job");
	(void)sql(text);
	plan = sql(text);
	check_not_whole(plan, "job");
	if (blocks(plan) > 1500)
		fail_msg("%ld blocks:\n%s", blocks(plan), plan);
	sql("UPDATE job SET state = 'cancelled', live = false,"
	    " ended_at = now() WHERE live");
}

static void
test_lists(void **state)
{
	(void)state;
	fill();
	fill_people();
	check_people();
	check_pages();
	check_rare();
	check_attention();
	check_scrape();
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_lists),
	};

	return cmocka_run_group_tests_name("lists", tests, group_setup,
	    group_teardown);
}
