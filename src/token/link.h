/*
 * Signed links: the credential for one job's source, for a while.
 *
 * The text is <expiry in seconds since 1970>.<HMAC-SHA256 in base64url> over
 * purpose, job id and expiry.
 */
#ifndef TOKEN_LINK_H
#define TOKEN_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TOKEN_LINK_TTL_S 3600
#define TOKEN_LINK_KEY_MIN 32 /* bytes */

struct token_link_key {
	const char *p;
	size_t n;
	const struct token_link_key *old; /* checks links as well, or NULL */
};

/*
 * One key, or several divided by blanks or lines: the first one signs, the
 * others are still good for links that they signed.  ERR_IMPOSSIBLE if there
 * is none (NULL), or one is shorter than the minimum.
 */
struct err *token_link_key_set(struct arena *, const char *key,
    struct token_link_key *ret_key) _must_check_;
/* The link's token for a job, good until now + TOKEN_LINK_TTL_S. */
char *token_link_make(struct arena *, const struct token_link_key *,
    const char *job_id, int64_t now_ms) _must_check_;
/* ERR_LINK unless it was made for this job and has not expired. */
struct err *token_link_check(struct arena *, const struct token_link_key *,
    const char *job_id, const char *token, int64_t now_ms) _must_check_;

#endif
