/*
 * A job as Postgres has it and as Redis wants it; and releasing one.
 */
#ifndef CORE_ENTRY_H
#define CORE_ENTRY_H

#include <stdbool.h>

#include "core/core.h"
#include "dispatch/lease.h"
#include "store/job.h"
#include "wire/names.h"

/* What Redis calls the language of a job without one. */
#define CORE_NO_LANGUAGE WIRE_NO_LANGUAGE

struct dispatch_job core_entry_job(struct arena *, const struct job_entry *);

/*
 * Puts the lease of a leased row back into Redis, with a fresh deadline.
 */
struct err *core_entry_restore(const struct core *, struct arena *,
    enum dispatch_restore, const struct job_entry *,
    int64_t lease_ms) _must_check_;

/*
 * The one release (abort, hung, unregistered, re-registered, revoked): the
 * row by compare-and-set, then Redis.  What the row said is the result; a
 * failure of Redis is left to the sweep.
 */
struct err *core_release(const struct core *, struct arena *,
    const struct job_release_args *,
    struct job_released *ret_released) _must_check_;

/* The job's entry could not be brought up to date: the sweep will look. */
void core_mark_dirty(const struct core *, struct arena *, const char *job_id,
    const struct err *why);

#endif
