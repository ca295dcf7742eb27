/*
 * Tokens of runners: "rk_" and 256 random bits.  Only the SHA-256 is stored,
 * so looking one up by its hash needs no constant time.
 */
#ifndef TOKEN_RUNNER_TOKEN_H
#define TOKEN_RUNNER_TOKEN_H

#include "base/arena.h"
#include "base/attr.h"

#define TOKEN_RUNNER_LEN 46 /* "rk_" and 43 characters of base64url */

/* A new token. */
char *token_runner_new(struct arena *) _must_check_;
/*
 * The SHA-256 of a token, 64 hexadecimal digits; NULL if text (which may be
 * NULL) has not the form of a token.
 */
char *token_runner_hash(struct arena *, const char *text) _must_check_;

#endif
