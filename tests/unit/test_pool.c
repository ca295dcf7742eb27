#include "unit.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/pool.h"

struct server {
	int opened;
	int closed;
	bool refuses;
	bool is_broken;
};

static struct server server;

static struct err *
open_one(void *ctx, struct arena *a, void **ret_conn)
{
	struct server *s = ctx;

	if (s->refuses)
		return ERR_WHY(a, ERR_UNAVAILABLE, "refused");
	s->opened++;
	*ret_conn = s;
	return NULL;
}

static void
close_one(void *conn)
{
	((struct server *)conn)->closed++;
}

static bool
is_ok(void *conn)
{
	return !((struct server *)conn)->is_broken;
}

static const struct pool_ops ops = { open_one, close_one, is_ok };

static void
connections_are_reused(void **state)
{
	UNIT_ARENA(a);
	struct pool *p = pool_new(&ops, &server, 2);
	void *c1;
	void *c2;
	void *c3;
	struct pool_stats stats;

	server = (struct server) { 0 };
	for (int i = 0; i < 5; i++) {
		assert_ok(pool_borrow(p, a, 100, &c1));
		pool_give(p, c1);
	}
	assert_int_equal(server.opened, 1);
	assert_ok(pool_borrow(p, a, 100, &c1));
	assert_ok(pool_borrow(p, a, 100, &c2));
	assert_err(pool_borrow(p, a, 20, &c3), ERR_OVERLOADED);
	pool_stats(p, &stats);
	assert_int_equal(stats.busy, 2);
	server.is_broken = true;
	pool_give(p, c1);
	pool_give(p, c2);
	assert_ok(pool_borrow(p, a, 100, &c1));
	server.is_broken = false;
	assert_int_equal(server.opened, 3);
	assert_int_equal(server.closed, 1);
	pool_give(p, c1);
	pool_free(p);
	assert_int_equal(server.closed, 3);
}

static void
a_dead_server_is_not_stormed(void **state)
{
	UNIT_ARENA(a);
	struct pool *p = pool_new(&ops, &server, 2);
	void *c;

	server = (struct server) { .refuses = true };
	assert_err(pool_borrow(p, a, 100, &c), ERR_UNAVAILABLE);
	server.refuses = false;
	assert_err(pool_borrow(p, a, 100, &c), ERR_UNAVAILABLE);
	assert_int_equal(server.opened, 0);
	clock_sleep_ms(220);
	assert_ok(pool_borrow(p, a, 100, &c));
	pool_give(p, c);
	pool_free(p);
}

static void *
give_later(void *arg)
{
	clock_sleep_ms(50);
	pool_give(arg, &server);
	return NULL;
}

static void
a_waiter_is_woken(void **state)
{
	UNIT_ARENA(a);
	struct pool *p = pool_new(&ops, &server, 1);
	pthread_t thread;
	void *c;

	server = (struct server) { 0 };
	assert_ok(pool_borrow(p, a, 100, &c));
	assert_int_equal(pthread_create(&thread, NULL, give_later, p), 0);
	assert_ok(pool_borrow(p, a, 20000, &c));
	pthread_join(thread, NULL);
	pool_give(p, c);
	pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_are_reused),
		cmocka_unit_test(a_dead_server_is_not_stormed),
		cmocka_unit_test(a_waiter_is_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
