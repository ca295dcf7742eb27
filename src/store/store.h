/*
 * Postgres: the truth.  This directory is the only one that knows libpq.
 *
 * Each function here asks one question in one round trip, borrows a
 * connection for that long and gives it back; all of them may be called from
 * any thread.  Results live in the caller's arena.  Absence is a result
 * (NULL), not an error, unless the function says so.  What every function
 * may return besides what it names:
 *
 *	ERR_UNAVAILABLE	no connection, a timeout, a server going down
 *	ERR_OVERLOADED	no connection became free
 *	ERR_RETRY	two requests met in the database, and again on retry
 *	ERR_REQUEST	a text that Postgres refuses (not UTF-8, U+0000)
 *
 * After ERR_UNAVAILABLE from a function that writes, it is unknown whether
 * the write happened.  All of them may be repeated with the same arguments.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"

struct store;

struct store_options {
	const char *conninfo;         /* of libpq */
	size_t connections;           /* at most; 0: 8 */
	int64_t statement_timeout_ms; /* the server's; 0: 10000 */
	int64_t lock_timeout_ms;      /* the server's; 0: 5000 */
	int64_t borrow_timeout_ms;    /* for a free connection; 0: 5000 */
};

/*
 * Connects once, to find out whether all statements can be prepared.  The
 * store lives until store_close; the options are copied into the arena.
 */
struct err *store_open(struct arena *, const struct store_options *,
    struct store **ret_store) _must_check_;
/* NULL is fine.  Nothing may be running in it any more. */
void store_close(struct store *);
/* Does it answer, and has it the tables of this version of the program? */
struct err *store_ready(struct store *, struct arena *) _must_check_;
/*
 * ERR_UNAVAILABLE unless commits wait for a standby (rule 24 of
 * docs/dispatch.md).
 */
struct err *store_standby(struct store *, struct arena *) _must_check_;
void store_stats(struct store *, struct pool_stats *ret_stats);

struct store_migration {
	int version;  /* of the schema afterwards */
	int applied;  /* migrations applied now */
	int replaced; /* views and functions put in place now */
};

/*
 * Brings the database that conninfo names to this program's schema, as a role
 * that is a superuser or a member of assize_owner.  Several may run at once:
 * one does the work.  ERR_CONFLICT if an applied migration's text was changed
 * or the database is newer than the program.
 */
struct err *store_migrate(struct arena *, const char *conninfo,
    struct store_migration *ret_migration) _must_check_;

/* Bytes from the database; digest is 64 hexadecimal digits. */
struct store_blob {
	const char *digest;
	const void *p;
	size_t n;
};

#endif
