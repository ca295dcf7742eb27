/*
 * Claims, landings, releases, expiry, cancellations, requeues, holds and
 * rejudging sets of the same few submissions from many threads, at random.
 * Afterwards the invariants hold, nothing met in a deadlock, and no job landed
 * twice.
 */
#include "tests/sql/fixture.h"

#include <stdatomic.h>
#include <string.h>

#include "base/rand.h"
#include "tests/sql/many.h"

#define JOBS 12
#define STEPS 120
#define RUNNERS 3

static const char *subs[JOBS];
static const char *runners[RUNNERS];
static atomic_int lease_clock;
static atomic_int answered[LAND_UNKNOWN + 1];

/* What one thread knows. */
struct hand {
	struct arena *arena;
	PGconn *conn;
	const char *job; /* of the last claim */
	const char *runner;
	const char *lease;
};

static const char *
job_of_set(struct hand *h)
{
	PGresult *r = PQexec(h->conn,
	    "SELECT job_id FROM rejudging_member WHERE is_open"
	    " ORDER BY random() LIMIT 1");
	const char *id = PQntuples(r) > 0
	    ? arena_strdup(h->arena, PQgetvalue(r, 0, 0))
	    : "jb_none";

	PQclear(r);
	return id;
}

static const char *
current_job(struct hand *h)
{
	struct submission *s;
	struct err *e;

	if (rand_below(3) == 0)
		return job_of_set(h);
	e = store_submission_get(S, h->arena, 0, subs[rand_below(JOBS)], &s);
	return e == NULL && s->job_id != NULL ? s->job_id : "jb_none";
}

/* Three at once, of which some are the same. */
static struct err *
take(struct hand *h)
{
	struct job_claim c[3];
	struct job_payload *p;

	h->runner = runners[rand_below(RUNNERS)];
	for (int i = 0; i < 3; i++) {
		c[i].runner_id = h->runner;
		c[i].job_id = current_job(h);
		c[i].lease_id = arena_printf(h->arena, "ls_%06d",
		    atomic_fetch_add(&lease_clock, 1));
	}
	h->job = c[0].job_id;
	h->lease = c[0].lease_id;
	return store_job_claim(S, h->arena, c, 3, &p);
}

static struct err *
finish(struct hand *h)
{
	struct job_result r = { .job_id = h->job,
		.runner_id = h->runner,
		.lease_id = h->lease,
		.record_claim = rand_below(4) == 0,
		.verdict = "WA",
		.outcome = "failed",
		.grade = rand_below(100),
		.result = "{}" };
	struct job_landed l;
	struct err *e;

	if (rand_below(8) == 0) {
		r.verdict = "JE";
		r.outcome = "crash";
	}
	e = store_job_land(S, h->arena, &r, &l);
	if (e == NULL)
		atomic_fetch_add(&answered[l.outcome], 1);
	return e;
}

static struct err *
give_back(struct hand *h)
{
	const struct job_release_args x = { .job_id = h->job,
		.lease_id = h->lease,
		.reason = "storm",
		.refund = rand_below(2) == 0 };
	struct job_released r;

	return store_job_release(S, h->arena, &x, &r);
}

/* The submission's id in the place of "%s". */
static const char *
str_with(struct arena *a, const char *text, const char *id)
{
	const char *at = strstr(text, "%s");

	if (at == NULL)
		return text;
	return arena_printf(a, "%.*s%s%s", (int)(at - text), text, id, at + 2);
}

/* What an operator may not do now is refused, and that is fine. */
static struct err *
operate(struct hand *h)
{
#define SET "(SELECT max(id) FROM op_rejudgings WHERE state = 'open')"
	static const char *const orders[] = {
		"SELECT op_requeue('%s')",
		"SELECT op_requeue('%s')",
		"SELECT op_cancel('%s')",
		"SELECT op_rejudge('{\"course\": \"c1\"}', '%s')",
		"SELECT op_rejudge('{\"submission\": \"%s\"}')",
		"SELECT op_rejudging_apply(" SET ", true)",
		"SELECT op_rejudging_apply(" SET ")",
		"SELECT op_rejudging_discard(" SET ")",
		"SELECT op_rejudging_repeat(" SET ")",
		"SELECT op_hold('c1/p1', '%s')",
		"SELECT op_release('c1/p1')",
		"SELECT op_release('c1/p1')",
	};
#undef SET
	PGresult *r = PQexec(h->conn,
	    str_with(h->arena, orders[rand_below(ARRAY_LEN(orders))],
		subs[rand_below(JOBS)]));
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	struct err *e = NULL;

	if (state != NULL && strcmp(state, "55000") != 0 &&
	    strcmp(state, "P0002") != 0 && strcmp(state, "22023") != 0)
		e = ERR_WHY(h->arena, ERR_INTERNAL, "%s",
		    PQerrorMessage(h->conn));
	PQclear(r);
	return e;
}

static struct err *
sweep(struct hand *h)
{
	struct job_page page;

	TRY(store_job_dirty(S, h->arena, 5, &page));
	return store_job_clean(S, h->arena, &page);
}

static void *
storm_thread(void *arg)
{
	struct many *m = arg;
	struct hand h = { .arena = m->arena,
		.job = "jb_none",
		.runner = runners[0],
		.lease = "ls_0",
		.conn = PQconnectdb(m->job) };

	for (int i = 0; i < STEPS && m->error == NULL; i++) {
		uint32_t dice = rand_below(12);

		m->error = dice < 4 ? take(&h)
		    : dice < 7      ? finish(&h)
		    : dice < 9      ? give_back(&h)
		    : dice < 11     ? operate(&h)
				    : sweep(&h);
	}
	PQfinish(h.conn);
	return NULL;
}

/* Half of them by alice and bob together, in either order. */
static void
submit_all(void)
{
	const int64_t pairs[2][2] = { { W.alice->id, W.bob->id },
		{ W.bob->id, W.alice->id } };

	for (int i = 0; i < JOBS; i++) {
		struct submission_new n = new_submission(W.alice);
		struct submission_inserted in;

		n.authors =
		    (struct authors) { pairs[i % 2], i % 4 < 2 ? 1 : 2 };
		assert_ok(store_submission_insert(S, A, &n, &in));
		subs[i] = n.id;
	}
}

static void
test_storm(void **state)
{
	struct many m[MANY] = { 0 };
	const char *conninfo = arena_strdup(A,
	    pg_conninfo(&PG, "super", sql("SELECT current_database()")));

	(void)state;
	submit_all();
	for (int i = 0; i < RUNNERS; i++)
		runners[i] = new_runner(arena_printf(A, "r%d", i));
	for (int i = 0; i < MANY; i++)
		m[i].job = conninfo;
	run_many(m, storm_thread);
	free_many(m);
	/* It was a storm: results landed, came again, and were refused. */
	assert_true(answered[LAND_LANDED] > 0);
	assert_true(answered[LAND_REPLAY] + answered[LAND_OTHER] > 0);
	assert_true(answered[LAND_NOT_HELD] > 0);
	assert_string_equal(sql("SELECT count(*) FROM result"),
	    arena_printf(A, "%d", answered[LAND_LANDED]));
	assert_string_equal(sql("SELECT count(*) > 0 FROM rejudging_member"),
	    "t");
	print_message("of sets: %s\n",
	    sql("SELECT string_agg(o || ' ' || n, ', ') FROM (SELECT"
		" coalesce(outcome, 'open') AS o, count(*) AS n"
		" FROM rejudging_member GROUP BY 1) t"));
	assert_string_equal(sql("SELECT deadlocks FROM pg_stat_database"
				" WHERE datname = current_database()"),
	    "0");
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_storm),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
