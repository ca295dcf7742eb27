/*
 * The pool: boxes that wait for whoever comes, and what becomes of them.
 */
#include "tests/box/boxtest.h"

#include <pthread.h>
#include <signal.h>

#include "base/clock.h"

#define OWNER "pool/test"
#define WAITERS 6
/* More than wait at once, src/box/host.c. */
#define TOO_MANY 40

static struct box_spec
pooled_spec(struct boxtest *t, const char *const *words)
{
	struct box_spec spec = boxtest_spec(t, words);

	spec.owner = OWNER;
	spec.is_pooled = true;
	return spec;
}

/* Control groups of n boxes that wait. */
static int
groups_of(struct boxtest *t, const struct box_spec *spec, size_t n)
{
	int groups;

	box_pool(t->host, spec, n);
	groups = boxtest_groups(t);
	box_forget(t->host, OWNER);
	assert_int_equal(boxtest_groups(t), 0);
	return groups;
}

struct waiter {
	struct boxtest *t;
	struct box_spec spec;
	struct err *e;
	struct box_record r;
};

static void *
run(void *arg)
{
	struct waiter *w = arg;
	struct arena *a = arena_new("waiter", (size_t)16 << 20);

	w->e = box_run(w->t->host, a, &w->spec, &w->r);
	if (w->e == NULL && w->r.exit_code != 7)
		w->e = ERR_WHY(w->t->own, ERR_INTERNAL, "another program");
	arena_free(a);
	return NULL;
}

/* Nobody fails because others were first: each waits for its own. */
static void
test_an_empty_pool_fails_nobody(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", "7", NULL };
	struct waiter waiters[WAITERS];
	pthread_t threads[WAITERS];

	for (int i = 0; i < WAITERS; i++) {
		waiters[i] =
		    (struct waiter) { .t = t, .spec = pooled_spec(t, words) };
		if (i == 0)
			box_pool(t->host, &waiters[i].spec, 1);
		assert_int_equal(pthread_create(&threads[i], NULL, run,
				     &waiters[i]),
		    0);
	}
	for (int i = 0; i < WAITERS; i++) {
		pthread_join(threads[i], NULL);
		assert_ok(waiters[i].e);
	}
	box_forget(t->host, OWNER);
}

/* One run each, then box, control group and processes are gone. */
static void
test_one_use(void **state)
{
	struct boxtest *t = *state;
	static const char *const argv[] = { "/bin/sh", "-c",
		"ls -A /tmp; echo >/tmp/mine; sleep 1000 & exit 0", NULL };
	const char *words[] = { "exit", "0", NULL };
	struct box_spec spec = pooled_spec(t, words);
	struct box_record r;

	spec.argv = argv;
	box_pool(t->host, &spec, 3);
	for (int i = 3; i > 0; i--) {
		int before;

		boxtest_wait(t, true);
		before = boxtest_groups(t);
		r = boxtest_run(t, &spec);
		boxtest_expect(&r, BOX_CAUSE_NONE);
		assert_string_equal(r.out.p, "");
		/* Its own is gone; it took no other, and left none. */
		assert_true(boxtest_groups(t) <= before);
	}
	box_forget(t->host, OWNER);
	boxtest_wait(t, false);
	assert_int_equal(boxtest_groups(t), 0);
}

static void
test_bounded(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", "0", NULL };
	struct box_spec spec = pooled_spec(t, words);
	int one = groups_of(t, &spec, 1), many = groups_of(t, &spec, TOO_MANY);

	assert_true(one > 0);
	assert_true(many > one);
	assert_true(many <= 16 * one);
}

/* What is used now has its boxes, whatever was used before. */
static void
test_the_oldest_go(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", "0", NULL };
	struct box_spec spec = pooled_spec(t, words);
	struct box_spec other = spec;
	int full, one = groups_of(t, &spec, 1);

	other.owner = OWNER "/other";
	box_pool(t->host, &spec, TOO_MANY);
	full = boxtest_groups(t);
	box_pool(t->host, &other, 2);
	assert_int_equal(boxtest_groups(t), full);
	box_forget(t->host, OWNER);
	assert_int_equal(boxtest_groups(t), 2 * one);
	box_forget(t->host, other.owner);
}

/* box_pool only begins; what was taken is built again while others run. */
static void
test_replenished(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", "7", NULL };
	struct box_spec spec = pooled_spec(t, words);
	int two;

	box_pool(t->host, &spec, 2);
	two = boxtest_groups(t);
	for (int i = 0; i < 4; i++) {
		/* Until one is ready, a run builds its own and takes none. */
		boxtest_run(t, &spec);
		box_pool(t->host, &spec, 2);
		assert_int_equal(boxtest_groups(t), two);
	}
	box_forget(t->host, OWNER);
}

/* Not even then is a process left, dead and waited for by nobody. */
static void
test_one_that_hangs(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", "7", NULL };
	struct box_spec spec = pooled_spec(t, words);

	box_pool(t->host, &spec, 1);
	boxtest_wait(t, true);
	clock_sleep_ms(200 * boxtest_slow());
	boxtest_signal(t, SIGSTOP);
	box_forget(t->host, OWNER);
	assert_int_equal(boxtest_processes(t), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, boxtest_begin, boxtest_end)
	const struct CMUnitTest tests[] = {
		TEST(test_an_empty_pool_fails_nobody),
		TEST(test_one_use),
		TEST(test_bounded),
		TEST(test_the_oldest_go),
		TEST(test_replenished),
		TEST(test_one_that_hangs),
	};

	return cmocka_run_group_tests(tests, boxtest_open, boxtest_close);
}
