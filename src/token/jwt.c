/*
 * Theory of operation.  libjwt takes the algorithm from the token, checks no
 * claim, and with an empty key accepts everything.  So it is asked one thing
 * only, whether the signature is good under this key, after header and
 * claims were read here, the key was chosen by kid, and the header's
 * algorithm was found to be the key's own.
 */
#include "token/jwt.h"

#include <assert.h>
#include <jwt.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "token/cache.h"
#include "token/claims.h"
#include "token/keys.h"
#include "wire/names.h"

#define CACHE_ARENA_SPARE ((size_t)64 << 10)
#define CACHE_SLOT_MOST ((size_t)512)

struct token_verifier {
	struct arena *arena;
	const struct token_keys *keys;
	struct token_wanted wanted;
	pthread_mutex_t lock; /* guards the next one */
	struct token_cache *cache;
};

static const jwt_alg_t jwt_algs[TOKEN_ALG__MAX] = {
	[TOKEN_HS256] = JWT_ALG_HS256,
	[TOKEN_RS256] = JWT_ALG_RS256,
	[TOKEN_ES256] = JWT_ALG_ES256,
};

static void
free_jwtp(jwt_t **j)
{
	jwt_free(*j);
}

static void
free_encodedp(char **s)
{
	free(*s); /* libjwt has no function for it */
}

struct token_verifier *
token_verifier_new(const struct token_keys *keys,
    const struct token_wanted *wanted, size_t cache_max)
{
	struct arena *a = arena_new("token verifier",
	    CACHE_ARENA_SPARE + cache_max * CACHE_SLOT_MOST);
	struct token_verifier *v = arena_new_of(a, struct token_verifier);

	v->arena = a;
	v->keys = keys;
	v->wanted = *wanted;
	if (wanted->issuer != NULL)
		v->wanted.issuer = arena_strdup(a, wanted->issuer);
	if (wanted->audience != NULL)
		v->wanted.audience = arena_strdup(a, wanted->audience);
	v->cache = token_cache_new(a, cache_max);
	pthread_mutex_init(&v->lock, NULL);
	return v;
}

void
token_verifier_free(struct token_verifier *v)
{
	if (v == NULL)
		return;
	pthread_mutex_destroy(&v->lock);
	arena_free(v->arena);
}

static const char *
check_header(const struct token_keys *keys, const struct json *header,
    const struct token_key **ret_key)
{
	const char *kid = json_member_string(header, "kid");
	const char *alg = json_member_string(header, "alg");
	const struct token_key *key;

	if (json_member(header, "crit") != NULL)
		return "header has crit";
	if (kid == NULL || alg == NULL)
		return "header lacks kid or alg";
	key = token_key_find(keys, kid);
	if (key == NULL)
		return "kid is unknown";
	if (strcmp(alg, token_alg_name(key->alg)) != 0)
		return "alg is not the key's";
	*ret_key = key;
	return NULL;
}

static const char *
check_signature(const struct token_key *key, const char *token)
{
	_cleanup_(free_jwtp) jwt_t *j = NULL;

	assert(key->n > 0);
	if (jwt_decode(&j, token, (const unsigned char *)key->p, (int)key->n) !=
	    0)
		return "signature is wrong";
	if (jwt_get_alg(j) != jwt_algs[key->alg])
		return "alg changed while it was read";
	return NULL;
}

static const char *
check_token(const struct token_verifier *v, struct arena *a, const char *token,
    int64_t now_s, struct token_claims *ret)
{
	struct token_parts parts;
	const struct token_key *key;
	const char *why;

	why = token_parts_read(a, token, &parts);
	if (why == NULL)
		why = check_header(v->keys, parts.header, &key);
	if (why == NULL)
		why = check_signature(key, token);
	if (why == NULL)
		why =
		    token_claims_read(a, parts.claims, &v->wanted, now_s, ret);
	if (why != NULL)
		return why;
	ret->kid = key->kid;
	ret->admin = ret->admin && key->admin;
	return NULL;
}

static bool
look_up(struct token_verifier *v, struct arena *a,
    const unsigned char digest[ENC_SHA256], struct token_claims *ret)
{
	bool known;

	pthread_mutex_lock(&v->lock);
	known = token_cache_get(v->cache, a, digest, ret);
	pthread_mutex_unlock(&v->lock);
	return known;
}

static void
remember(struct token_verifier *v, const unsigned char digest[ENC_SHA256],
    const struct token_claims *claims)
{
	pthread_mutex_lock(&v->lock);
	token_cache_put(v->cache, digest, claims);
	pthread_mutex_unlock(&v->lock);
}

struct err *
token_verify(struct token_verifier *v, struct arena *a, const char *token,
    int64_t now_ms, struct token_claims *ret_claims)
{
	unsigned char digest[ENC_SHA256];
	struct token_claims claims = { 0 };
	int64_t now_s = now_ms / 1000;
	const char *why;

	enc_sha256(token, strlen(token), digest);
	if (look_up(v, a, digest, &claims) &&
	    now_s < claims.exp_s + TOKEN_LEEWAY_S) {
		*ret_claims = claims;
		return NULL;
	}
	claims = (struct token_claims) { 0 };
	why = check_token(v, a, token, now_s, &claims);
	if (why != NULL)
		return err_because(a,
		    ERR(a, ERR_UNAUTHENTICATED,
			"the token is not valid or has expired"),
		    "%s", why);
	remember(v, digest, &claims);
	*ret_claims = claims;
	return NULL;
}

#define TTL_MAX_S (INT64_C(366) * 86400)

static struct err *
check_order(struct arena *a, const struct token_order *o, enum token_alg alg)
{
	if (alg == TOKEN_ALG__MAX)
		return ERR(a, ERR_IMPOSSIBLE,
		    "unknown algorithm \"%s\": HS256, RS256 or ES256", o->alg);
	if (o->ttl_s < 1 || o->ttl_s > TTL_MAX_S)
		return ERR(a, ERR_IMPOSSIBLE,
		    "the time to live must be from 1 s to 366 days");
	if (!wire_is_user(o->sub))
		return ERR(a, ERR_IMPOSSIBLE, "\"%s\" is no user name", o->sub);
	return NULL;
}

/* 0, or what libjwt says. */
static int
fill(jwt_t *j, const struct token_order *o)
{
	int64_t now_s = o->now_ms / 1000;
	int rc = 0;

	rc |= jwt_add_header(j, "kid", o->kid);
	rc |= jwt_add_grant(j, "sub", o->sub);
	rc |= jwt_add_grant_int(j, "iat", (long)now_s);
	rc |= jwt_add_grant_int(j, "exp", (long)(now_s + o->ttl_s));
	if (o->name != NULL)
		rc |= jwt_add_grant(j, "name", o->name);
	if (o->issuer != NULL)
		rc |= jwt_add_grant(j, "iss", o->issuer);
	if (o->audience != NULL)
		rc |= jwt_add_grant(j, "aud", o->audience);
	if (o->admin)
		rc |= jwt_add_grant_bool(j, "admin", 1);
	return rc;
}

static struct err *
sign(struct arena *a, const struct token_order *o, const struct token_key *key,
    char **ret_token)
{
	_cleanup_(free_jwtp) jwt_t *j = NULL;
	_cleanup_(free_encodedp) char *text = NULL;

	if (jwt_new(&j) != 0 || fill(j, o) != 0 ||
	    jwt_set_alg(j, jwt_algs[key->alg], (const unsigned char *)key->p,
		(int)key->n) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "libjwt refuses the claims");
	text = jwt_encode_str(j);
	if (text == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "libjwt could not sign");
	*ret_token = arena_strdup(a, text);
	return NULL;
}

struct err *
token_sign(struct arena *a, const struct token_order *o, char **ret_token)
{
	struct token_key key = { .alg = token_alg_of(o->alg) };

	TRY(check_order(a, o, key.alg));
	TRY(token_key_read(a, o->key_file, true, &key));
	return sign(a, o, &key, ret_token);
}

struct err *
token_issue(const struct token_verifier *v, struct arena *a, const char *sub,
    int64_t ttl_s, int64_t now_ms, char **ret_token)
{
	struct token_order o = {
		.alg = token_alg_name(TOKEN_HS256),
		.sub = sub,
		.issuer = v->wanted.issuer,
		.audience = v->wanted.audience,
		.ttl_s = ttl_s,
		.now_ms = now_ms,
	};
	const struct token_key *key = NULL;

	for (size_t i = 0; i < v->keys->n; i++)
		if (v->keys->keys[i].alg == TOKEN_HS256 &&
		    (key == NULL || (key->admin && !v->keys->keys[i].admin)))
			key = &v->keys->keys[i];
	if (key == NULL)
		return ERR(a, ERR_CONFLICT,
		    "this service has no key (HS256) to sign tokens with");
	if (v->wanted.max_ttl_s > 0 && o.ttl_s > v->wanted.max_ttl_s)
		o.ttl_s = v->wanted.max_ttl_s;
	o.kid = key->kid;
	return sign(a, &o, key, ret_token);
}
