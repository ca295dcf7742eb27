#include "assized/server.h"

#include <assert.h>
#include <stdio.h>

#include "assized/problem.h"
#include "assized/route.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/audit.h"
#include "core/auth.h"
#include "core/metrics.h"

/* Beside the body: its parsed tree, lists, buffers that grow. */
#define ARENA_BESIDE_BODY ((size_t)512 << 20)

/* Half of what the web server waits for us. */
#define QUEUE_BUDGET_MS 30000
/* A web server that does not read a late answer for so long is not there. */
#define WRITE_MS 1000
/* Nor is one that takes nothing of a long answer for so long. */
#define STREAM_WRITE_MS 60000

size_t
server_arena_bytes(void)
{
	return route_largest_body() + ARENA_BESIDE_BODY;
}

static const char *
get_param(void *ctx, const char *name)
{
	return fcgi_param(ctx, name);
}

static size_t
read_body(void *ctx, void *p, size_t n)
{
	return fcgi_read(ctx, p, n);
}

static bool
write_piece(void *ctx, const void *p, size_t n)
{
	struct fcgi_conn *conn = ctx;

	return fcgi_write(conn, p, n);
}

static void
write_stream(const struct req *r, struct fcgi_conn *conn)
{
	const struct sink sink = { write_piece, conn };

	fcgi_limit(conn, STREAM_WRITE_MS);
	if (!r->resp.stream(r, &sink))
		fcgi_break(conn);
}

static void
write_answer(const struct req *r, struct fcgi_conn *conn)
{
	const char *head = resp_head(&r->resp);

	/* Who has left can ask again. */
	(void)!fcgi_write(conn, head, strlen(head));
	if (r->is_head)
		return;
	if (r->resp.stream != NULL)
		write_stream(r, conn);
	else if (r->resp.body_n > 0)
		(void)!fcgi_write(conn, r->resp.body, r->resp.body_n);
}

/* What runners ask all day long, with nothing to say of it. */
static bool
is_routine(const struct req *r)
{
	return r->route != NULL && (r->route->flags & R_OFTEN) != 0 &&
	    r->resp.status == 204;
}

/* Paths are logged as their pattern, queries never: both may hold secrets. */
static void
log_request(const struct req *r)
{
	const struct caller *c = r->caller;
	int64_t us = clock_mono_us() - r->start_us;

	assert(r->resp.status >= 100 && r->resp.status < 600);
	metrics_count(METRIC_REQUESTS, (size_t)r->resp.status / 100 - 1);
	log_event(is_routine(r) ? LOG_DEBUG : LOG_INFO, "request",
	    LS("request", r->id),
	    LS("method",
		r->route != NULL && !r->is_head
		    ? method_name(r->route->method)
		    : req_param(r, "REQUEST_METHOD")),
	    LS("route", r->route == NULL ? "-" : r->route->path),
	    LI("status", r->resp.status), LD("ms", (double)us / 1000),
	    LI("bytes_in", (int64_t)r->body.n),
	    LI("bytes_out", (int64_t)r->resp.body_n),
	    LS("user", c != NULL && c->user != NULL ? c->user->name : NULL),
	    LS("runner",
		c != NULL && c->runner != NULL ? c->runner->id : NULL));
}

/*
 * A request that waited this long in the queue is refused at once: its client
 * is about to give up, and those behind it need not wait for it.
 */
static bool
is_stale(const struct req *r)
{
	return clock_wall_ms() - r->received_ms > QUEUE_BUDGET_MS;
}

/* What its owner needs once the arena of this request is reset. */
static struct parked *
to_parked(const struct req *r, struct fcgi_conn *conn)
{
	struct arena *a = fcgi_arena(conn);
	struct parked *p = arena_new_of(a, struct parked);
	const char *nonce =
	    r->park.kind != PARK_JOB ? NULL : query_text(&r->query, "nonce");

	p->conn = conn;
	p->kind = r->park.kind;
	p->key = r->park.key == NULL ? NULL : arena_strdup(a, r->park.key);
	p->seen = r->park.seen == NULL ? NULL : arena_strdup(a, r->park.seen);
	p->news = r->park.news;
	p->nonce = nonce == NULL ? NULL : arena_strdup(a, nonce);
	p->deadline_ms = r->start_us / 1000 + r->park.wait_s * 1000;
	p->route = r->route;
	p->caller = core_caller_copy(a, r->caller);
	p->id = arena_strdup(a, r->id);
	p->start_us = r->start_us;
	return p;
}

/* False: what has been found is the answer. */
static bool
park(struct req *r, struct fcgi_conn *conn)
{
	if (r->park.wait_s <= 0 || r->is_head)
		return false;
	switch (park_reserve(r->app->park)) {
	case PARK_ROOM:
		fcgi_keep(conn, WRITE_MS);
		park_put(r->app->park, to_parked(r, conn));
		return true;
	case PARK_FULL:
		resp_retry_after(&r->resp, r->app->core->poll_s);
		return false;
	case PARK_CLOSED:
		break;
	}
	return false;
}

bool
server_serve(void *ctx, struct arena *a, struct fcgi_conn *conn)
{
	const struct req_source source = { conn, get_param, read_body };
	struct req r;

	req_init(&r, a, ctx, &source);
	if (is_stale(&r))
		problem_answer(&r,
		    ERR(a, ERR_OVERLOADED, "waited too long in the queue"));
	else
		route_serve(&r, routes);
	if (park(&r, conn))
		return false;
	write_answer(&r, conn);
	log_request(&r);
	return true;
}

static const char *
get_nothing(void *ctx, const char *name)
{
	return NULL;
}

static size_t
read_nothing(void *ctx, void *p, size_t n)
{
	return 0;
}

void
server_revive(struct app *app, struct arena *a, const struct parked *p,
    struct req *ret_req)
{
	static const struct req_source source = { NULL, get_nothing,
		read_nothing };

	req_init(ret_req, a, app, &source);
	ret_req->id = p->id;
	ret_req->start_us = p->start_us;
	ret_req->route = p->route;
	ret_req->caller = p->caller;
}

bool
server_answer(const struct req *r, const struct parked *p)
{
	bool is_sent;

	write_answer(r, p->conn);
	is_sent = fcgi_flush(p->conn);
	log_request(r);
	return is_sent;
}

struct err *
server_audit(struct arena *a, const struct core *core)
{
	struct audit found;

	TRY(core_audit(core, a, &found));
	for (size_t i = 0; i < found.n; i++) {
		const struct audit_difference *d = &found.items[i];

		printf("%s: row %s %s, entry %s %s\n", d->job,
		    d->row == NULL ? "none" : d->row,
		    d->row_lease == NULL ? "-" : d->row_lease, d->entry,
		    d->entry_lease == NULL ? "-" : d->entry_lease);
	}
	printf("%zu live rows, %zu entries, %zu differences\n", found.rows,
	    found.entries, found.n);
	if (found.n > 0)
		return ERR(a, ERR_CONFLICT, "the stores differ");
	return NULL;
}
