/*
 * Theory.  A connection is a PGconn in a pool.  It is made with every
 * statement prepared, so that a statement which does not fit the schema is
 * found when the program starts, and a reconnect brings them back.  A
 * connection that is not idle and well when it is wanted again is closed: it
 * was left in the middle of something, or its server went away.
 *
 * The synchronous calls of libpq wait for ever when the server is mute, and
 * over a unix socket no keepalive ends that.  So statements are sent, the
 * socket is polled up to a cap above the server's own statement_timeout, and
 * beyond it the connection is given up.  PQcancel is not used: the server
 * has ended the statement by itself by then, or it is frozen, and PQcancel
 * would wait for it without end.
 *
 * Each statement is a transaction of its own.  Whether it happened is unknown
 * when the connection was lost under it; nearly all may simply run twice (see
 * store.h), and those that may not say DB_ONCE.
 */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define TRIES 3 /* of one statement, the first included */
#define CONNECT_TIMEOUT_S "3"

static void
on_notice(void *arg, const PGresult *r)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	log_event(LOG_DEBUG, "postgres_notice", LS("text", text));
}

struct err *
db_connect(struct arena *a, const char *conninfo, const char *options,
    PGconn **ret_conn)
{
	const char *const keys[] = { "connect_timeout",
		"fallback_application_name", "dbname", "client_encoding",
		"options", NULL };
	const char *const values[] = { CONNECT_TIMEOUT_S, "assized", conninfo,
		"UTF8", options, NULL };
	PGconn *conn = PQconnectdbParams(keys, values, 1);
	struct err *e;

	assert(conn != NULL);
	if (PQstatus(conn) == CONNECTION_OK) {
		PQsetNoticeReceiver(conn, on_notice, NULL);
		*ret_conn = conn;
		return NULL;
	}
	e = ERR_WHY(a, ERR_UNAVAILABLE, "could not connect to postgres: %s",
	    PQerrorMessage(conn));
	PQfinish(conn);
	return e;
}

static struct err *
prepare_all(struct arena *a, PGconn *conn)
{
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		PGresult *r =
		    PQprepare(conn, queries[i].name, queries[i].text, 0, NULL);
		bool is_lost, again;
		struct err *e;

		if (PQresultStatus(r) == PGRES_COMMAND_OK) {
			PQclear(r);
			continue;
		}
		e = pgerr_of(a, conn, r, queries[i].name, &is_lost, &again);
		PQclear(r);
		return e;
	}
	return NULL;
}

static struct err *
open_conn(void *ctx, struct arena *a, void **ret_conn)
{
	struct store *s = ctx;
	PGconn *conn;
	struct err *e;

	TRY(db_connect(a, s->conninfo, s->options, &conn));
	e = prepare_all(a, conn);
	if (e != NULL) {
		PQfinish(conn);
		return e;
	}
	*ret_conn = conn;
	return NULL;
}

static void
close_conn(void *conn)
{
	PQfinish(conn);
}

/* Idle, and nothing has come that nobody asked for: such as its end. */
static bool
is_conn_ok(void *arg)
{
	PGconn *conn = arg;
	struct pollfd p = { .fd = PQsocket(conn), .events = POLLIN };

	if (PQstatus(conn) != CONNECTION_OK ||
	    PQtransactionStatus(conn) != PQTRANS_IDLE)
		return false;
	if (poll(&p, 1, 0) > 0)
		(void)PQconsumeInput(conn);
	return PQstatus(conn) == CONNECTION_OK && !PQisBusy(conn);
}

const struct pool_ops db_pool_ops = {
	.open = open_conn,
	.close = close_conn,
	.is_ok = is_conn_ok,
};

/* Waits until the whole answer is there; false at the cap or if it is lost. */
static bool
wait_for_answer(PGconn *conn, int64_t until_ms)
{
	for (;;) {
		int unsent = PQflush(conn);
		struct pollfd p = { .fd = PQsocket(conn),
			.events =
			    (short)(POLLIN | (unsent > 0 ? POLLOUT : 0)) };
		int64_t left = until_ms - clock_mono_ms();

		if (unsent < 0)
			return false;
		if (unsent == 0 && !PQisBusy(conn))
			return true;
		if (left <= 0)
			return false;
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return false;
		if ((p.revents & ~POLLOUT) != 0 && !PQconsumeInput(conn))
			return false;
	}
}

static bool
is_good(const PGresult *r)
{
	return PQresultStatus(r) == PGRES_TUPLES_OK ||
	    PQresultStatus(r) == PGRES_COMMAND_OK;
}

/*
 * The last result; its end is read too, so that the connection is idle.  The
 * commit comes after the rows: a server that dies in it sends them and is
 * gone, so without the end they are no answer.
 */
static PGresult *
take_result(PGconn *conn, int64_t until_ms)
{
	PGresult *last = NULL;
	bool is_ended = false;

	while (PQstatus(conn) == CONNECTION_OK) {
		PGresult *r;

		if (!wait_for_answer(conn, until_ms))
			break;
		r = PQgetResult(conn);
		if (r == NULL) {
			is_ended = PQtransactionStatus(conn) == PQTRANS_IDLE;
			break;
		}
		PQclear(last);
		last = r;
	}
	if (is_good(last) && !is_ended) {
		PQclear(last);
		return NULL;
	}
	return last;
}

struct call {
	struct store *store;
	enum queries_id id;
	const struct db_args *args;
	unsigned int flags;
};

static bool
send_call(const struct call *c, PGconn *conn)
{
	const struct db_args *x = c->args;
	int is_binary = (c->flags & DB_BYTES) != 0 ? 1 : 0;

	if ((c->flags & DB_PLAN) != 0)
		return PQsendQueryParams(conn, queries[c->id].text, x->n, NULL,
		    x->values, x->lengths, x->formats, is_binary);
	return PQsendQueryPrepared(conn, queries[c->id].name, x->n, x->values,
	    x->lengths, x->formats, is_binary);
}

/* One attempt.  NULL if the server stayed mute or is gone. */
static PGresult *
run_once(const struct call *c, PGconn *conn)
{
	int64_t until = clock_mono_ms() + c->store->cap_ms;
	PGresult *r = NULL;

	if (PQsetnonblocking(conn, 1) != 0)
		return NULL;
	if (send_call(c, conn))
		r = take_result(conn, until);
	return r;
}

static struct err *
attempt(const struct call *c, struct arena *a, PGresult **ret_result,
    bool *ret_again)
{
	void *lent;
	PGconn *conn;
	PGresult *r;
	bool is_lost;
	bool is_mute;
	struct err *e = NULL;

	*ret_again = false;
	TRY(pool_borrow(c->store->pool, a, c->store->borrow_ms, &lent));
	conn = lent;
	r = run_once(c, conn);
	is_mute = r == NULL && PQstatus(conn) == CONNECTION_OK;
	if (!is_good(r)) {
		e = pgerr_of(a, conn, r, queries[c->id].name, &is_lost,
		    ret_again);
		/* Not of a mute server: the caller waited long enough. */
		if (is_lost && (c->flags & DB_ONCE) == 0 && !is_mute)
			*ret_again = true;
		PQclear(r);
		r = NULL;
	}
	pool_give(c->store->pool, conn);
	*ret_result = r;
	return e;
}

struct err *
db_run(struct store *s, struct arena *a, enum queries_id id,
    const struct db_args *x, unsigned int flags, PGresult **ret_result)
{
	const struct call c = { s, id, x, flags };
	struct err *e = NULL;
	bool again = true;

	for (int i = 0; again && i < TRIES; i++)
		e = attempt(&c, a, ret_result, &again);
	return e;
}

void
db_clear(PGresult **r)
{
	PQclear(*r);
	*r = NULL;
}
