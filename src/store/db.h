/*
 * Statements and connections.  Inside store/ only.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "base/pool.h"
#include "store/problem.h"
#include "store/queries_gen.h"
#include "store/store.h"

struct store {
	char *conninfo;
	char *options;  /* timeouts: survive every reconnect */
	int64_t cap_ms; /* for one statement, when the server is mute */
	int64_t borrow_ms;
	struct pool *pool;
};

/* Parameters, in the order of $1, $2, ... */
#define DB_ARGS_MAX 20

struct db_args {
	struct arena *arena;
	int n;
	const char *values[DB_ARGS_MAX];
	int lengths[DB_ARGS_MAX];
	int formats[DB_ARGS_MAX];
};

/* What is not NULL must live until the statement was run. */
void db_args_init(struct db_args *, struct arena *);
void db_text(struct db_args *, const char *);
void db_i64(struct db_args *, int64_t);
void db_i64_or_null(struct db_args *, const int64_t *);
void db_bool(struct db_args *, bool);
void db_bool_or_null(struct db_args *, const bool *);
void db_double(struct db_args *, double);
/* At most 1 GB. */
void db_bytes(struct db_args *, const void *, size_t);
/* A text[]; NULL if items is NULL. */
void db_texts(struct db_args *, const char *const *items, size_t n);
void db_i64s(struct db_args *, const int64_t *, size_t n);

#define DB_BYTES 1u /* answers texts and bytes, in binary */
#define DB_ONCE 2u  /* may not run twice: no retry when in doubt */
#define DB_PLAN 4u  /* planned for its values: filters that may be NULL */

/*
 * Runs a statement on a borrowed connection, again if the connection turned
 * out to be lost or another transaction was in the way.  The caller clears
 * the result (_cleanup_(db_clear)); it is NULL on failure.
 */
struct err *db_run(struct store *, struct arena *, enum queries_id,
    const struct db_args *, unsigned int flags,
    PGresult **ret_result) _must_check_;
void db_clear(PGresult **);

/* For the pool: opens a connection and prepares every statement. */
extern const struct pool_ops db_pool_ops;
/* A connection without prepared statements; the caller PQfinishes it. */
struct err *db_connect(struct arena *, const char *conninfo,
    const char *options, PGconn **ret_conn) _must_check_;

/*
 * pgerr.c: the error that a failed statement means.  *ret_lost: the
 * connection is of no more use; *ret_again: running it again may help.
 */
struct err *pgerr_of(struct arena *, const PGconn *, const PGresult *,
    const char *statement, bool *ret_lost, bool *ret_again) _must_check_;

/* -- one row of a result ------------------------------------------------- */

struct db_row {
	const PGresult *result;
	struct arena *arena;
	int row;
	int column; /* the next one */
};

struct db_row db_row(const PGresult *, struct arena *, int row);
/* Each takes the next column; texts are copied into the arena. */
const char *row_text(struct db_row *); /* NULL for NULL */
int64_t row_i64(struct db_row *, int64_t if_null);
double row_double(struct db_row *); /* NAN for NULL */
bool row_bool(struct db_row *);     /* false for NULL */
/* A text of lines as an array; none for NULL and "". */
const char *const *row_texts(struct db_row *, size_t *ret_n);
bool row_is(struct db_row *, const char *); /* the next column equals it */
/* Which of the names (a NULL ends them) the next column is; it is one. */
int row_choice(struct db_row *, const char *const *names);

/* The next six columns as a window (submission_gate.c). */
struct problem_window problem_window_take(struct db_row *);
/* The next column as a role: NULL is none (course.c). */
enum member_role row_role(struct db_row *);
/*
 * Rows of a page that was asked for with one row more than the limit;
 * *ret_more: that one came.
 */
size_t db_page(const PGresult *, size_t limit, bool *ret_more);

/* A (digest, bytes) row of DB_BYTES; NULL if there is none. */
struct store_blob *db_blob(const PGresult *, struct arena *);

#endif
