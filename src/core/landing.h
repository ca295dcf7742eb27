/*
 * A runner hands in a result: it is checked against the job's snapshot, then
 * Postgres decides whether it lands (rules 1 to 3 of the dispatch).
 */
#ifndef CORE_LANDING_H
#define CORE_LANDING_H

#include "core/auth.h"
#include "store/job.h"
#include "wire/result.h"

/*
 * NULL also for a result that this lease landed before.  In this order:
 * ERR_NOT_FOUND (no such job, or landed by another lease), ERR_NOT_HELD,
 * ERR_RESULT_MISMATCH (the job stays leased).  lease may be NULL.
 */
struct err *core_complete(const struct core *, struct arena *,
    const struct caller *, const char *job_id, const char *lease,
    const struct wire_result *) _must_check_;

/*
 * For a claim that Postgres does not have: the lease, if Redis holds exactly
 * this job for this runner (and this lease, unless NULL); else ERR_NOT_HELD.
 */
struct err *core_recorded_by_redis(const struct core *, struct arena *,
    const struct caller *, const char *job_id, const char *lease,
    const char **ret_lease) _must_check_;
/* What such an outcome is to the runner: NULL, or the error. */
struct err *core_landing_answer(struct arena *, enum job_landing) _must_check_;

#endif
