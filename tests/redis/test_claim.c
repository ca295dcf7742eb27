/*
 * Offer and claim: what is handed out, to whom, in which order.
 */
#include "tests/redis/fixture.h"

#include <unistd.h>

#include "base/clock.h"
#include "dispatch/place.h"
#include "dispatch/wake.h"

static void
test_offer_twice(void **state)
{
	struct dispatch_job j[2] = { job_of("j1", "u"), job_of("j1", "u") };
	size_t n;

	assert_ok(dispatch_offer(D, A, j, 2, &n));
	assert_int_equal(n, 1);
	assert_int_equal(RAW("ZCARD", "{assize}:q:default/c/live"), 1);
	assert_string_equal(claim_id("r1"), "j1");
	/* Also while it is leased. */
	assert_ok(dispatch_offer(D, A, j, 1, &n));
	assert_int_equal(n, 0);
	assert_string_equal(claim_id("r2"), "");
}

static void
test_claim_moves(void **state)
{
	struct dispatch_want w = want_of("r1");
	struct dispatch_claim c;
	struct dispatch_entry e;

	assert_null(claim(&w).job);
	offer("j1", "u");
	assert_string_equal(state_of("j1"), "ready");
	c = claim(&w);
	assert_string_equal(c.job, "j1");
	assert_true(dispatch_is_lease(c.lease));
	assert_false(c.is_replay);
	assert_int_equal(c.lease_ms, 30000);
	assert_int_equal(c.hard_ms, 3600000);
	assert_ok(dispatch_holder(D, A, "j1", &e));
	assert_int_equal(e.state, DISPATCH_LEASED);
	assert_string_equal(e.runner, "r1");
	assert_string_equal(e.lease, c.lease);
	assert_in_range(e.left_ms, 29000, 30000);
	/* In one place only. */
	assert_int_equal(RAW("EXISTS", "{assize}:q:default/c/live"), 0);
	assert_int_equal(RAW("EXISTS", "{assize}:ready:default"), 0);
	assert_null(claim(&w).job);
}

/* The lease's time is Redis' own, and its order is that of time. */
static void
test_lease_ids(void **state)
{
	struct dispatch_want w = want_of("r1");
	const char *last = "ls_";

	offer("j1", "u");
	for (int i = 0; i < 50; i++) {
		struct dispatch_claim c = claim(&w);
		bool done;

		assert_non_null(c.job);
		assert_true(strcmp(c.lease, last) > 0);
		last = c.lease;
		assert_ok(dispatch_release(D, A, "j1", c.lease,
		    DISPATCH_GIVEN_BACK, &done));
		assert_true(done);
	}
	/* A row's lease from a clock that was ahead. */
	struct dispatch_job j = job_of("j2", "u");

	j.lease = "ls_ffff0000000000000000000000000000";
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	assert_ok(dispatch_forget(D, A, "j1", last, NULL));
	assert_true(strcmp(claim(&w).lease, j.lease) > 0);
}

static void
test_nonce(void **state)
{
	struct dispatch_want w = want_of("r1");
	struct dispatch_claim first;
	struct dispatch_claim again;

	w.nonce = "n-1";
	offer("j1", "u");
	offer("j2", "v");
	first = claim(&w);
	again = claim(&w);
	assert_string_equal(again.job, first.job);
	assert_string_equal(again.lease, first.lease);
	assert_true(again.is_replay);
	/* Another's nonce is another nonce. */
	struct dispatch_want other = want_of("r2");

	other.nonce = "n-1";
	again = claim(&other);
	assert_string_equal(again.job, "j2");
	/* After the lease it is a claim like any other. */
	assert_ok(dispatch_release(D, A, first.job, first.lease,
	    DISPATCH_GIVEN_BACK, NULL));
	again = claim(&w);
	assert_string_equal(again.job, "j1");
	assert_string_not_equal(again.lease, first.lease);
	assert_false(again.is_replay);
}

static void
test_pool_and_language(void **state)
{
	static const char *const gpu[] = { "gpu" };
	static const char *const both[] = { "default", "gpu" };
	static const char *const python[] = { "python3" };
	struct dispatch_want w = want_of("r1");
	struct dispatch_job j = job_of("j1", "u");

	j.language = "python3";
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	offer("j2", "u");
	assert_string_equal(claim(&w).job, "j2");
	assert_null(claim(&w).job);
	assert_ok(dispatch_forget(D, A, "j1", NULL, NULL));
	j.pool = "gpu";
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	assert_null(claim(&w).job);
	w.pools = gpu;
	assert_null(claim(&w).job);
	w.languages = python;
	w.n_languages = 1;
	w.pools = want_of("r").pools;
	assert_null(claim(&w).job);
	w.pools = both;
	w.n_pools = 2;
	assert_string_equal(claim(&w).job, "j1");
}

/* One user's fifty wait; another's first comes after at most one of them. */
static void
test_fair_to_users(void **state)
{
	for (int i = 0; i < 50; i++)
		offer(arena_printf(A, "a%02d", i), "greedy");
	assert_string_equal(claim_id("r1"), "a00");
	assert_string_equal(claim_id("r1"), "a01");
	offer("b0", "modest");
	offer("b1", "modest");
	const char *next[4];
	int of_b = 0;

	for (int i = 0; i < 4; i++) {
		next[i] = claim_id("r1");
		of_b += next[i][0] == 'b';
	}
	assert_true(next[0][0] == 'b' || next[1][0] == 'b');
	/* And from then on they take turns. */
	assert_int_equal(of_b, 2);
}

/* Who comes late starts now, without credit for the time before. */
static void
test_no_credit_for_waiting(void **state)
{
	int of_b = 0;

	for (int i = 0; i < 50; i++)
		offer(arena_printf(A, "a%02d", i), "early");
	for (int i = 0; i < 20; i++)
		assert_int_equal(claim_id("r1")[0], 'a');
	for (int i = 0; i < 20; i++)
		offer(arena_printf(A, "b%02d", i), "late");
	for (int i = 0; i < 10; i++)
		of_b += claim_id("r1")[0] == 'b';
	assert_in_range(of_b, 4, 6);
}

/* Users whom virtual time has passed are forgotten; all, without work. */
static void
test_fair_forgets(void **state)
{
	for (int i = 0; i < 30; i++)
		offer(arena_printf(A, "a%02d", i), arena_printf(A, "u%d", i));
	for (int i = 0; i < 4; i++)
		offer(arena_printf(A, "b%02d", i), "u0");
	assert_int_equal(RAW("ZCARD", "{assize}:fair:default/live"), 30);
	for (int i = 0; i < 33; i++)
		assert_string_not_equal(claim_id("r1"), "");
	assert_int_equal(RAW("ZCARD", "{assize}:fair:default/live"), 1);
	assert_string_equal(claim_id("r1"), "b03");
	assert_int_equal(RAW("EXISTS", "{assize}:fair:default/live"), 0);
}

/* A job that was claimed once goes before all others, also after FLUSHALL. */
static void
test_claimed_before_goes_first(void **state)
{
	struct dispatch_job j = job_of("z", "u");

	offer("a", "v");
	j.lease = "ls_0000000000010000000000000000aaaa";
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	assert_string_equal(claim_id("r1"), "z");
	assert_string_equal(claim_id("r1"), "a");
}

/* Users in two languages: both wait for the same virtual time. */
static void
test_fair_across_languages(void **state)
{
	for (int i = 0; i < 20; i++)
		offer(arena_printf(A, "a%02d", i), arena_printf(A, "u%d", i));
	struct dispatch_job j = job_of("a05x", "w");

	j.language = "cpp";
	assert_ok(dispatch_offer(D, A, &j, 1, NULL));
	for (int i = 0; i <= 5; i++)
		assert_string_equal(claim_id("r1"),
		    arena_printf(A, "a%02d", i));
	assert_string_equal(claim_id("r1"), "a05x");
}

static void
test_classes_share(void **state)
{
	int n[DISPATCH_CLASS__MAX] = { 0 };

	for (int i = 0; i < 60; i++) {
		offer_class(arena_printf(A, "l%02d", i), "u", DISPATCH_LIVE);
		offer_class(arena_printf(A, "p%02d", i), "u",
		    DISPATCH_PRACTICE);
		offer_class(arena_printf(A, "r%02d", i), "u", DISPATCH_REJUDGE);
	}
	for (int i = 0; i < 42; i++) {
		const char *id = claim_id("r1");

		n[DISPATCH_LIVE] += id[0] == 'l';
		n[DISPATCH_PRACTICE] += id[0] == 'p';
		n[DISPATCH_REJUDGE] += id[0] == 'r';
	}
	assert_int_equal(n[DISPATCH_LIVE], 32);
	assert_int_equal(n[DISPATCH_PRACTICE], 8);
	assert_int_equal(n[DISPATCH_REJUDGE], 2);
}

/* A long rejudging does not owe live work anything, nor the reverse. */
static void
test_live_first(void **state)
{
	for (int i = 0; i < 100; i++)
		offer_class(arena_printf(A, "r%02d", i), "staff",
		    DISPATCH_REJUDGE);
	for (int i = 0; i < 50; i++)
		assert_int_equal(claim_id("r1")[0], 'r');
	for (int i = 0; i < 10; i++)
		offer(arena_printf(A, "l%d", i), arena_printf(A, "u%d", i));
	const char *a = claim_id("r1");
	const char *b = claim_id("r1");

	assert_true(a[0] == 'l' || b[0] == 'l');
}

/* Rule 14, first half: also a superseded job's lease counts. */
static void
test_not_same_submission(void **state)
{
	struct dispatch_job j[2] = { job_of("j1", "u"), job_of("j2", "u") };

	j[1].submission = j[0].submission;
	assert_ok(dispatch_offer(D, A, j, 2, NULL));
	offer("j3", "u");
	assert_string_equal(claim_id("r1"), "j1");
	assert_string_equal(claim_id("r1"), "j3");
	assert_string_equal(claim_id("r1"), "");
	assert_string_equal(claim_id("r2"), "j2");
}

static void
alive(const struct dispatch_want *w, int64_t ms)
{
	const struct dispatch_alive one = { *w, ms };

	assert_ok(dispatch_runner_seen(D, A, &one, 1));
}

/* Rule 14, second half. */
static void
test_not_again_to_same_runner(void **state)
{
	struct dispatch_want w1 = want_of("r1");
	struct dispatch_want w2 = want_of("r2");
	struct dispatch_claim c;

	offer("j1", "u");
	c = claim(&w1);
	assert_ok(dispatch_release(D, A, "j1", c.lease, DISPATCH_FAILED, NULL));
	/* Nobody else is alive: better than nothing. */
	c = claim(&w1);
	assert_string_equal(c.job, "j1");
	assert_ok(dispatch_release(D, A, "j1", c.lease, DISPATCH_FAILED, NULL));
	alive(&w2, 60000);
	assert_null(claim(&w1).job);
	offer("j2", "v");
	assert_string_equal(claim(&w1).job, "j2");
	assert_string_equal(claim(&w2).job, "j1");
	end_lease("j1");
	assert_int_equal(expire(), 1);
	/* Both had it now. */
	assert_string_equal(claim(&w1).job, "j1");
}

static void
test_live_runner_dies(void **state)
{
	struct dispatch_want w1 = want_of("r1");
	struct dispatch_want w2 = want_of("r2");
	bool served;

	assert_ok(dispatch_is_served(D, A, "default", "c", &served));
	assert_false(served);
	alive(&w2, 100);
	assert_ok(dispatch_is_served(D, A, "default", "c", &served));
	assert_true(served);
	assert_ok(dispatch_is_served(D, A, "default", "rust", &served));
	assert_false(served);
	offer("j1", "u");
	assert_ok(dispatch_release(D, A, "j1", claim(&w1).lease,
	    DISPATCH_FAILED, NULL));
	assert_null(claim(&w1).job);
	clock_sleep_ms(150);
	assert_string_equal(claim(&w1).job, "j1");
	alive(&w2, 60000);
	assert_ok(dispatch_runner_gone(D, A, &w2));
	assert_ok(dispatch_is_served(D, A, "default", "c", &served));
	assert_false(served);
}

/* Rule 20: what was acknowledged counts, a lost reply does not. */
static void
test_max_held(void **state)
{
	struct dispatch_want w = want_of("r1");
	struct dispatch_claim c;
	const char *lease;

	w.max_held = 1;
	for (int i = 0; i < 3; i++)
		offer(arena_printf(A, "j%d", i), "u");
	c = claim(&w);
	assert_non_null(claim(&w).job);
	assert_ok(dispatch_ack(D, A, "r1", c.job, c.lease, &lease));
	assert_string_equal(lease, c.lease);
	assert_null(claim(&w).job);
}

/* Many slots at once: each job once, empty ones for the rest. */
static void
test_claim_many(void **state)
{
	struct dispatch_want w[5];
	struct dispatch_claim c[5];
	int n = 0;

	for (int i = 0; i < 5; i++)
		w[i] = want_of(i % 2 == 0 ? "r1" : "r2");
	for (int i = 0; i < 3; i++)
		offer(arena_printf(A, "j%d", i), "u");
	assert_ok(dispatch_claim(D, A, w, 5, c));
	for (int i = 0; i < 5; i++) {
		n += c[i].job != NULL;
		for (int j = 0; j < i; j++)
			assert_true(c[i].job == NULL || c[j].job == NULL ||
			    strcmp(c[i].job, c[j].job) != 0);
	}
	assert_int_equal(n, 3);
}

static void
test_bad_names(void **state)
{
	static const char *const bad[] = { "", "a b", "a/b", "a,b", "a\nb",
		"\xc3\xa9" };
	struct dispatch_want w = want_of("r1");
	struct dispatch_claim c;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct dispatch_job j = job_of("j1", bad[i]);

		assert_err(dispatch_offer(D, A, &j, 1, NULL), ERR_INTERNAL);
		w.nonce = bad[i];
		assert_err(dispatch_claim(D, A, &w, 1, &c), ERR_INTERNAL);
	}
}

/* What comes next over the channel; nothing if *ret_n is 0 after a second. */
static struct dispatch_woken
next_news(struct dispatch_wake *w, size_t *ret_n)
{
	struct dispatch_woken *woken = NULL;

	*ret_n = 0;
	for (int i = 0; i < 100 && *ret_n == 0; i++) {
		clock_sleep_ms(10);
		assert_ok(dispatch_wake_read(w, A, &woken, ret_n));
	}
	return *ret_n == 0 ? (struct dispatch_woken) { 0 } : woken[0];
}

static void
check_news(struct dispatch_wake *w, enum dispatch_news news, const char *id)
{
	size_t n;
	struct dispatch_woken woken = next_news(w, &n);

	assert_int_equal(n, 1);
	assert_int_equal(woken.news, news);
	assert_string_equal(woken.id, id);
	if (news == DISPATCH_NEWS_READY)
		assert_string_equal(woken.language, "c");
}

static void
test_wake(void **state)
{
	struct dispatch_want want = want_of("r1");
	struct dispatch_woken *woken;
	struct dispatch_wake *w;
	struct dispatch_claim c;
	const char *lease;
	size_t n;

	assert_ok(dispatch_wake_open(D, A, &w));
	assert_ok(dispatch_wake_read(w, A, &woken, &n));
	assert_int_equal(n, 0);
	offer("j1", "u");
	check_news(w, DISPATCH_NEWS_READY, "default");
	c = claim(&want);
	assert_ok(dispatch_ack(D, A, "r1", "j1", NULL, &lease));
	check_news(w, DISPATCH_NEWS_SUBMISSION, "sb_j1");
	/* What was acknowledged before is no news. */
	assert_ok(dispatch_ack(D, A, "r1", "j1", NULL, &lease));
	assert_ok(dispatch_forget(D, A, "j1", c.lease, NULL));
	check_news(w, DISPATCH_NEWS_SUBMISSION, "sb_j1");
	assert_ok(dispatch_tell_gone(D, A, "rn_1"));
	check_news(w, DISPATCH_NEWS_RUNNER, "rn_1");
	dispatch_wake_close(w);
}

/* A listed heartbeat acknowledges as well. */
static void
test_wake_renewed(void **state)
{
	static const char *const jobs[] = { "j1" };
	const struct dispatch_list list = { "r1", jobs, 1, 30000 };
	struct dispatch_want want = want_of("r1");
	enum dispatch_renewal renewal;
	struct dispatch_wake *w;
	struct dispatch_claim c;

	offer("j1", "u");
	c = claim(&want);
	assert_non_null(c.job);
	assert_ok(dispatch_wake_open(D, A, &w));
	assert_ok(dispatch_renew(D, A, &list, &renewal));
	check_news(w, DISPATCH_NEWS_SUBMISSION, "sb_j1");
	dispatch_wake_close(w);
}

/* More than is taken at once, and what others may publish one day. */
static void
test_wake_many(void **state)
{
	struct dispatch_woken *woken;
	struct dispatch_wake *w;
	size_t sum = 0;
	size_t n = 0;

	assert_ok(dispatch_wake_open(D, A, &w));
	for (int i = 0; i < 5000; i++)
		RAW("PUBLISH", "{assize}:wake", "default/c/live");
	RAW("PUBLISH", "{assize}:wake", "something else");
	RAW("PUBLISH", "{assize}:wake", "submission ");
	/* Redis hands them on in its own time. */
	for (int64_t end = clock_mono_ms() + 10000;
	     n > 0 || (sum < 5000 && clock_mono_ms() < end); sum += n) {
		assert_ok(dispatch_wake_read(w, A, &woken, &n));
		assert_in_range(n, 0, 4096);
		if (n == 0)
			usleep(1000);
	}
	assert_int_equal(sum, 5000);
	dispatch_wake_close(w);
}

/* Nothing there, or nothing that fits: the one who waits must know which. */
static void
test_idle(void **state)
{
	struct dispatch_want want = want_of("r1");
	struct dispatch_claim c;

	assert_ok(dispatch_claim(D, A, &want, 1, &c));
	assert_null(c.job);
	assert_true(c.is_idle);
	offer("j1", "u");
	want.languages = (const char *const[]) { "python3" };
	want.n_languages = 1;
	assert_ok(dispatch_claim(D, A, &want, 1, &c));
	assert_true(c.is_idle);
	want = want_of("r1");
	c = claim(&want);
	assert_string_equal(c.job, "j1");
	assert_false(c.is_idle);
	want.max_held = 1;
	assert_ok(dispatch_ack(D, A, "r1", "j1", NULL, &c.lease));
	offer("j2", "u");
	assert_ok(dispatch_claim(D, A, &want, 1, &c));
	assert_null(c.job);
	assert_false(c.is_idle);
}

/* Others of its user, other users', another language's; then nobody. */
static void
test_place(void **state)
{
	struct dispatch_want want = want_of("r1");
	struct dispatch_job other = job_of("k1", "x");
	struct dispatch_place p;

	assert_ok(dispatch_place(D, A, "none", &p));
	assert_false(p.is_ready);
	offer("j1", "u");
	offer("j2", "u");
	other.language = "cpp";
	assert_ok(dispatch_offer(D, A, &other, 1, NULL));
	assert_ok(dispatch_runner_seen(D, A,
	    &(struct dispatch_alive) { want, 60000 }, 1));
	assert_ok(dispatch_place(D, A, "j2", &p));
	assert_true(p.is_ready);
	assert_int_equal(p.before, 2); /* x comes before the second of u */
	assert_int_equal(p.runners, 1);
	assert_int_equal(p.sample_n, 1);
	assert_string_equal(p.sample[0], "r1");
	assert_int_equal(p.jobs_n, 1);
	assert_string_equal(p.jobs[0], "j1");
	assert_true(p.share >= 1 && p.share <= 1);
	offer_class("j3", "u", DISPATCH_REJUDGE);
	assert_ok(dispatch_place(D, A, "j3", &p));
	assert_int_equal(p.before, 0);
	assert_true(p.share < 0.06); /* 1 of 17 */
	assert_string_equal(claim_id("r1"), "j1");
	assert_ok(dispatch_place(D, A, "j1", &p));
	assert_false(p.is_ready);
	assert_ok(dispatch_runner_gone(D, A, &want));
	assert_ok(dispatch_place(D, A, "j2", &p));
	assert_int_equal(p.runners, 0);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_offer_twice),
		T(test_claim_moves),
		T(test_lease_ids),
		T(test_nonce),
		T(test_pool_and_language),
		T(test_fair_to_users),
		T(test_no_credit_for_waiting),
		T(test_fair_forgets),
		T(test_claimed_before_goes_first),
		T(test_fair_across_languages),
		T(test_classes_share),
		T(test_live_first),
		T(test_not_same_submission),
		T(test_not_again_to_same_runner),
		T(test_live_runner_dies),
		T(test_max_held),
		T(test_claim_many),
		T(test_bad_names),
		T(test_wake),
		T(test_wake_renewed),
		T(test_wake_many),
		T(test_idle),
		T(test_place),
	};

	return cmocka_run_group_tests_name("dispatch claim", tests, group_setup,
	    group_teardown);
}
