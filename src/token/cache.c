#include "token/cache.h"

#include <stdio.h>
#include <string.h>

struct slot {
	unsigned char digest[ENC_SHA256];
	int64_t exp_s; /* 0: free */
	const char *kid;
	bool admin;
	bool has_name;
	char sub[129];  /* wire_is_user */
	char name[256]; /* claims.c cuts it */
};

struct token_cache {
	struct slot *slots;
	size_t n;
};

struct token_cache *
token_cache_new(struct arena *a, size_t slots)
{
	struct token_cache *c = arena_new_of(a, struct token_cache);

	c->slots = arena_array(a, slots, sizeof(*c->slots));
	c->n = slots;
	return c;
}

/* The digest is uniform: any of its bytes choose as well as a hash would. */
static struct slot *
slot_of(const struct token_cache *c, const unsigned char digest[ENC_SHA256])
{
	size_t i;

	if (c->n == 0)
		return NULL;
	memcpy(&i, digest, sizeof(i));
	return &c->slots[i % c->n];
}

bool
token_cache_get(const struct token_cache *c, struct arena *a,
    const unsigned char digest[ENC_SHA256], struct token_claims *ret)
{
	const struct slot *s = slot_of(c, digest);

	if (s == NULL || s->exp_s == 0 ||
	    memcmp(s->digest, digest, ENC_SHA256) != 0)
		return false;
	ret->sub = arena_strdup(a, s->sub);
	ret->name = s->has_name ? arena_strdup(a, s->name) : NULL;
	ret->kid = s->kid;
	ret->admin = s->admin;
	ret->exp_s = s->exp_s;
	return true;
}

void
token_cache_put(struct token_cache *c, const unsigned char digest[ENC_SHA256],
    const struct token_claims *claims)
{
	struct slot *s = slot_of(c, digest);

	if (s == NULL)
		return;
	memcpy(s->digest, digest, ENC_SHA256);
	s->exp_s = claims->exp_s;
	s->kid = claims->kid;
	s->admin = claims->admin;
	s->has_name = claims->name != NULL;
	snprintf(s->sub, sizeof(s->sub), "%s", claims->sub);
	snprintf(s->name, sizeof(s->name), "%s",
	    claims->name != NULL ? claims->name : "");
}
