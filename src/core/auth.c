/*
 * Theory: a runner's row is asked of Redis first, by the hash of its token,
 * because idle runners poll all day.  The cache is short-lived and only a
 * cache: a claim checks the row itself, so that a revoked runner gets no job
 * from it.
 */
#include "core/auth.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "dispatch/runner.h"
#include "token/runner_token.h"
#include "wire/json.h"

#define CACHE_MS 1000
#define CACHE_BYTES (64 << 10)

struct err *
core_auth_user(const struct core *c, struct arena *a, const char *token,
    struct caller **ret_caller)
{
	struct caller *caller = arena_new_of(a, struct caller);
	struct token_claims claims;
	struct user *user;

	if (token == NULL)
		return ERR(a, ERR_UNAUTHENTICATED, "a bearer token is needed");
	if (c->verifier == NULL)
		return ERR(a, ERR_UNAUTHENTICATED,
		    "this service knows no key for tokens");
	TRY(token_verify(c->verifier, a, token, clock_wall_ms(), &claims));
	TRY(store_user_ensure(c->store, a, claims.sub, &user));
	caller->user = user;
	caller->is_admin = user->is_admin || claims.admin;
	*ret_caller = caller;
	return NULL;
}

static void
write_texts(struct json_w *w, const char *key, const char *const *p, size_t n)
{
	json_w_key(w, key);
	json_w_array(w);
	for (size_t i = 0; i < n; i++)
		json_w_str(w, p[i]);
	json_w_array_end(w);
}

/* What the dispatch needs of the row; NULL if that is too long to keep. */
static const char *
to_text(struct arena *a, const struct runner *r)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, a, CACHE_BYTES);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "id", r->id);
	json_w_key_str(&w, "name", r->name);
	write_texts(&w, "pools", r->pools, r->pools_n);
	write_texts(&w, "languages", r->languages, r->languages_n);
	json_w_key_i64(&w, "capacity", r->capacity);
	json_w_key_i64(&w, "heartbeat_s", r->heartbeat_s);
	json_w_key_str(&w, "state", r->state);
	json_w_object_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}

static int64_t
member_i64(const struct json *j, const char *name)
{
	const struct json *m = json_member(j, name);

	return m != NULL && m->kind == JSON_INT ? m->integer : 0;
}

static const char *const *
member_texts(struct arena *a, const struct json *j, const char *name,
    size_t *ret_n)
{
	const struct json *m = json_member(j, name);
	const char **texts;

	*ret_n = 0;
	if (m == NULL || m->kind != JSON_ARRAY)
		return NULL;
	texts = arena_array(a, m->n + 1, sizeof(*texts));
	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].kind == JSON_STRING)
			texts[(*ret_n)++] = m->items[i].string;
	return texts;
}

static struct runner *
from_text(struct arena *a, const char *text)
{
	struct runner *r = arena_new_of(a, struct runner);
	const struct json *j;

	if (json_parse(a, text, strlen(text), &json_limits_document, &j) !=
	    NULL)
		return NULL;
	r->id = json_member_string(j, "id");
	r->name = json_member_string(j, "name");
	r->state = json_member_string(j, "state");
	if (r->id == NULL || r->state == NULL)
		return NULL;
	r->pools = member_texts(a, j, "pools", &r->pools_n);
	r->languages = member_texts(a, j, "languages", &r->languages_n);
	r->capacity = member_i64(j, "capacity");
	r->heartbeat_s = member_i64(j, "heartbeat_s");
	return r;
}

static struct runner *
from_cache(const struct core *c, struct arena *a, const char *hash)
{
	const char *text = NULL;

	if (dispatch_runner_get(c->dispatch, a, hash, &text) != NULL ||
	    text == NULL)
		return NULL;
	return from_text(a, text);
}

static void
to_cache(const struct core *c, struct arena *a, const char *hash,
    const struct runner *r)
{
	const char *text = to_text(a, r);
	struct err *e;

	if (text == NULL)
		return;
	e = dispatch_runner_put(c->dispatch, a, hash, text, CACHE_MS);
	if (e != NULL)
		log_err(LOG_WARNING, "runner_cache_failed", e);
}

struct err *
core_auth_runner(const struct core *c, struct arena *a, const char *token,
    struct caller **ret_caller)
{
	struct caller *caller = arena_new_of(a, struct caller);
	unsigned char digest[ENC_SHA256];
	const char *hash = token_runner_hash(a, token);
	struct runner *runner;

	if (hash == NULL)
		return ERR(a, ERR_UNAUTHENTICATED,
		    "a runner's token is needed");
	runner = from_cache(c, a, hash);
	if (runner == NULL) {
		enc_sha256(token, strlen(token), digest);
		TRY(store_runner_by_token(c->store, a, digest, &runner));
		if (runner == NULL)
			return ERR(a, ERR_UNAUTHENTICATED,
			    "the runner's token is not valid");
		to_cache(c, a, hash, runner);
	}
	caller->runner = runner;
	caller->token_hash = hash;
	*ret_caller = caller;
	return NULL;
}

enum member_role
core_role(const struct caller *who, enum member_role role)
{
	return who->is_admin ? ROLE_STAFF : role;
}
