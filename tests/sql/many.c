#include "tests/sql/many.h"

void
run_many(struct many *m, void *(*fn)(void *))
{
	for (int i = 0; i < MANY; i++) {
		m[i].number = i;
		m[i].arena = arena_new("thread", (size_t)8 << 20);
		assert_int_equal(pthread_create(&m[i].thread, NULL, fn, &m[i]),
		    0);
	}
	for (int i = 0; i < MANY; i++)
		assert_int_equal(pthread_join(m[i].thread, NULL), 0);
	for (int i = 0; i < MANY; i++)
		assert_ok(m[i].error);
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
