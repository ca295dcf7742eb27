/*
 * What a token says, read without trusting it.  Only token/ includes this.
 */
#ifndef TOKEN_CLAIMS_H
#define TOKEN_CLAIMS_H

#include "base/err.h"
#include "token/jwt.h"
#include "wire/json.h"

/* Functions return NULL, or why the token is refused (for the log). */

struct token_parts {
	const struct json *header;
	const struct json *claims;
};

/* Three parts of strict base64url; header and claims strict JSON objects. */
const char *token_parts_read(struct arena *, const char *token,
    struct token_parts *ret_parts) _must_check_;

/* Fills sub, name, exp_s and admin (as claimed). */
const char *token_claims_read(struct arena *, const struct json *claims,
    const struct token_wanted *, int64_t now_s,
    struct token_claims *ret_claims) _must_check_;

#endif
