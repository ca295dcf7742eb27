#include "tests/sql/fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"

struct arena *A;
struct store *S;
struct pg PG;
struct world W;

static int database; /* the number of the test's own one */

static const char *
database_name(void)
{
	static char name[32];

	(void)snprintf(name, sizeof(name), "t%d", database);
	return name;
}

static PGconn *
connect_as(const char *role, const char *db)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	PGconn *c;

	pthread_mutex_lock(&lock);
	c = PQconnectdb(pg_conninfo(&PG, role, db));
	pthread_mutex_unlock(&lock);
	if (PQstatus(c) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(c));
	return c;
}

const char *
sql_in(struct arena *a, const char *text)
{
	PGconn *c = connect_as("super", database_name());
	PGresult *r = PQexec(c, text);
	const char *value = "";

	if (PQresultStatus(r) != PGRES_TUPLES_OK &&
	    PQresultStatus(r) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(c));
	if (PQntuples(r) > 0)
		value = arena_strdup(a, PQgetvalue(r, 0, 0));
	PQclear(r);
	PQfinish(c);
	return value;
}

const char *
sql(const char *text)
{
	return sql_in(A, text);
}

const char *
sql_as(const char *role, const char *text)
{
	PGconn *c = connect_as(role, database_name());
	PGresult *r = PQexec(c, text);
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	state = arena_strdup(A, state != NULL ? state : "");
	PQclear(r);
	PQfinish(c);
	return state;
}

int
group_setup(void **state)
{
	(void)state;
	log_open("test", LOG_ERROR, false);
	return pg_start(&PG) ? 0 : -1;
}

int
group_teardown(void **state)
{
	(void)state;
	pg_stop(&PG);
	return 0;
}

static void
make_world(void)
{
	const struct course_change course = { .title = "Course" };
	const struct problem_key key = { "c1", "p1" };
	const char *problem = "{\"title\":\"Problem\",\"allow_pending\":true}";
	struct store_package_new package = { .zip = "zip one",
		.zip_n = 7,
		.grading = "{\"tests\": [1]}" };

	assert_ok(store_user_ensure(S, A, "staff", &W.staff));
	assert_ok(store_user_ensure(S, A, "alice", &W.alice));
	assert_ok(store_user_ensure(S, A, "bob", &W.bob));
	assert_ok(
	    store_course_create(S, A, W.staff->id, "c1", &course, &W.course));
	assert_ok(
	    store_problem_put(S, A, W.staff->id, &key, problem, &W.problem));
	package.problem_id = W.problem->id;
	package.user_id = W.staff->id;
	assert_ok(store_package_insert(S, A, &package, &W.package));
}

int
test_setup(void **state)
{
	struct store_options o = { .connections = 24 };
	struct store_migration m;
	PGconn *c;

	(void)state;
	database++;
	A = arena_new("test", (size_t)64 << 20);
	c = connect_as("super", "postgres");
	PQclear(
	    PQexec(c, arena_printf(A, "CREATE DATABASE %s", database_name())));
	PQfinish(c);
	assert_ok(
	    store_migrate(A, pg_conninfo(&PG, "super", database_name()), &m));
	o.conninfo = pg_conninfo(&PG, "assized", database_name());
	assert_ok(store_open(A, &o, &S));
	make_world();
	return 0;
}

int
test_teardown(void **state)
{
	(void)state;
	check_invariants();
	store_close(S);
	arena_free(A);
	return 0;
}

int64_t
rows_wanted(const char *variable, int64_t usual, int64_t large)
{
	const char *text = getenv(variable);
	const char *is_long = getenv("ASSIZE_LONG");
	int64_t n;

	if (text != NULL && str_to_i64(text, 8, 100000000, &n))
		return n;
	return is_long != NULL && strcmp(is_long, "yes") == 0 ? large : usual;
}

void
check_invariants(void)
{
	static const char *const views[] = { "inv_1_submission_lost",
		"inv_2_job_landed_twice", "inv_3_set_counts", "inv_5_attempts",
		"inv_6_blame" };

	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		const char *rows = sql(arena_printf(A,
		    "SELECT coalesce(string_agg(v::text, ' '), '') FROM %s v",
		    views[i]));

		if (rows[0] != '\0')
			fail_msg("%s: %s", views[i], rows);
	}
}

struct submission_new
new_submission(const struct user *u)
{
	struct submission_new n = { .id = rand_id(A, "sb"),
		.job_id = rand_id(A, "jb"),
		.problem_id = W.problem->id,
		.package_id = W.package->id,
		.authors = { &u->id, 1 },
		.language = "c",
		.pool = "default",
		.budget_s = 600,
		.source = "PK\0source",
		.source_n = 9,
		.input = "{\"files\": [\"main.c\"]}",
		.locale = "en",
		.submitted_ms = clock_wall_ms() };

	return n;
}

const char *
submit(const struct user *u)
{
	struct submission_new n = new_submission(u);
	struct submission_inserted in;

	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(in.outcome, SUBMISSION_MADE);
	return n.job_id;
}

static const struct job_entry *
entry_of(const char *job)
{
	struct job_page page;

	assert_ok(store_job_entries(S, A, &job, 1, &page));
	assert_int_equal(page.n, 1);
	return page.items;
}

const char *
submission_of(const char *job)
{
	return entry_of(job)->submission_id;
}

const char *
new_runner(const char *name)
{
	unsigned char token[ENC_SHA256];
	struct runner_leases old;
	struct runner_new n = { .id = rand_id(A, "rn"),
		.token_sha256 = token,
		.name = name,
		.capacity = 4,
		.heartbeat_s = 15,
		.ip = "192.0.2.1" };

	rand_bytes(token, sizeof(token));
	assert_ok(store_runner_register(S, A, &n, &old));
	return n.id;
}

const char *
lease(int n)
{
	return arena_printf(A, "ls_%012d%020d", n, 0);
}

enum job_claimed
claim(const char *job, const char *runner, const char *lease_id)
{
	const struct job_claim c = { job, lease_id, runner };
	struct job_payload *p;

	assert_ok(store_job_claim(S, A, &c, 1, &p));
	return p[0].outcome;
}

struct job_result
result_of(const char *job, const char *runner, const char *lease_id,
    const char *verdict, double grade)
{
	return (struct job_result) { .job_id = job,
		.runner_id = runner,
		.lease_id = lease_id,
		.verdict = verdict,
		.outcome = strcmp(verdict, "AC") == 0 ? "success"
		    : strcmp(verdict, "JE") == 0      ? "crash"
						      : "failed",
		.grade = grade,
		.time_ms = 12,
		.memory_kb = 345,
		.result = "{\"tests\": []}",
		.provenance = "{\"v\": 1}" };
}

enum job_landing
land(const char *job, const char *runner, const char *lease_id, double grade)
{
	struct job_result r =
	    result_of(job, runner, lease_id, grade >= 100 ? "AC" : "WA", grade);
	struct job_landed l;

	assert_ok(store_job_land(S, A, &r, &l));
	return l.outcome;
}

enum job_release
release(const char *job, const char *runner, const char *lease_id, bool refund)
{
	const struct job_release_args x = { .job_id = job,
		.runner_id = runner,
		.lease_id = lease_id,
		.reason = refund ? "drain" : "prep_failed",
		.refund = refund };
	struct job_released r;

	assert_ok(store_job_release(S, A, &x, &r));
	return r.outcome;
}

int64_t
charged_of(const char *job)
{
	return entry_of(job)->charged;
}

const char *
state_of(const char *job)
{
	return entry_of(job)->state;
}

const char *
standing(const char *column)
{
	return sql(arena_printf(A,
	    "SELECT coalesce((SELECT %s::text"
	    " FROM standing WHERE problem_id = %lld AND user_id = %lld), '')",
	    column, (long long)W.problem->id, (long long)W.alice->id));
}
