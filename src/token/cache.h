/*
 * Tokens that were verified, by SHA-256, until they expire.  A table of
 * fixed size: a new token may push out another one.  Not locked here.
 */
#ifndef TOKEN_CACHE_H
#define TOKEN_CACHE_H

#include "base/enc.h"
#include "token/jwt.h"

struct token_cache;

/* slots may be 0: then nothing is remembered. */
struct token_cache *token_cache_new(struct arena *, size_t slots) _must_check_;
/* Copies what is known of the token into the arena; false if nothing is. */
bool token_cache_get(const struct token_cache *, struct arena *,
    const unsigned char digest[ENC_SHA256],
    struct token_claims *ret_claims) _must_check_;
/* claims->kid must live as long as the cache. */
void token_cache_put(struct token_cache *,
    const unsigned char digest[ENC_SHA256], const struct token_claims *);

#endif
