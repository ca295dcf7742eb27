/*
 * Pages of submissions in a large database: which plans they have, and that a
 * page costs the same wherever it is.
 */
#include "tests/sql/fixture.h"

#include <string.h>

#include "base/buf.h"
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
	sql("CREATE FUNCTION explain(p_query text) RETURNS text"
	    " LANGUAGE plpgsql AS $$ DECLARE l text; t text := ''; BEGIN"
	    " FOR l IN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) '"
	    " || p_query LOOP t := t || l || E'\\n'; END LOOP;"
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
	{ Q_SUBMISSION_LIST_PROBLEM, "(SELECT id FROM problem)" },
	{ Q_SUBMISSION_LIST_COURSE, "(SELECT id FROM course)" },
	{ Q_SUBMISSION_LIST_ALL, "0" },
};

/* The statement with its parameters as literals: planned for its values. */
static const char *
explain(size_t i, const char *language, const char *before)
{
	const char *text = queries[lists[i].id].text;
	const char *of = sql(arena_printf(A, "SELECT (%s)::text", lists[i].of));
	const char *const values[] = { "1", of, "NULL", "NULL", "NULL", "NULL",
		"NULL", language, "NULL", before, "NULL", "NULL", "51",
		"2000" };
	struct buf b;

	buf_init(&b, A, 1 << 20);
	buf_puts(&b, "SELECT explain($q$");
	for (; *text != '\0' && *text != ';'; text++) {
		size_t n = 0;

		if (*text != '$') {
			buf_putc(&b, *text);
			continue;
		}
		while (text[1] >= '0' && text[1] <= '9')
			n = n * 10 + (size_t)(*++text - '0');
		assert_in_range(n, 1, ARRAY_LEN(values));
		buf_puts(&b, values[n - 1]);
	}
	buf_puts(&b, "$q$)");
	return sql(b.p);
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
check_plan(const char *plan)
{
	static const char *const tables[] = { "submission", "submission_author",
		"job" };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		check_not_whole(plan, tables[i]);
	if (strstr(plan, "Sort  (") != NULL)
		fail_msg("a page is sorted:\n%s", plan);
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

/* What operators look at first, at night: it looks for few among many. */
static void
check_attention(void)
{
	static const char *const tables[] = { "submission", "job",
		"job_history", "result" };
	const char *plan;

	sql("SET session_replication_role = replica;"
	    " INSERT INTO job_history (job_id, event) SELECT id, 'created'"
	    " FROM job");
	sql("SET session_replication_role = replica;"
	    " INSERT INTO runner (id, name, is_named, token_sha256, pools,"
	    " languages, capacity, heartbeat_s) VALUES ('rn_1', 'r', false,"
	    " sha256(''), '{}', '{}', 1, 15);"
	    " INSERT INTO result (job_id, submission_id, lease_id, runner_id,"
	    " verdict, outcome, grade, document) SELECT id, submission_id,"
	    " 'ls', 'rn_1', 'AC', 'success', 100, '{}' FROM job");
	sql("ANALYZE");
	(void)sql("SELECT explain('SELECT * FROM op_attention')");
	plan = sql("SELECT explain('SELECT * FROM op_attention')");
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		check_not_whole(plan, tables[i]);
	if (blocks(plan) > 1000)
		fail_msg("%ld blocks:\n%s", blocks(plan), plan);
	/* Results of what was cancelled are none that may be. */
	sql("TRUNCATE result, job_history, job_file");
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
