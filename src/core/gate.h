/*
 * THE GATE: whatever way a submission comes in, it passes here, in this
 * order, and each refusal has its own type:
 *
 *	key		idempotency-key-reused 422 (a known one passes at once)
 *	member		not-found 404, not-a-member 403
 *	team		no-team 403, impossible 422
 *	window		window-closed 403
 *	(language, files: core/source.h)
 *	use		pending-submission 409, quota 403, rate-limited 429
 *	burst		rate-limited 429
 *
 * Who teaches passes window, use and burst.
 */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include "core/submission.h"
#include "store/problem.h"

/* What the gates found out. */
struct entry {
	struct problem *problem; /* its role: the caller's */
	struct authors authors;  /* the caller first */
	const char *team;        /* or NULL */
	bool teaches;
};

/* *ret_id: the submission that the key made before, or NULL. */
struct err *gate_key(const struct core *, struct arena *, const struct caller *,
    const struct submit *, const char *digest,
    const char **ret_id) _must_check_;
/* Member, team, window. */
struct err *gate_enter(const struct core *, struct arena *,
    const struct caller *, const struct submit *,
    struct entry *ret_entry) _must_check_;
/* Use and burst: a look, for a clear answer; the insert decides. */
struct err *gate_use(const struct core *, struct arena *, const struct caller *,
    const struct submit *, const struct entry *) _must_check_;
/* The error that a refusal is. */
struct err *gate_refused(struct arena *, const struct problem *,
    const struct refusal *) _must_check_;

#endif
