/*
 * The keys of jwt.c, as read from the keys file.  Only token/ includes this.
 */
#ifndef TOKEN_KEYS_H
#define TOKEN_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum token_alg { TOKEN_HS256, TOKEN_RS256, TOKEN_ES256, TOKEN_ALG__MAX };

struct token_key {
	const char *kid;
	enum token_alg alg;
	const char *p; /* secret or PEM */
	size_t n;      /* bytes of it: never 0 */
	bool admin;
};

struct token_keys {
	struct token_key *keys;
	size_t n;
	size_t cap;
};

/* "HS256", ... */
const char *token_alg_name(enum token_alg);
/* TOKEN_ALG__MAX if there is no such algorithm here. */
enum token_alg token_alg_of(const char *name);
/*
 * Reads and checks one key: for signing the private one, else the public
 * one.  ERR_IMPOSSIBLE says what is wrong with the file.
 */
struct err *token_key_read(struct arena *, const char *file, bool signing,
    struct token_key *key) _must_check_;
/* The key with this kid, or NULL. */
const struct token_key *token_key_find(const struct token_keys *,
    const char *kid);

#endif
