/*
 * Jobs for slots that ask.
 */
#ifndef CORE_CLAIM_H
#define CORE_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/auth.h"
#include "wire/job.h"

/* One slot of a runner. */
struct claim_ask {
	const struct caller *who;
	const char *nonce; /* or NULL */
};

struct claim_got {
	struct wire_job *job; /* NULL: none */
	struct err *error;    /* none, because its claim failed */
	bool is_refused;      /* the runner gets no jobs */
	bool is_idle;         /* no queue that it serves holds any */
};

/*
 * At most one job for each of the n slots, in order: first the leases in
 * Redis, then the claims in Postgres.  A claim that is in doubt is given
 * back and is that slot's error, never a job.  An error of the whole:
 * nobody got anything.
 */
struct err *core_claim_many(const struct core *, struct arena *,
    const struct claim_ask *, size_t n,
    struct claim_got *ret_gots) _must_check_;
/* For one slot; its error is the error. */
struct err *core_claim(const struct core *, struct arena *,
    const struct caller *, const char *nonce,
    struct claim_got *ret_got) _must_check_;
/*
 * Nobody was there to be told of the job: it is ready again at once and not
 * charged.
 */
void core_claim_undo(const struct core *, struct arena *, const struct caller *,
    const struct wire_job *);

#endif
