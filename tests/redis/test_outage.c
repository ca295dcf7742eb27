/*
 * Redis that forgets, dies, comes back, is wrongly configured.
 */
#include "tests/redis/fixture.h"

#include "base/clock.h"
#include "dispatch/rate.h"
#include "dispatch/wake.h"

/* After a failed connect, others fail at once for a moment. */
static void
wait_until_back(void)
{
	for (int i = 0; i < 100; i++) {
		if (dispatch_ready(D, A) == NULL)
			return;
		clock_sleep_ms(20);
	}
	fail_msg("redis did not come back");
}

static void
test_script_flush(void **state)
{
	struct dispatch_job j[2] = { job_of("j1", "u"), job_of("j2", "u") };
	int64_t wait;
	size_t n;

	offer("j0", "u");
	RAW("SCRIPT", "FLUSH");
	assert_ok(dispatch_offer(D, A, j, 2, &n));
	assert_int_equal(n, 2);
	RAW("SCRIPT", "FLUSH");
	assert_string_equal(claim_id("r1"), "j0");
	RAW("SCRIPT", "FLUSH");
	assert_ok(dispatch_rate_take(D, A, "k", 1, 1000, &wait));
	assert_int_equal(wait, 0);
}

static void
test_flushall(void **state)
{
	struct dispatch_conf conf = { .address = server_socket() };
	struct dispatch *other = dispatch_open(&conf);
	struct dispatch_sweep s;

	assert_ok(dispatch_sweep_begin(D, A, 10000, 30000, &s));
	assert_true(s.is_lost);
	assert_ok(dispatch_sweep_rebuilt(D, A));
	assert_ok(dispatch_sweep_begin(D, A, 10000, 30000, &s));
	assert_false(s.is_empty);
	offer("j1", "u");
	assert_string_equal(claim_id("r1"), "j1");
	RAW("FLUSHALL");
	assert_string_equal(state_of("j1"), "absent");
	assert_string_equal(claim_id("r1"), "");
	assert_ok(dispatch_sweep_begin(D, A, 10000, 30000, &s));
	assert_true(s.is_empty && s.is_lost);
	assert_true(s.is_gap);
	offer("j1", "u");
	assert_string_equal(claim_id("r1"), "j1");
	assert_ok(dispatch_sweep_begin(D, A, 10000, 30000, &s));
	assert_true(s.is_empty);
	assert_false(s.is_lost);
	/* Once more while it is rebuilt: that rebuild was for nothing. */
	RAW("FLUSHALL");
	assert_ok(dispatch_sweep_rebuilt(D, A));
	assert_ok(dispatch_sweep_begin(D, A, 10000, 30000, &s));
	assert_true(s.is_empty && s.is_lost);
	/* Nor does one count that another process did not end. */
	RAW("DEL", "{assize}:sweep:turn");
	assert_ok(dispatch_sweep_begin(other, A, 10000, 30000, &s));
	assert_true(s.is_empty && s.is_lost);
	assert_ok(dispatch_sweep_rebuilt(D, A));
	assert_ok(dispatch_sweep_begin(other, A, 10000, 30000, &s));
	assert_true(s.is_empty);
	assert_ok(dispatch_sweep_rebuilt(other, A));
	assert_ok(dispatch_sweep_begin(other, A, 10000, 30000, &s));
	assert_false(s.is_empty);
	dispatch_close(other);
}

static void
test_killed(void **state)
{
	struct dispatch_want w = want_of("r1");
	struct dispatch_job j = job_of("j1", "u");
	struct dispatch_claim c;

	offer("j0", "u");
	server_stop();
	assert_err(dispatch_claim(D, A, &w, 1, &c), ERR_UNAVAILABLE);
	assert_err(dispatch_offer(D, A, &j, 1, NULL), ERR_UNAVAILABLE);
	assert_err(dispatch_ready(D, A), ERR_UNAVAILABLE);
	assert_int_equal(server_start(), 0);
	wait_until_back();
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	assert_string_equal(claim_id("r1"), "j1");
}

/* Restarted between two uses: a stale connection is noticed, not used. */
static void
test_restarted(void **state)
{
	offer("j1", "u");
	server_stop();
	assert_int_equal(server_start(), 0);
	offer("j1", "u");
	assert_string_equal(claim_id("r1"), "j1");
}

static void
test_wake_ends(void **state)
{
	struct dispatch_woken *woken;
	struct dispatch_wake *w;
	struct err *e = NULL;
	size_t n;

	assert_ok(dispatch_wake_open(D, A, &w));
	server_stop();
	for (int i = 0; i < 100 && e == NULL; i++) {
		clock_sleep_ms(10);
		e = dispatch_wake_read(w, A, &woken, &n);
	}
	assert_err(e, ERR_UNAVAILABLE);
	dispatch_wake_close(w);
	assert_err(dispatch_wake_open(D, A, &w), ERR_UNAVAILABLE);
	assert_int_equal(server_start(), 0);
	wait_until_back();
}

/* One that accepts and says nothing is unavailable in time. */
static void
test_silent(void **state)
{
	struct dispatch_conf conf = { .address = server_socket(),
		.command_ms = 100 };
	struct dispatch *d = dispatch_open(&conf);
	int64_t start;

	assert_ok(dispatch_ready(d, A));
	RAW("CLIENT", "PAUSE", "400");
	start = clock_mono_ms();
	assert_err(dispatch_ready(d, A), ERR_UNAVAILABLE);
	assert_in_range(clock_mono_ms() - start, 50, 350);
	clock_sleep_ms(500);
	assert_ok(dispatch_ready(d, A));
	dispatch_close(d);
}

static void
test_replica(void **state)
{
	struct dispatch_job j = job_of("j1", "u");

	RAW("REPLICAOF", "127.0.0.1", "1");
	assert_err(dispatch_offer(D, A, &j, 1, NULL), ERR_UNAVAILABLE);
	assert_err(dispatch_ready(D, A), ERR_UNAVAILABLE);
	RAW("REPLICAOF", "NO", "ONE");
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
}

static void
test_ready(void **state)
{
	assert_ok(dispatch_ready(D, A));
	RAW("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
	assert_err(dispatch_ready(D, A), ERR_UNAVAILABLE);
	RAW("CONFIG", "SET", "maxmemory-policy", "noeviction");
	assert_ok(dispatch_ready(D, A));
}

static void
test_out_of_memory(void **state)
{
	struct dispatch_job j = job_of("j1", "u");

	RAW("CONFIG", "SET", "maxmemory", "1");
	assert_err(dispatch_offer(D, A, &j, 1, NULL), ERR_UNAVAILABLE);
	RAW("CONFIG", "SET", "maxmemory", "0");
	assert_string_equal(state_of("j1"), "absent");
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
}

static void
test_password(void **state)
{
	struct dispatch_conf conf = { .address = server_socket(),
		.password = "s3cret" };
	struct dispatch *right;
	struct dispatch *wrong;

	RAW("CONFIG", "SET", "requirepass", "s3cret");
	right = dispatch_open(&conf);
	conf.password = "other";
	wrong = dispatch_open(&conf);
	assert_ok(dispatch_ready(right, A));
	assert_err(dispatch_ready(wrong, A), ERR_UNAVAILABLE);
	dispatch_close(right);
	dispatch_close(wrong);
	RAW("CONFIG", "SET", "requirepass", "");
}

static void
test_bad_address(void **state)
{
	static const char *const bad[] = { "nowhere", "host:0", "host:99999",
		"/nonexistent/socket", "127.0.0.1:1" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct dispatch_conf conf = { .address = bad[i] };
		struct dispatch *d = dispatch_open(&conf);

		assert_err(dispatch_ready(d, A), ERR_UNAVAILABLE);
		dispatch_close(d);
	}
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_script_flush),
		T(test_flushall),
		T(test_killed),
		T(test_restarted),
		T(test_wake_ends),
		T(test_silent),
		T(test_replica),
		T(test_ready),
		T(test_out_of_memory),
		T(test_password),
		T(test_bad_address),
	};

	return cmocka_run_group_tests_name("dispatch outage", tests,
	    group_setup, group_teardown);
}
