/*
 * A Postgres of the test's own: a new cluster in a new directory, on a unix
 * socket there.  Started by root it runs as another user, because Postgres
 * refuses to be root; it dies with the test.
 */
#ifndef TESTS_SQL_PG_H
#define TESTS_SQL_PG_H

#include <stdbool.h>
#include <sys/types.h>

struct pg {
	char dir[64];
	pid_t pid;
};

/* false, with a message on standard error, if it could not be started. */
bool pg_start(struct pg *);
/* Ends it at once, keeping the directory. */
void pg_kill(struct pg *);
/* Starts it again in the same directory. */
bool pg_again(struct pg *);
/* Ends it and removes the directory. */
void pg_stop(struct pg *);
/* "host=... user=... dbname=..."; in one of a few static buffers. */
const char *pg_conninfo(const struct pg *, const char *user,
    const char *database);

#endif
