#include "assized/server.h"

#include "assized/problem.h"
#include "assized/route.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/auth.h"

/* Beside the body: its parsed tree, lists, buffers that grow. */
#define ARENA_BESIDE_BODY ((size_t)512 << 20)

/* Half of what the web server waits for us. */
#define QUEUE_BUDGET_MS 30000

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

static void
write_answer(const struct req *r, struct fcgi_conn *conn)
{
	const char *head = resp_head(&r->resp);

	fcgi_write(conn, head, strlen(head));
	if (!r->is_head && r->resp.body_n > 0)
		fcgi_write(conn, r->resp.body, r->resp.body_n);
}

/* Paths are logged as their pattern, queries never: both may hold secrets. */
static void
log_request(const struct req *r)
{
	const struct caller *c = r->caller;
	int64_t us = clock_mono_us() - r->start_us;

	log_event(LOG_INFO, "request", LS("request", r->id),
	    LS("method", req_param(r, "REQUEST_METHOD")),
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

void
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
	write_answer(&r, conn);
	log_request(&r);
}
