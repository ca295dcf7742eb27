#include "tests/sql/many.h"

#include "base/clock.h"

/* For all of them to get as far as the lock, connecting included. */
#define BEHIND_MS 1500

static void
start(struct many *m, void *(*fn)(void *))
{
	for (int i = 0; i < MANY; i++) {
		m[i].number = i;
		m[i].arena = arena_new("thread", (size_t)8 << 20);
		assert_int_equal(pthread_create(&m[i].thread, NULL, fn, &m[i]),
		    0);
	}
}

static void
join(struct many *m)
{
	for (int i = 0; i < MANY; i++)
		assert_int_equal(pthread_join(m[i].thread, NULL), 0);
	for (int i = 0; i < MANY; i++)
		assert_ok(m[i].error);
}

void
run_many(struct many *m, void *(*fn)(void *))
{
	start(m, fn);
	join(m);
}

void
run_many_behind(struct many *m, void *(*fn)(void *), const char *lock)
{
	PGconn *c = PQconnectdb(
	    pg_conninfo(&PG, "super", sql("SELECT current_database()")));
	PGresult *r = PQexec(c, arena_printf(A, "BEGIN; %s", lock));

	assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
	assert_true(PQntuples(r) > 0);
	start(m, fn);
	clock_sleep_ms(BEHIND_MS);
	PQclear(r);
	PQfinish(c);
	join(m);
}

int
count_many(const struct many *m, int outcome)
{
	int n = 0;

	for (int i = 0; i < MANY; i++)
		n += m[i].outcome == outcome;
	return n;
}

void
free_many(struct many *m)
{
	for (int i = 0; i < MANY; i++)
		arena_free(m[i].arena);
}
