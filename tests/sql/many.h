/*
 * The same thread function twenty times at once.
 */
#ifndef TESTS_SQL_MANY_H
#define TESTS_SQL_MANY_H

#include <pthread.h>

#include "tests/sql/fixture.h"

#define MANY 20

struct many {
	pthread_t thread;
	struct arena *arena;
	struct err *error;
	int number;
	const char *job;
	const char *runner;
	int outcome;
	const char *id;
};

/* Runs fn(&m[i]) in MANY threads; fails if one of them set an error. */
void run_many(struct many *, void *(*fn)(void *));
/*
 * The same while this SELECT ... FOR UPDATE holds rows that all of them need,
 * so that they meet there, whatever they have read before it.
 */
void run_many_behind(struct many *, void *(*fn)(void *), const char *lock);
/* How many had this outcome. */
int count_many(const struct many *, int outcome);
void free_many(struct many *);

#endif
