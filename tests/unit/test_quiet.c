/*
 * Who wants a processor alone waits for those who run there, and is not
 * overtaken by those who come later.
 */
#include "unit.h"

#include <pthread.h>

#include "base/clock.h"
#include "runner/quiet.h"

static struct quiet quiet;
static struct event cancel;
static atomic_int order;

struct visitor {
	pthread_t thread;
	bool alone;
	bool was_cancelled;
	int entered; /* as the nth */
};

static void *
visit(void *arg)
{
	struct visitor *v = arg;
	UNIT_ARENA(a);

	v->was_cancelled = quiet_enter(&quiet, a, v->alone, &cancel) != NULL;
	if (!v->was_cancelled) {
		v->entered = atomic_fetch_add(&order, 1) + 1;
		quiet_leave(&quiet, v->alone);
	}
	return NULL;
}

static void
begin(struct visitor *v, bool alone)
{
	*v = (struct visitor) { .alone = alone };
	assert_int_equal(pthread_create(&v->thread, NULL, visit, v), 0);
}

static void
end(struct visitor *v)
{
	assert_int_equal(pthread_join(v->thread, NULL), 0);
}

static void
wait_until_waiting(unsigned int n)
{
	unsigned int waiting;

	do {
		pthread_mutex_lock(&quiet.lock);
		waiting = quiet.waiting;
		pthread_mutex_unlock(&quiet.lock);
	} while (waiting != n);
}

static void
together_until_somebody_wants_to_be_alone(void **state)
{
	struct visitor alone, later;
	UNIT_ARENA(a);

	assert_ok(quiet_enter(&quiet, a, false, &cancel));
	assert_ok(quiet_enter(&quiet, a, false, &cancel));
	begin(&alone, true);
	wait_until_waiting(1);
	begin(&later, false);
	clock_sleep_ms(50);
	assert_int_equal(atomic_load(&order), 0);
	quiet_leave(&quiet, false);
	clock_sleep_ms(50);
	assert_int_equal(atomic_load(&order), 0);
	quiet_leave(&quiet, false);
	end(&alone);
	end(&later);
	assert_int_equal(alone.entered, 1);
	assert_int_equal(later.entered, 2);
}

static void
who_is_cancelled_gives_way(void **state)
{
	struct visitor alone, later;
	UNIT_ARENA(a);

	assert_ok(quiet_enter(&quiet, a, false, &cancel));
	begin(&alone, true);
	wait_until_waiting(1);
	event_set(&cancel);
	end(&alone);
	assert_true(alone.was_cancelled);
	event_reset(&cancel);
	begin(&later, false);
	end(&later);
	assert_false(later.was_cancelled);
	quiet_leave(&quiet, false);
	/* Where nobody else can be there is nothing to wait for. */
	assert_ok(quiet_enter(NULL, a, true, &cancel));
	quiet_leave(NULL, true);
}

static int
setup(void **state)
{
	UNIT_ARENA(a);

	atomic_store(&order, 0);
	quiet_init(&quiet);
	return event_init(&cancel, a) == NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	event_done(&cancel);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    together_until_somebody_wants_to_be_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(who_is_cancelled_gives_way,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
