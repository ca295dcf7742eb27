/*
 * JSON Web Tokens of people: verification with pinned keys, and signing for
 * the command.
 *
 * The keys file has one key a line, '#' begins a comment:
 *
 *	kid alg path [admin]
 *
 * alg is HS256 (the file holds the secret, 32 bytes or more), RS256 (PEM,
 * 2048 bits or more) or ES256 (PEM, P-256); path is relative to the keys
 * file.  A key serves one algorithm only.  `admin` lets its tokens vouch for
 * administrators, by the claim "admin": true.
 */
#ifndef TOKEN_JWT_H
#define TOKEN_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TOKEN_JWT_MAX 8192 /* bytes of a token */
#define TOKEN_LEEWAY_S 60

struct token_keys;

/*
 * Reads the keys for verification.  A missing, short or unfit key is
 * ERR_IMPOSSIBLE that names file, line and reason; so is a file without keys.
 * Keys live in the arena, which must outlive all that uses them.
 */
struct err *token_keys_load(struct arena *, const char *file,
    struct token_keys **ret_keys) _must_check_;

struct token_claims {
	const char *sub;  /* the user (wire_is_user) */
	const char *name; /* for display, or NULL */
	const char *kid;  /* of the key that signed */
	bool admin;       /* claimed, and the key may vouch for it */
	int64_t exp_s;    /* seconds since 1970 */
};

/* What a token has to say, besides being signed and in time. */
struct token_wanted {
	const char *issuer;   /* exactly; NULL: any */
	const char *audience; /* exactly, or a list that has it; NULL: any */
	int64_t max_ttl_s;    /* exp at most so far from now; 0: any */
};

struct token_verifier;

/*
 * Remembers up to cache_max verified tokens by SHA-256 until they expire.
 * Thread-safe.  Lives until token_verifier_free.
 */
struct token_verifier *token_verifier_new(const struct token_keys *,
    const struct token_wanted *, size_t cache_max) _must_check_;
void token_verifier_free(struct token_verifier *);

/*
 * ERR_UNAUTHENTICATED for anything that is not a good token now; its detail
 * says no more than the client may know, the reason is in the internal text.
 */
struct err *token_verify(struct token_verifier *, struct arena *,
    const char *token, int64_t now_ms,
    struct token_claims *ret_claims) _must_check_;

struct token_order {
	const char *alg; /* "HS256", "RS256", "ES256" */
	const char *kid;
	const char *key_file; /* secret, or private key as PEM */
	const char *sub;
	const char *name;     /* or NULL */
	const char *issuer;   /* or NULL */
	const char *audience; /* or NULL */
	bool admin;
	int64_t ttl_s; /* 1 to 366 days */
	int64_t now_ms;
};

/*
 * For the service itself: a token of sub that the verifier will take, with
 * its first HS256 key, one that vouches for nobody if there is one.  ttl_s is
 * cut to what the verifier takes.  ERR_CONFLICT without such a key.
 */
struct err *token_issue(const struct token_verifier *, struct arena *,
    const char *sub, int64_t ttl_s, int64_t now_ms,
    char **ret_token) _must_check_;

/* ERR_IMPOSSIBLE where the order or its key is not fit. */
struct err *token_sign(struct arena *, const struct token_order *,
    char **ret_token) _must_check_;

#endif
