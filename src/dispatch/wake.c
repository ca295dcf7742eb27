#include "dispatch/wake.h"

#include <poll.h>

#include "dispatch/conn.h"

#define ARENA_BYTES (64u << 10)

struct dispatch_wake {
	struct arena *arena;
	redisContext *context;
};

static struct err *
subscribe(struct dispatch_wake *w, struct arena *a)
{
	const char *argv[] = { "SUBSCRIBE", "{assize}:wake" };
	redisReply *r = redisCommandArgv(w->context, 2, argv, NULL);
	struct err *e = NULL;

	if (r == NULL)
		return conn_fault(w->context, a, "SUBSCRIBE");
	if (r->type == REDIS_REPLY_ERROR)
		e = ERR_WHY(a, ERR_UNAVAILABLE, "redis: %s", r->str);
	freeReplyObject(r);
	return e;
}

struct err *
dispatch_wake_open(struct dispatch *d, struct arena *a,
    struct dispatch_wake **ret_wake)
{
	redisContext *c;
	struct arena *own;
	struct dispatch_wake *w;
	struct err *e;

	TRY(conn_open(&d->conf, a, &c));
	own = arena_new("redis subscription", ARENA_BYTES);
	w = arena_new_of(own, struct dispatch_wake);
	w->arena = own;
	w->context = c;
	e = subscribe(w, a);
	if (e != NULL) {
		dispatch_wake_close(w);
		return e;
	}
	*ret_wake = w;
	return NULL;
}

int
dispatch_wake_fd(const struct dispatch_wake *w)
{
	return w->context->fd;
}

static struct err *
take_messages(struct dispatch_wake *w, struct arena *a, size_t *n)
{
	void *r;

	for (;;) {
		if (redisGetReplyFromReader(w->context, &r) != REDIS_OK)
			return conn_fault(w->context, a, "subscription");
		if (r == NULL)
			return NULL;
		freeReplyObject(r);
		(*n)++;
	}
}

struct err *
dispatch_wake_read(struct dispatch_wake *w, struct arena *a, size_t *ret_n)
{
	struct pollfd p = { .fd = w->context->fd, .events = POLLIN };
	size_t n = 0;

	while (poll(&p, 1, 0) > 0) {
		if (redisBufferRead(w->context) != REDIS_OK)
			return conn_fault(w->context, a, "subscription");
		TRY(take_messages(w, a, &n));
	}
	*ret_n = n;
	return NULL;
}

void
dispatch_wake_close(struct dispatch_wake *w)
{
	if (w == NULL)
		return;
	redisFree(w->context);
	arena_free(w->arena);
}
