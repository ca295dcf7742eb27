#include "dispatch/wake.h"

#include <poll.h>

#include "base/str.h"
#include "dispatch/conn.h"

#define ARENA_BYTES (64u << 10)
/* Taken at once. */
#define MAX_MESSAGES 4096

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

struct list {
	struct dispatch_woken *items;
	size_t n;
	size_t cap;
};

/* "pool/language/class", "submission <id>", "runner <id>". */
static bool
understand(const char *text, struct arena *a, struct dispatch_woken *ret)
{
	struct str rest = str_of(text);
	struct str first, second;

	if (strchr(text, '/') != NULL) {
		if (!str_cut(&rest, '/', &first) ||
		    !str_cut(&rest, '/', &second))
			return false;
		*ret = (struct dispatch_woken) { DISPATCH_NEWS_READY,
			str_dup(a, first), str_dup(a, second) };
		return true;
	}
	if (!str_cut(&rest, ' ', &first) || rest.n == 0)
		return false;
	if (!str_is(first, "submission") && !str_is(first, "runner"))
		return false;
	*ret = (struct dispatch_woken) {
		.news = str_is(first, "runner") ? DISPATCH_NEWS_RUNNER
						: DISPATCH_NEWS_SUBMISSION,
		.id = str_dup(a, rest),
	};
	return true;
}

/* Of "message", channel, text; what we do not know is of a later version. */
static void
take_message(const redisReply *r, struct arena *a, struct list *l)
{
	const redisReply *text = reply_at(r, 2);
	struct dispatch_woken woken;

	if (text == NULL || text->type != REDIS_REPLY_STRING ||
	    !understand(text->str, a, &woken))
		return;
	l->items = arena_grow(a, l->items, l->n, &l->cap, sizeof(woken));
	l->items[l->n++] = woken;
}

/* Those that were received already. */
static struct err *
take_messages(struct dispatch_wake *w, struct arena *a, struct list *l)
{
	void *r;

	while (l->n < MAX_MESSAGES) {
		if (redisGetReplyFromReader(w->context, &r) != REDIS_OK)
			return conn_fault(w->context, a, "subscription");
		if (r == NULL)
			return NULL;
		take_message(r, a, l);
		freeReplyObject(r);
	}
	return NULL;
}

struct err *
dispatch_wake_read(struct dispatch_wake *w, struct arena *a,
    struct dispatch_woken **ret_woken, size_t *ret_n)
{
	struct pollfd p = { .fd = w->context->fd, .events = POLLIN };
	struct list l = { 0 };

	TRY(take_messages(w, a, &l));
	while (l.n < MAX_MESSAGES && poll(&p, 1, 0) > 0) {
		if (redisBufferRead(w->context) != REDIS_OK)
			return conn_fault(w->context, a, "subscription");
		TRY(take_messages(w, a, &l));
	}
	*ret_woken = l.items;
	*ret_n = l.n;
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

static struct err *
tell(struct dispatch *d, struct arena *a, const char *kind, const char *id)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_names(a, &id, 1));
	batch_command(&b, "PUBLISH");
	batch_key(&b, "wake");
	batch_arg(&b, arena_printf(a, "%s %s", kind, id));
	return batch_run(d, &b);
}

struct err *
dispatch_tell_submission(struct dispatch *d, struct arena *a,
    const char *submission)
{
	return tell(d, a, "submission", submission);
}

struct err *
dispatch_tell_gone(struct dispatch *d, struct arena *a, const char *runner)
{
	return tell(d, a, "runner", runner);
}
