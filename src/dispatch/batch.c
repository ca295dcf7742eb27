#include "dispatch/conn.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>

#include "base/str.h"

#define KEY_PREFIX "{assize}:"

void
batch_init(struct batch *b, struct arena *a)
{
	*b = (struct batch) { .arena = a };
}

void
batch_done(struct batch *b)
{
	for (size_t i = 0; b->replies != NULL && i < b->n; i++) {
		if (b->replies[i] != NULL)
			freeReplyObject(b->replies[i]);
	}
}

/* Takes over an argument that is in the arena already. */
static void
add_arg(struct batch *b, const char *p)
{
	struct command *m;
	size_t cap;

	assert(b->n > 0 && p != NULL);
	m = &b->commands[b->n - 1];
	cap = m->cap;
	m->arg = arena_grow(b->arena, m->arg, m->n, &m->cap, sizeof(char *));
	m->len = arena_grow(b->arena, m->len, m->n, &cap, sizeof(size_t));
	assert(cap == m->cap);
	m->arg[m->n] = p;
	m->len[m->n] = strlen(p);
	m->n++;
}

static void
start(struct batch *b, enum script s)
{
	assert(b->replies == NULL);
	b->commands = arena_grow(b->arena, b->commands, b->n, &b->cap,
	    sizeof(b->commands[0]));
	b->commands[b->n] = (struct command) { .script = s };
	b->n++;
}

void
batch_command(struct batch *b, const char *name)
{
	start(b, SCRIPT__MAX);
	add_arg(b, name);
}

void
batch_script(struct batch *b, enum script s, size_t n_keys)
{
	start(b, s);
	add_arg(b, "EVALSHA");
	add_arg(b, "");
	add_arg(b, arena_printf(b->arena, "%zu", n_keys));
}

void
batch_arg(struct batch *b, const char *arg)
{
	add_arg(b, arena_strdup(b->arena, arg));
}

void
batch_int(struct batch *b, int64_t i)
{
	add_arg(b, arena_printf(b->arena, "%" PRId64, i));
}

void
batch_key(struct batch *b, const char *fmt, ...)
{
	char *rest;
	va_list ap;

	va_start(ap, fmt);
	rest = arena_vprintf(b->arena, fmt, ap);
	va_end(ap);
	add_arg(b, arena_printf(b->arena, "%s%s", KEY_PREFIX, rest));
}

int64_t
reply_int(const redisReply *r)
{
	int64_t i = 0;

	if (r != NULL && r->type == REDIS_REPLY_INTEGER)
		return r->integer;
	if (r != NULL && r->type == REDIS_REPLY_STRING &&
	    str_to_i64(r->str, INT64_MIN, INT64_MAX, &i))
		return i;
	return 0;
}

char *
reply_text(const redisReply *r, struct arena *a)
{
	if (r == NULL ||
	    (r->type != REDIS_REPLY_STRING && r->type != REDIS_REPLY_STATUS))
		return NULL;
	return arena_memdup(a, r->str, (size_t)r->len);
}

size_t
reply_count(const redisReply *r)
{
	return r != NULL && r->type == REDIS_REPLY_ARRAY ? r->elements : 0;
}

const redisReply *
reply_at(const redisReply *r, size_t i)
{
	return i < reply_count(r) ? r->element[i] : NULL;
}

int64_t
reply_time(const redisReply *r)
{
	return reply_int(reply_at(r, 0)) * 1000 +
	    reply_int(reply_at(r, 1)) / 1000;
}

static bool
is_name(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '/' || s[i] == ',')
			return false;
	}
	return n > 0 && n <= DISPATCH_NAME_MAX;
}

struct err *
check_names(struct arena *a, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_name(names[i]))
			return ERR_WHY(a, ERR_INTERNAL,
			    "not a name for redis: \"%s\"", names[i]);
	}
	return NULL;
}

bool
dispatch_is_lease(const char *s)
{
	if (strlen(s) != DISPATCH_LEASE_LEN || !str_has_prefix(s, "ls_"))
		return false;
	for (size_t i = 3; s[i] != '\0'; i++) {
		if (strchr("0123456789abcdef", s[i]) == NULL)
			return false;
	}
	return true;
}
