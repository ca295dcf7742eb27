/*
 * Migrations, roles, and a server that goes away.
 */
#include "tests/sql/fixture.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

static struct err *
migrate(struct store_migration *ret)
{
	return store_migrate(A,
	    pg_conninfo(&PG, "super", sql("SELECT current_database()")), ret);
}

static void
test_migrate_again(void **state)
{
	struct store_migration m;

	(void)state;
	assert_ok(migrate(&m));
	assert_int_equal(m.applied, 0);
	assert_int_equal(m.replaced, 0);
	assert_true(m.version > 0);
}

static void
test_changed_view_is_replaced(void **state)
{
	struct store_migration m;

	(void)state;
	(void)sql("UPDATE schema_version SET checksum = 'old'"
		  " WHERE kind = 'view' OR kind = 'function'");
	(void)sql("DROP VIEW op_attention");
	assert_ok(migrate(&m));
	assert_int_equal(m.applied, 0);
	assert_true(m.replaced > 10);
	/* The grants came back with it. */
	assert_string_equal(sql_as("assize_operator",
				"SELECT * FROM op_attention"),
	    "");
	assert_ok(store_ready(S, A));
}

static void
test_changed_migration_is_refused(void **state)
{
	struct store_migration m;

	(void)state;
	(void)sql("UPDATE schema_version SET checksum = 'other'"
		  " WHERE name = '0001_tables'");
	assert_err(migrate(&m), ERR_CONFLICT);
}

static void
test_newer_database_is_refused(void **state)
{
	struct store_migration m;

	(void)state;
	(void)sql("INSERT INTO schema_version (kind, name, checksum)"
		  " VALUES ('migration', '9999_future', 'x')");
	assert_err(migrate(&m), ERR_CONFLICT);
	/* A worker of the old version goes on during the upgrade. */
	assert_ok(store_ready(S, A));
	(void)sql("DELETE FROM schema_version WHERE kind = 'migration'");
	assert_err(store_ready(S, A), ERR_UNAVAILABLE);
}

static void *
migrate_thread(void *arg)
{
	struct arena *a = arena_new("thread", (size_t)8 << 20);
	struct store_migration m = { 0 };
	struct err *e = store_migrate(a, arg, &m);
	/* Did this one do all of the work? */
	int applied = e != NULL ? -1 : m.applied == m.version ? 1 : m.applied;

	if (e != NULL)
		(void)fprintf(stderr, "%s\n", e->internal);
	arena_free(a);
	return (void *)(intptr_t)applied;
}

/* Two at once on a new database: one does the work. */
static void
test_migrate_at_once(void **state)
{
	char conninfo[256];
	pthread_t t[2];
	void *applied[2];

	(void)state;
	(void)sql("CREATE DATABASE twice");
	(void)snprintf(conninfo, sizeof(conninfo), "%s",
	    pg_conninfo(&PG, "super", "twice"));
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, migrate_thread,
				     conninfo),
		    0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(t[i], &applied[i]), 0);
	assert_int_equal((intptr_t)applied[0] * (intptr_t)applied[1], 0);
	assert_int_equal((intptr_t)applied[0] + (intptr_t)applied[1], 1);
	(void)sql("DROP DATABASE twice");
}

/* A login that may not make roles nor be the owner changes nothing. */
static void
test_migrate_without_rights(void **state)
{
	struct store_migration m;

	(void)state;
	(void)sql("CREATE ROLE stranger LOGIN");
	assert_err(store_migrate(A,
		       pg_conninfo(&PG, "stranger",
			   sql("SELECT current_database()")),
		       &m),
	    ERR_INTERNAL);
	(void)sql("CREATE ROLE deployer LOGIN IN ROLE assize_owner");
	assert_ok(store_migrate(A,
	    pg_conninfo(&PG, "deployer", sql("SELECT current_database()")),
	    &m));
	assert_int_equal(m.applied, 0);
	(void)sql("DROP ROLE stranger");
	(void)sql("DROP ROLE deployer");
}

/* Who may not do what: the SQLSTATE, "" where it is allowed. */
static void
test_roles(void **state)
{
	static const struct {
		const char *role;
		const char *text;
		const char *sqlstate;
	} cases[] = {
		{ "assized", "CREATE TABLE t (i int)", "42501" },
		{ "assized", "DROP TABLE job", "42501" },
		{ "assized", "ALTER TABLE job ADD x int", "42501" },
		{ "assized", "TRUNCATE submission", "42501" },
		{ "assized", "DELETE FROM submission", "42501" },
		{ "assized", "UPDATE result SET grade = 1", "42501" },
		{ "assized", "UPDATE package SET meta = NULL", "42501" },
		{ "assized", "DELETE FROM job_history", "42501" },
		{ "assized", "SELECT op_revoke('x')", "42501" },
		{ "assized", "SELECT * FROM job", "" },
		{ "assize_operator", "SELECT * FROM job", "42501" },
		{ "assize_operator", "SELECT * FROM blob", "42501" },
		{ "assize_operator", "SELECT * FROM op_queue", "" },
		{ "assize_operator", "SELECT * FROM op_runners", "" },
		{ "assize_operator", "SELECT * FROM op_sessions", "" },
		{ "assize_operator", "SELECT door FROM job_ssh", "42501" },
		{ "assize_operator", "SELECT * FROM op_stuck", "" },
		{ "assize_operator", "SELECT * FROM op_attention", "" },
		{ "assize_operator", "SELECT * FROM op_load", "" },
		{ "assize_operator", "SELECT * FROM inv_6_blame", "" },
		{ "assize_operator", "UPDATE op_queue SET ready = 0", "55000" },
		{ "assize_operator",
		    "SELECT job_land('x','x','x',false,'AC',"
		    "'success',100,1,1,NULL,'{}','{}')",
		    "42501" },
		{ "assize_operator", "SELECT op_note('a','b',NULL)", "42501" },
		{ "assize_operator", "SELECT op_explain('sb_none')", "P0002" },
		{ "assize_operator", "SELECT op_drain('none')", "P0002" },
		{ "assize_reader", "SELECT * FROM submission", "" },
		{ "assize_reader", "SELECT id, name FROM runner", "" },
		{ "assize_reader", "SELECT token_sha256 FROM runner", "42501" },
		{ "assize_reader", "SELECT bytes FROM blob", "42501" },
		{ "assize_reader", "SELECT * FROM enrolment_key", "42501" },
		{ "assize_reader", "DELETE FROM job", "42501" },
		{ "assize_reader", "SELECT op_revoke('x')", "42501" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = sql_as(cases[i].role, cases[i].text);

		if (strcmp(got, cases[i].sqlstate) != 0)
			fail_msg("%s: %s: \"%s\", not \"%s\"", cases[i].role,
			    cases[i].text, got, cases[i].sqlstate);
	}
}

static void
test_operators_hands(void **state)
{
	const char *job = submit(W.alice);
	const char *runner = new_runner("box1");
	struct runner *r;

	(void)state;
	assert_int_equal(claim(job, runner, lease(1)), CLAIM_OK);
	assert_string_equal(sql_as("assize_operator",
				"SELECT op_drain('box1')"),
	    "");
	assert_ok(store_runner_get(S, A, runner, &r));
	assert_string_equal(r->state, "draining");
	assert_string_equal(sql_as("assize_operator",
				"SELECT op_release('box1')"),
	    "");
	assert_ok(store_runner_get(S, A, runner, &r));
	assert_string_equal(r->state, "active");
	assert_string_equal(sql("SELECT is_live FROM op_runners"), "t");
	assert_string_equal(sql("SELECT live_runners FROM op_queue"), "1");

	assert_string_equal(sql_as("assize_operator",
				arena_printf(A, "SELECT op_revoke('%s')",
				    runner)),
	    "");
	assert_string_equal(sql("SELECT state || charged FROM job"), "ready0");
	assert_string_equal(sql("SELECT count(*) FROM job_dirty"), "1");
	assert_string_equal(sql("SELECT kind FROM op_attention"), "no runner");
	assert_string_equal(sql_as("assize_operator",
				arena_printf(A, "SELECT op_revoke('%s')",
				    runner)),
	    "55000");
	assert_string_equal(sql("SELECT sum(submitted) FROM op_load"), "1");
}

/* Every connection is lost; the next calls do not notice. */
static void
test_reconnect(void **state)
{
	struct user *u;

	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)sql("SELECT pg_terminate_backend(pid)"
			  " FROM pg_stat_activity WHERE usename = 'assized'");
		assert_ok(store_user_ensure(S, A, "alice", &u));
		assert_int_equal(u->id, W.alice->id);
	}
}

static void
test_server_away(void **state)
{
	int64_t start = clock_mono_ms();
	struct user *u;

	(void)state;
	pg_kill(&PG);
	assert_err(store_user_ensure(S, A, "alice", &u), ERR_UNAVAILABLE);
	assert_err(store_ready(S, A), ERR_UNAVAILABLE);
	assert_true(clock_mono_ms() - start < 5000);
	assert_true(pg_again(&PG));
	/* Longer than the pool keeps away from a server that was dead. */
	clock_sleep_ms(300);
	assert_ok(store_user_ensure(S, A, "alice", &u));
}

/* A lock that does not come, and a statement that takes too long. */
static void
test_timeouts(void **state)
{
	struct store_options o = { .connections = 1,
		.statement_timeout_ms = 300,
		.lock_timeout_ms = 10000,
		.conninfo = pg_conninfo(&PG, "assized",
		    sql("SELECT current_database()")) };
	PGconn *holder = PQconnectdb(
	    pg_conninfo(&PG, "super", sql("SELECT current_database()")));
	const char *job = submit(W.alice);
	const struct job_release_args x = { .job_id = job, .reason = "drain" };
	struct job_released r;
	struct store *slow;

	(void)state;
	assert_ok(store_open(A, &o, &slow));
	PQclear(PQexec(holder, "BEGIN; SELECT * FROM job FOR UPDATE"));
	assert_err(store_job_release(slow, A, &x, &r), ERR_UNAVAILABLE);
	PQclear(PQexec(holder, "ROLLBACK"));
	assert_ok(store_job_release(slow, A, &x, &r));
	store_close(slow);

	o.statement_timeout_ms = 10000;
	o.lock_timeout_ms = 200;
	assert_ok(store_open(A, &o, &slow));
	PQclear(PQexec(holder, "BEGIN; SELECT * FROM job FOR UPDATE"));
	assert_err(store_job_release(slow, A, &x, &r), ERR_RETRY);
	PQclear(PQexec(holder, "ROLLBACK"));
	PQfinish(holder);
	store_close(slow);
}

/* The server is frozen: no timeout of its own ends the statement. */
static void
test_mute_server(void **state)
{
	struct store_options o = { .connections = 1,
		.statement_timeout_ms = 200,
		.conninfo = arena_printf(A, "%s application_name=mute",
		    pg_conninfo(&PG, "assized",
			sql("SELECT current_database()"))) };
	int64_t start;
	int64_t pid;
	struct store *frozen;
	struct user *u;

	(void)state;
	assert_ok(store_open(A, &o, &frozen));
	assert_true(str_to_i64(sql("SELECT pid FROM pg_stat_activity"
				   " WHERE application_name = 'mute'"),
	    2, INT32_MAX, &pid));
	assert_int_equal(kill((pid_t)pid, SIGSTOP), 0);
	start = clock_mono_ms();
	assert_err(store_user_ensure(frozen, A, "alice", &u), ERR_UNAVAILABLE);
	assert_true(clock_mono_ms() - start < 6000);
	assert_int_equal(kill((pid_t)pid, SIGCONT), 0);
	assert_ok(store_user_ensure(frozen, A, "alice", &u));
	store_close(frozen);
}

static void
test_open_without_schema(void **state)
{
	struct store_options o = { .conninfo = pg_conninfo(&PG, "assized",
				       "postgres") };
	struct store *s;

	(void)state;
	assert_err(store_open(A, &o, &s), ERR_INTERNAL);
	o.conninfo = "host=/nowhere";
	assert_err(store_open(A, &o, &s), ERR_UNAVAILABLE);
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_migrate_again),
		T(test_changed_view_is_replaced),
		T(test_changed_migration_is_refused),
		T(test_newer_database_is_refused),
		T(test_migrate_at_once),
		T(test_migrate_without_rights),
		T(test_roles),
		T(test_operators_hands),
		T(test_reconnect),
		T(test_server_away),
		T(test_timeouts),
		T(test_mute_server),
		T(test_open_without_schema),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
