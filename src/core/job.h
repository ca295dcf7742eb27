/*
 * What a runner does with jobs, but for taking one (core/claim.h) and handing
 * in a result (core/landing.h).
 */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include "core/auth.h"
#include "store/job.h"
#include "wire/runner.h"

/*
 * The runner gives the job back; reason as in wire_abort.  lease may be
 * NULL.  ERR_NOT_FOUND, ERR_NOT_HELD.
 */
struct err *core_abort(const struct core *, struct arena *,
    const struct caller *, const char *job_id, const char *lease,
    const char *reason) _must_check_;
/* Test results so far.  ERR_NOT_HELD. */
struct err *core_progress(const struct core *, struct arena *,
    const struct caller *, const char *job_id, const char *lease,
    const struct wire_progress *) _must_check_;
/*
 * The submitted zip, for whoever has the link.  ERR_LINK; ERR_NOT_FOUND once
 * the job has ended.
 */
struct err *core_job_source(const struct core *, struct arena *,
    const char *job_id, const char *token,
    struct store_blob **ret_blob) _must_check_;
/* ERR_NOT_FOUND unless the runner holds a job that needs it. */
struct err *core_job_package(const struct core *, struct arena *,
    const struct caller *, const char *digest,
    struct store_blob **ret_blob) _must_check_;

#endif
