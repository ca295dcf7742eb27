/*
 * A connection is used by one thread at a time and thrown away after the
 * first fault: hiredis would hand out the replies of the command before.
 */
#include "dispatch/conn.h"

#include <assert.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/time.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/rand.h"
#include "base/str.h"
#include "dispatch/lua_scripts.h"

#define SHA_TEXT 41
#define MAX_PARTS 5
#define ARENA_BYTES (1u << 20)

/* A script is its parts, one after the other, and named by their hash. */
static const struct {
	enum lua_id part[MAX_PARTS];
	size_t n;
} scripts[SCRIPT__MAX] = {
	/* clang-format off */
	[SCRIPT_OFFER] = { { LUA_ENTRY, LUA_LEASE, LUA_FRESH, LUA_OFFER }, 4 },
	[SCRIPT_CLAIM] = { { LUA_ENTRY, LUA_LEASE, LUA_TAKE, LUA_CHOOSE,
	    LUA_CLAIM }, 5 },
	[SCRIPT_RENEW] = { { LUA_ENTRY, LUA_LEASE, LUA_RENEW }, 3 },
	[SCRIPT_ACK] = { { LUA_ENTRY, LUA_LEASE, LUA_ACK }, 3 },
	[SCRIPT_RESTORE] = { { LUA_ENTRY, LUA_LEASE, LUA_FRESH, LUA_RESTORE },
	    4 },
	[SCRIPT_RELEASE] = { { LUA_ENTRY, LUA_LEASE, LUA_RELEASE }, 3 },
	[SCRIPT_RECALL] = { { LUA_ENTRY, LUA_LEASE, LUA_RECALL }, 3 },
	[SCRIPT_FORGET] = { { LUA_ENTRY, LUA_LEASE, LUA_FORGET }, 3 },
	[SCRIPT_EXPIRE] = { { LUA_ENTRY, LUA_LEASE, LUA_EXPIRE }, 3 },
	[SCRIPT_SWEEP_BEGIN] = { { LUA_ENTRY, LUA_SWEEP_BEGIN }, 2 },
	[SCRIPT_SWEEP_REBUILT] = { { LUA_ENTRY, LUA_SWEEP_REBUILT }, 2 },
	[SCRIPT_SEEN] = { { LUA_ENTRY, LUA_SEEN }, 2 },
	[SCRIPT_METRICS_ADD] = { { LUA_ENTRY, LUA_METRICS_ADD }, 2 },
	[SCRIPT_METRICS_READ] = { { LUA_ENTRY, LUA_METRICS_READ }, 2 },
	[SCRIPT_RATE] = { { LUA_ENTRY, LUA_RATE }, 2 },
	[SCRIPT_PLACE] = { { LUA_ENTRY, LUA_CHOOSE, LUA_PLACE }, 3 },
	[SCRIPT_PROGRESS] = { { LUA_ENTRY, LUA_PROGRESS }, 2 },
	/* clang-format on */
};

struct conn {
	struct arena *arena;
	redisContext *context;
	bool is_broken;
	char sha[SCRIPT__MAX][SHA_TEXT];
};

static void
free_reply(redisReply **r)
{
	if (*r != NULL)
		freeReplyObject(*r);
}

struct err *
conn_fault(redisContext *c, struct arena *a, const char *doing)
{
	return ERR_WHY(a, ERR_UNAVAILABLE, "redis: %s: %s", doing,
	    c == NULL ? "out of memory" : c->errstr);
}

/* What an error reply means; prefixes of the server's own. */
static struct err *
refusal(struct arena *a, const redisReply *r)
{
	static const char *const ours[] = { "ERR ", "WRONGTYPE ", "NOSCRIPT " };
	enum err_code code = ERR_UNAVAILABLE;

	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		if (str_has_prefix(r->str, ours[i]))
			code = ERR_INTERNAL;
	}
	return ERR_WHY(a, code, "redis: %s", r->str);
}

/* Errors after which another connection may reach another server. */
static bool
is_misplaced(const redisReply *r)
{
	static const char *const elsewhere[] = { "READONLY ", "LOADING ",
		"MASTERDOWN ", "NOAUTH ", "CLUSTERDOWN ", "UNBLOCKED " };

	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		if (str_has_prefix(r->str, elsewhere[i]))
			return true;
	}
	return false;
}

static struct timeval
timeval_of(int64_t ms)
{
	return (struct timeval) { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };
}

static struct err *
connect_to(const struct dispatch_conf *conf, struct arena *a,
    redisContext **ret_context)
{
	struct timeval t = timeval_of(conf->connect_ms);
	const char *colon = strrchr(conf->address, ':');
	int64_t port;

	if (conf->address[0] == '/') {
		*ret_context = redisConnectUnixWithTimeout(conf->address, t);
		return NULL;
	}
	if (colon == NULL || !str_to_i64(colon + 1, 1, 65535, &port))
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "redis: neither a path nor host:port: %s", conf->address);
	*ret_context =
	    redisConnectWithTimeout(arena_memdup(a, conf->address,
					(size_t)(colon - conf->address)),
		(int)port, t);
	return NULL;
}

/* One command whose reply only has to be no error. */
static struct err *
run_simple(redisContext *c, struct arena *a, const char *const *argv, int n)
{
	_cleanup_(free_reply) redisReply *r = NULL;

	r = redisCommandArgv(c, n, (const char **)(uintptr_t)argv, NULL);
	if (r == NULL)
		return conn_fault(c, a, argv[0]);
	return r->type == REDIS_REPLY_ERROR ? refusal(a, r) : NULL;
}

struct err *
conn_open(const struct dispatch_conf *conf, struct arena *a,
    redisContext **ret_context)
{
	const char *const auth[] = { "AUTH", conf->password };
	const char *const name[] = { "CLIENT", "SETNAME", "assize" };
	struct err *e;
	redisContext *c = NULL;

	TRY(connect_to(conf, a, &c));
	if (c == NULL || c->err != 0 ||
	    redisSetTimeout(c, timeval_of(conf->command_ms)) != REDIS_OK) {
		e = conn_fault(c, a, conf->address);
		if (c != NULL)
			redisFree(c);
		return e;
	}
	e = conf->password == NULL ? NULL : run_simple(c, a, auth, 2);
	if (e == NULL)
		e = run_simple(c, a, name, 3);
	if (e != NULL) {
		redisFree(c);
		return e;
	}
	*ret_context = c;
	return NULL;
}

static struct err *
load_script(struct conn *c, struct arena *a, enum script s)
{
	_cleanup_(free_reply) redisReply *r = NULL;
	const char *argv[3] = { "SCRIPT", "LOAD", NULL };
	struct buf text;

	buf_init(&text, a, 64 << 10);
	for (size_t i = 0; i < scripts[s].n; i++)
		buf_puts(&text, lua[scripts[s].part[i]].text);
	assert(!buf_overflowed(&text));
	argv[2] = text.p;
	r = redisCommandArgv(c->context, 3, argv, NULL);
	if (r == NULL)
		return conn_fault(c->context, a, "SCRIPT LOAD");
	if (r->type == REDIS_REPLY_ERROR)
		return refusal(a, r);
	assert((size_t)r->len == SHA_TEXT - 1);
	memcpy(c->sha[s], r->str, SHA_TEXT);
	return NULL;
}

static struct err *
load_scripts(struct conn *c, struct arena *a)
{
	for (enum script s = 0; s < SCRIPT__MAX; s++)
		TRY(load_script(c, a, s));
	return NULL;
}

static void
close_conn(void *conn)
{
	struct conn *c = conn;

	if (c->context != NULL)
		redisFree(c->context);
	arena_free(c->arena);
}

static struct err *
open_conn(void *ctx, struct arena *a, void **ret_conn)
{
	const struct dispatch *d = ctx;
	struct arena *own = arena_new("redis connection", ARENA_BYTES);
	struct conn *c = arena_new_of(own, struct conn);
	struct err *e;

	c->arena = own;
	e = conn_open(&d->conf, a, &c->context);
	if (e == NULL)
		e = load_scripts(c, a);
	if (e != NULL) {
		close_conn(c);
		return e;
	}
	*ret_conn = c;
	return NULL;
}

/* Nothing is said on an idle connection but that it ends. */
static bool
conn_is_ok(void *conn)
{
	const struct conn *c = conn;
	struct pollfd p = { .fd = c->context->fd, .events = POLLIN };

	return !c->is_broken && c->context->err == 0 && poll(&p, 1, 0) == 0;
}

static const struct pool_ops redis_ops = { open_conn, close_conn, conn_is_ok };

struct dispatch *
dispatch_open(const struct dispatch_conf *conf)
{
	struct arena *own = arena_new("dispatch", ARENA_BYTES);
	struct dispatch *d = arena_new_of(own, struct dispatch);
	unsigned char random[16];

	d->arena = own;
	d->conf = *conf;
	d->conf.address = arena_strdup(own, conf->address);
	if (conf->password != NULL)
		d->conf.password = arena_strdup(own, conf->password);
	if (d->conf.pool_size == 0)
		d->conf.pool_size = 8;
	if (d->conf.connect_ms == 0)
		d->conf.connect_ms = 1000;
	if (d->conf.command_ms == 0)
		d->conf.command_ms = 2000;
	if (d->conf.borrow_ms == 0)
		d->conf.borrow_ms = 1000;
	rand_bytes(random, sizeof(random));
	memcpy(d->token, enc_hex(own, random, sizeof(random)),
	    sizeof(d->token));
	d->pool = pool_new(&redis_ops, d, d->conf.pool_size);
	return d;
}

void
dispatch_close(struct dispatch *d)
{
	if (d == NULL)
		return;
	pool_free(d->pool);
	arena_free(d->arena);
}

/* Queues command i; scripts get EVALSHA, their hash and number of keys. */
static int
send_command(struct conn *c, const struct command *m)
{
	if (m->script != SCRIPT__MAX) {
		m->arg[1] = c->sha[m->script];
		m->len[1] = SHA_TEXT - 1;
	}
	return redisAppendCommandArgv(c->context, (int)m->n, m->arg, m->len);
}

/*
 * Not too many before their replies are read: both sides could wait for the
 * other to read first.
 */
#define PIPELINE 128

static struct err *
exchange(struct conn *c, struct batch *b, size_t from, size_t to)
{
	void *r;

	for (size_t i = from; i < to; i++) {
		if (send_command(c, &b->commands[i]) != REDIS_OK)
			return conn_fault(c->context, b->arena, "sending");
	}
	for (size_t i = from; i < to; i++) {
		if (redisGetReply(c->context, &r) != REDIS_OK || r == NULL)
			return conn_fault(c->context, b->arena, "reply");
		if (b->replies[i] != NULL)
			freeReplyObject(b->replies[i]);
		b->replies[i] = r;
	}
	return NULL;
}

static struct err *
check_reply(struct conn *c, struct batch *b, size_t i)
{
	const struct command *m = &b->commands[i];

	if (b->replies[i]->type == REDIS_REPLY_ERROR &&
	    m->script != SCRIPT__MAX &&
	    str_has_prefix(b->replies[i]->str, "NOSCRIPT ")) {
		TRY(load_script(c, b->arena, m->script));
		TRY(exchange(c, b, i, i + 1));
	}
	if (b->replies[i]->type != REDIS_REPLY_ERROR)
		return NULL;
	if (is_misplaced(b->replies[i]))
		c->is_broken = true;
	return refusal(b->arena, b->replies[i]);
}

static struct err *
run_on(struct conn *c, struct batch *b)
{
	struct err *first = NULL;

	for (size_t from = 0; from < b->n; from += PIPELINE) {
		size_t to = from + PIPELINE < b->n ? from + PIPELINE : b->n;

		TRY(exchange(c, b, from, to));
		for (size_t i = from; i < to; i++) {
			struct err *e = check_reply(c, b, i);

			if (first == NULL)
				first = e;
		}
		if (first != NULL)
			return first;
	}
	return NULL;
}

struct err *
batch_run(struct dispatch *d, struct batch *b)
{
	void *conn;
	struct conn *c;
	struct err *e;

	if (b->n == 0)
		return NULL;
	assert(b->replies == NULL);
	b->replies = arena_array(b->arena, b->n, sizeof(b->replies[0]));
	TRY(pool_borrow(d->pool, b->arena, d->conf.borrow_ms, &conn));
	c = conn;
	e = run_on(c, b);
	pool_give(d->pool, c);
	return e;
}
