/*
 * The life of a lease after its claim, and the sweep.
 */
#include "tests/redis/fixture.h"

#include "base/clock.h"
#include "dispatch/progress.h"
#include "dispatch/rate.h"

#define OTHER_LEASE "ls_0000000000010000000000000000aaaa"

static struct dispatch_claim
claim_new(const char *id, const char *runner)
{
	struct dispatch_want w = want_of(runner);

	offer(id, "u");
	return claim(&w);
}

static struct err *
renew(const char *runner, const char *const *jobs, size_t n, int64_t lease_ms,
    enum dispatch_renewal *ret)
{
	const struct dispatch_list l = { runner, jobs, n, lease_ms };

	return dispatch_renew(D, A, &l, ret);
}

static struct err *
put(const char *lease, size_t from, const char *const *texts, size_t n)
{
	const struct dispatch_tests t = { from, texts, n };

	return dispatch_progress_put(D, A, "j1", lease, &t);
}

static int64_t
left_of(const char *job)
{
	struct dispatch_entry e;

	assert_ok(dispatch_holder(D, A, job, &e));
	assert_int_equal(e.state, DISPATCH_LEASED);
	return e.left_ms;
}

static void
test_renew_listed(void **state)
{
	const char *jobs[] = { "j1", "j2", "j3", "j4", "j5" };
	enum dispatch_renewal r[5];

	claim_new("j1", "r1");
	claim_new("j2", "r2");
	claim_new("j4", "r1");
	offer("j3", "u");
	assert_ok(renew("r1", jobs, 5, 90000, r));
	assert_int_equal(r[0], DISPATCH_RENEWED);
	assert_int_equal(r[1], DISPATCH_NOT_MINE);
	assert_int_equal(r[2], DISPATCH_NOT_MINE);
	assert_int_equal(r[3], DISPATCH_RENEWED);
	assert_int_equal(r[4], DISPATCH_UNKNOWN);
	assert_in_range(left_of("j1"), 85000, 90000);
	assert_in_range(left_of("j2"), 0, 30000);
	assert_string_equal(state_of("j3"), "ready");
	assert_string_equal(state_of("j5"), "absent");
	/* An empty list renews none. */
	assert_ok(renew("r1", NULL, 0, 200000, NULL));
	assert_in_range(left_of("j1"), 0, 90000);
}

/* Rule 12: what ended meanwhile is told, and renewed as long as it lives. */
static void
test_recall(void **state)
{
	struct dispatch_claim c = claim_new("j1", "r1");
	const char *jobs[] = { "j1" };
	enum dispatch_renewal r;
	const char *lease;
	size_t n;

	assert_ok(dispatch_recall(D, A, "j1", "ls_other"));
	assert_ok(renew("r1", jobs, 1, 90000, &r));
	assert_int_equal(r, DISPATCH_RENEWED);
	assert_ok(dispatch_recall(D, A, "j1", c.lease));
	assert_ok(dispatch_recall(D, A, "j1", c.lease));
	assert_ok(renew("r1", jobs, 1, 200000, &r));
	assert_int_equal(r, DISPATCH_RECALLED);
	assert_in_range(left_of("j1"), 150000, 200000);
	assert_ok(dispatch_renew_acked(D, A, "r1", 90000, &n));
	assert_int_equal(n, 1);
	/* It acknowledges nothing for the runner. */
	c = claim_new("j2", "r2");
	assert_ok(dispatch_recall(D, A, "j2", c.lease));
	assert_ok(dispatch_renew_acked(D, A, "r2", 90000, &n));
	assert_int_equal(n, 0);
	assert_ok(dispatch_ack(D, A, "r2", "j2", NULL, &lease));
	jobs[0] = "j2";
	assert_ok(renew("r2", jobs, 1, 90000, &r));
	assert_int_equal(r, DISPATCH_RECALLED);
	assert_ok(dispatch_recall(D, A, "nothing", "ls_other"));
}

/* More than one script takes. */
static void
test_renew_many(void **state)
{
	const char *jobs[600];
	enum dispatch_renewal r[600];

	claim_new("j1", "r1");
	claim_new("j2", "r1");
	for (int i = 0; i < 600; i++)
		jobs[i] = arena_printf(A, "x%d", i);
	jobs[255] = "j1";
	jobs[599] = "j2";
	assert_ok(renew("r1", jobs, 600, 90000, r));
	for (int i = 0; i < 600; i++)
		assert_int_equal(r[i],
		    i == 255 || i == 599 ? DISPATCH_RENEWED : DISPATCH_UNKNOWN);
}

/* Rule 11: a lost reply is not kept alive by a heartbeat without body. */
static void
test_renew_acked(void **state)
{
	struct dispatch_claim c = claim_new("j1", "r1");
	const char *jobs[] = { "j2" };
	const char *lease;
	enum dispatch_renewal r;
	size_t n;

	claim_new("j2", "r1");
	claim_new("j3", "r1");
	assert_ok(dispatch_renew_acked(D, A, "r1", 90000, &n));
	assert_int_equal(n, 0);
	assert_in_range(left_of("j1"), 0, 30000);
	/* A request that names it, and a list. */
	assert_ok(dispatch_ack(D, A, "r1", "j1", NULL, &lease));
	assert_string_equal(lease, c.lease);
	assert_ok(renew("r1", jobs, 1, 30000, &r));
	assert_ok(dispatch_renew_acked(D, A, "r1", 90000, &n));
	assert_int_equal(n, 2);
	assert_in_range(left_of("j1"), 85000, 90000);
	assert_in_range(left_of("j2"), 85000, 90000);
	assert_in_range(left_of("j3"), 0, 30000);
	/* Not by whom does not hold it. */
	assert_ok(dispatch_ack(D, A, "r2", "j1", NULL, &lease));
	assert_null(lease);
	assert_ok(dispatch_ack(D, A, "r1", "j1", OTHER_LEASE, &lease));
	assert_null(lease);
}

static void
test_hard_deadline(void **state)
{
	struct dispatch_job j = job_of("j1", "u");
	struct dispatch_want w = want_of("r1");
	const char *jobs[] = { "j1" };
	enum dispatch_renewal r;

	j.hard_ms = 150;
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	assert_int_equal(claim(&w).lease_ms, 150);
	assert_ok(renew("r1", jobs, 1, 30000, &r));
	assert_int_equal(r, DISPATCH_RENEWED);
	assert_in_range(left_of("j1"), 0, 150);
	clock_sleep_ms(200);
	assert_ok(renew("r1", jobs, 1, 30000, &r));
	assert_int_equal(r, DISPATCH_HUNG);
	assert_int_equal(expire(), 1);
	assert_string_equal(state_of("j1"), "ready");
}

static void
test_release(void **state)
{
	struct dispatch_claim c = claim_new("j1", "r1");
	struct dispatch_entry e;
	bool done;

	offer("j2", "a");
	assert_ok(
	    dispatch_release(D, A, "j1", OTHER_LEASE, DISPATCH_FAILED, &done));
	assert_false(done);
	assert_string_equal(state_of("j1"), "leased");
	assert_ok(
	    dispatch_release(D, A, "j1", c.lease, DISPATCH_GIVEN_BACK, &done));
	assert_true(done);
	assert_ok(
	    dispatch_release(D, A, "j1", c.lease, DISPATCH_GIVEN_BACK, &done));
	assert_false(done);
	assert_ok(dispatch_holder(D, A, "j1", &e));
	assert_int_equal(e.state, DISPATCH_READY);
	assert_string_equal(e.lease, c.lease);
	assert_null(e.runner);
	/* First again, also before what waited longer. */
	offer("j0", "b");
	assert_string_equal(claim_id("r2"), "j1");
	assert_ok(
	    dispatch_release(D, A, "absent", c.lease, DISPATCH_FAILED, &done));
	assert_false(done);
}

static void
test_expire(void **state)
{
	struct dispatch_entry *entries;
	struct dispatch_claim c = claim_new("j1", "r1");
	size_t n;

	for (int i = 0; i < 600; i++)
		claim_new(arena_printf(A, "k%d", i), "r2");
	assert_int_equal(expire(), 0);
	end_lease("j1");
	assert_ok(dispatch_expire(D, A, &entries, &n));
	assert_int_equal(n, 1);
	assert_string_equal(entries[0].job, "j1");
	assert_string_equal(entries[0].lease, c.lease);
	assert_string_equal(entries[0].runner, "r1");
	assert_string_equal(state_of("j1"), "ready");
	/* All of a runner at once. */
	for (int i = 0; i < 600; i++)
		end_lease(arena_printf(A, "k%d", i));
	assert_int_equal(expire(), 600);
	assert_int_equal(RAW("EXISTS", "{assize}:held:r2"), 0);
	assert_int_equal(RAW("EXISTS", "{assize}:leased"), 0);
	/* At the consuming end. */
	offer("new", "v");
	assert_string_equal(claim_id("r3"), "j1");
}

/* A heartbeat that comes too late takes nothing back. */
static void
test_late_heartbeat(void **state)
{
	const char *jobs[] = { "j1" };
	enum dispatch_renewal r;
	size_t n;

	claim_new("j1", "r1");
	end_lease("j1");
	expire();
	assert_ok(renew("r1", jobs, 1, 30000, &r));
	assert_int_equal(r, DISPATCH_NOT_MINE);
	assert_string_equal(claim_id("r2"), "j1");
	assert_ok(renew("r1", jobs, 1, 30000, &r));
	assert_int_equal(r, DISPATCH_NOT_MINE);
	assert_ok(dispatch_renew_acked(D, A, "r1", 30000, &n));
	assert_int_equal(n, 0);
}

static void
test_restore_absent(void **state)
{
	struct dispatch_claim c = claim_new("j1", "r1");
	struct dispatch_job j = job_of("j1", "u");
	struct dispatch_entry e;
	size_t n;
	bool done;

	j.lease = c.lease;
	RAW("FLUSHALL");
	j.runner = "r1";
	assert_ok(dispatch_restore(D, A, DISPATCH_IF_ABSENT, &j, 30000, &done));
	assert_true(done);
	assert_ok(dispatch_holder(D, A, "j1", &e));
	assert_int_equal(e.state, DISPATCH_LEASED);
	assert_string_equal(e.lease, c.lease);
	assert_string_equal(e.runner, "r1");
	/* Again: as it is.  By another: no. */
	j.runner = "r1";
	assert_ok(dispatch_restore(D, A, DISPATCH_IF_ABSENT, &j, 30000, &done));
	assert_true(done);
	j.runner = "r2";
	assert_ok(dispatch_restore(D, A, DISPATCH_IF_BEHIND, &j, 30000, &done));
	assert_false(done);
	/* It lives on, and ends, like any other. */
	assert_ok(dispatch_renew_acked(D, A, "r1", 30000, &n));
	assert_int_equal(n, 1);
	assert_ok(
	    dispatch_release(D, A, "j1", c.lease, DISPATCH_FAILED, &done));
	assert_true(done);
	assert_string_equal(claim_id("r2"), "j1");
}

static void
test_restore_behind(void **state)
{
	struct dispatch_claim c = claim_new("j1", "r1");
	struct dispatch_job j = job_of("j1", "u");
	bool done;

	assert_ok(
	    dispatch_release(D, A, "j1", c.lease, DISPATCH_FAILED, &done));
	/* Ended, and the row says no newer: not taken back. */
	j.lease = c.lease;
	j.runner = "r1";
	assert_ok(dispatch_restore(D, A, DISPATCH_IF_BEHIND, &j, 30000, &done));
	assert_false(done);
	/* The row knows a newer one: only the sweep puts it back. */
	j.lease = "ls_ffffffffffff00000000000000000000";
	j.runner = "r2";
	assert_ok(dispatch_restore(D, A, DISPATCH_IF_ABSENT, &j, 30000, &done));
	assert_false(done);
	assert_string_equal(state_of("j1"), "ready");
	j.runner = "r2";
	assert_ok(dispatch_restore(D, A, DISPATCH_IF_BEHIND, &j, 30000, &done));
	assert_true(done);
	assert_string_equal(state_of("j1"), "leased");
	assert_int_equal(RAW("EXISTS", "{assize}:q:default/c/live"), 0);
}

static void
test_forget(void **state)
{
	struct dispatch_claim c = claim_new("j1", "r1");
	struct dispatch_entry e[2] = { { .job = "j1", .lease = OTHER_LEASE },
		{ .job = "j2" } };
	bool done;
	size_t n;

	offer("j2", "u");
	assert_ok(dispatch_forget(D, A, "j1", NULL, &done));
	assert_false(done);
	assert_ok(dispatch_drop(D, A, e, 2, &n));
	assert_int_equal(n, 1);
	assert_string_equal(state_of("j1"), "leased");
	assert_string_equal(state_of("j2"), "absent");
	assert_ok(dispatch_forget(D, A, "j1", c.lease, &done));
	assert_true(done);
	assert_ok(dispatch_forget(D, A, "j1", c.lease, &done));
	assert_false(done);
	/* Nothing of them is left. */
	assert_string_equal(claim_id("r2"), "");
	assert_int_equal(expire(), 0);
	assert_int_equal(RAW("EXISTS", "{assize}:held:r1", "{assize}:leased",
			     "{assize}:ready:default", "{assize}:job:j1"),
	    0);
	/* Expired before it landed: the lease it had last counts. */
	c = claim_new("j3", "r1");
	end_lease("j3");
	expire();
	assert_ok(dispatch_forget(D, A, "j3", c.lease, &done));
	assert_true(done);
	assert_string_equal(claim_id("r2"), "");
}

static void
test_pages(void **state)
{
	const char *cursor = "0";
	size_t seen = 0;
	size_t leased = 0;

	claim_new("a", "r1");
	for (int i = 0; i < 1500; i++)
		offer(arena_printf(A, "j%d", i), "u");
	do {
		struct dispatch_entry *e;
		size_t n;

		assert_ok(dispatch_page(D, A, cursor, &cursor, &e, &n));
		for (size_t i = 0; i < n; i++) {
			seen++;
			leased += e[i].state == DISPATCH_LEASED;
			assert_int_not_equal(e[i].state, DISPATCH_ABSENT);
		}
	} while (strcmp(cursor, "0") != 0);
	assert_true(seen >= 1501);
	assert_int_equal(leased, 1);
}

static struct dispatch_sweep
begin_sweep(struct dispatch *d)
{
	struct dispatch_sweep s;

	assert_ok(dispatch_sweep_begin(d, A, 10000, 30000, &s));
	return s;
}

static void
test_sweep_turn(void **state)
{
	struct dispatch_conf conf = { .address = server_socket() };
	struct dispatch *other = dispatch_open(&conf);

	assert_true(begin_sweep(D).is_mine);
	assert_false(begin_sweep(other).is_mine);
	assert_true(begin_sweep(D).is_mine);
	/* Who dies with it keeps it for three seconds. */
	assert_in_range(RAW("PTTL", "{assize}:sweep:turn"), 1, 3000);
	RAW("DEL", "{assize}:sweep:turn");
	assert_true(begin_sweep(other).is_mine);
	dispatch_close(other);
}

/* Rule 9: an outage of ours is not theirs. */
static void
test_sweep_gap(void **state)
{
	struct dispatch_sweep s = begin_sweep(D);

	assert_true(s.is_gap);
	assert_true(s.is_empty);
	assert_ok(dispatch_sweep_rebuilt(D, A));
	s = begin_sweep(D);
	assert_false(s.is_gap);
	assert_false(s.is_empty);
	claim_new("j1", "r1");
	end_lease("j1");
	/* The last sweep was long ago. */
	RAW("HSET", "{assize}:sweep", "at", "1000");
	assert_true(begin_sweep(D).is_gap);
	assert_int_equal(expire(), 0);
	assert_in_range(left_of("j1"), 25000, 30000);
	/* The clock went back. */
	RAW("ZADD", "{assize}:leased", "99999999999999", "j1");
	RAW("HSET", "{assize}:sweep", "at", "99999999999999");
	assert_true(begin_sweep(D).is_gap);
	assert_in_range(left_of("j1"), 25000, 30000);
	/* Another server, or the same in another role. */
	end_lease("j1");
	RAW("HSET", "{assize}:sweep", "server", "other/1");
	assert_true(begin_sweep(D).is_gap);
	assert_int_equal(expire(), 0);
	/* All is well: what ended, ends. */
	end_lease("j1");
	assert_false(begin_sweep(D).is_gap);
	assert_int_equal(expire(), 1);
}

static void
test_rate(void **state)
{
	int64_t wait;

	for (int i = 0; i < 5; i++) {
		assert_ok(dispatch_rate_take(D, A, "u", 5, 1000, &wait));
		assert_int_equal(wait, 0);
	}
	assert_ok(dispatch_rate_take(D, A, "u", 5, 1000, &wait));
	assert_in_range(wait, 1, 200);
	assert_ok(dispatch_rate_take(D, A, "v", 5, 1000, &wait));
	assert_int_equal(wait, 0);
	clock_sleep_ms(220);
	assert_ok(dispatch_rate_take(D, A, "u", 5, 1000, &wait));
	assert_int_equal(wait, 0);
	assert_in_range(RAW("PTTL", "{assize}:rate:u"), 1, 1001);
}

static void
test_progress(void **state)
{
	const char *const some[] = { "{\"a\":1}", "two" };
	const char *lease = claim_new("j1", "r1").lease;
	const char **tests;
	char *big = arena_alloc(A, DISPATCH_PROGRESS_BYTES + 2);
	size_t n;

	assert_ok(dispatch_progress_get(D, A, "j1", lease, &tests, &n));
	assert_int_equal(n, 0);
	assert_ok(put(lease, 2, some, 2));
	assert_ok(put(lease, 0, some, 1));
	assert_ok(dispatch_progress_get(D, A, "j1", lease, &tests, &n));
	assert_int_equal(n, 4);
	assert_string_equal(tests[0], "{\"a\":1}");
	assert_null(tests[1]);
	assert_string_equal(tests[3], "two");
	assert_ok(put(lease, DISPATCH_PROGRESS_TESTS - 1, some, 2));
	assert_ok(dispatch_progress_get(D, A, "j1", lease, &tests, &n));
	assert_int_equal(n, DISPATCH_PROGRESS_TESTS);
	memset(big, 'x', DISPATCH_PROGRESS_BYTES + 1);
	assert_err(put(lease, 0, (const char *const[]) { big }, 1),
	    ERR_TOO_LARGE);
	/* It ends with the lease. */
	assert_ok(dispatch_forget(D, A, "j1", lease, NULL));
	assert_ok(dispatch_progress_get(D, A, "j1", lease, &tests, &n));
	assert_int_equal(n, 0);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_renew_listed),
		T(test_recall),
		T(test_renew_many),
		T(test_renew_acked),
		T(test_hard_deadline),
		T(test_release),
		T(test_expire),
		T(test_late_heartbeat),
		T(test_restore_absent),
		T(test_restore_behind),
		T(test_forget),
		T(test_pages),
		T(test_sweep_turn),
		T(test_sweep_gap),
		T(test_rate),
		T(test_progress),
	};

	return cmocka_run_group_tests_name("dispatch lease", tests, group_setup,
	    group_teardown);
}
