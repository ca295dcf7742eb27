#include "store/store.h"

#include <string.h>

#include "store/db.h"
#include "store/schema.h"

#define CONNECTIONS 8
#define STATEMENT_TIMEOUT_MS 10000
#define LOCK_TIMEOUT_MS 5000
#define BORROW_TIMEOUT_MS 5000
/* How much longer than the server's own timeout we wait for its answer. */
#define CAP_BEYOND_MS 2000

static int64_t
or_else(int64_t n, int64_t fallback)
{
	return n > 0 ? n : fallback;
}

struct err *
store_open(struct arena *a, const struct store_options *o,
    struct store **ret_store)
{
	struct store *s = arena_new_of(a, struct store);
	int64_t timeout =
	    or_else(o->statement_timeout_ms, STATEMENT_TIMEOUT_MS);
	size_t n = o->connections > 0 ? o->connections : CONNECTIONS;
	struct err *e;
	void *conn;

	s->conninfo = arena_strdup(a, o->conninfo);
	s->options = arena_printf(a,
	    "-c statement_timeout=%lld"
	    " -c lock_timeout=%lld"
	    " -c idle_in_transaction_session_timeout=10000"
	    " -c search_path=public -c TimeZone=UTC -c DateStyle=ISO"
	    " -c extra_float_digits=1",
	    (long long)timeout,
	    (long long)or_else(o->lock_timeout_ms, LOCK_TIMEOUT_MS));
	s->cap_ms = timeout + CAP_BEYOND_MS;
	s->borrow_ms = or_else(o->borrow_timeout_ms, BORROW_TIMEOUT_MS);
	s->pool = pool_new(&db_pool_ops, s, n);
	e = pool_borrow(s->pool, a, s->borrow_ms, &conn);
	if (e != NULL) {
		pool_free(s->pool);
		return e;
	}
	pool_give(s->pool, conn);
	*ret_store = s;
	return NULL;
}

void
store_close(struct store *s)
{
	if (s != NULL)
		pool_free(s->pool);
}

/* Newer migrations than ours may be there: an upgrade is under way. */
struct err *
store_ready(struct store *s, struct arena *a)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	int n;

	db_args_init(&x, a);
	TRY(db_run(s, a, Q_STORE_READY, &x, 0, &r));
	n = PQntuples(r);
	if (n < schema_migrations())
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "the schema has %d migrations of %d", n,
		    schema_migrations());
	return NULL;
}

struct err *
store_standby(struct store *s, struct arena *a)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;
	bool is_named;

	db_args_init(&x, a);
	TRY(db_run(s, a, Q_STORE_STANDBY, &x, 0, &r));
	row = db_row(r, a, 0);
	is_named = row_bool(&row);
	if (!is_named || !row_bool(&row))
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "commits do not wait for a standby: see "
		    "synchronous_standby_names, synchronous_commit");
	return NULL;
}

void
store_stats(struct store *s, struct pool_stats *ret_stats)
{
	pool_stats(s->pool, ret_stats);
}
