/*
 * Brings Redis' entries of jobs together with their rows: the table in
 * docs/dispatch.md, which the sweep and whoever changed a row go by.
 */
#ifndef CORE_RECONCILE_H
#define CORE_RECONCILE_H

#include <stdbool.h>

#include "core/core.h"
#include "dispatch/lease.h"
#include "store/sweep.h"

/* "No lease" is older than any. */
int core_compare_leases(const char *, const char *);
bool core_is_live(const struct job_entry *);
/* Is this entry what the row wants? */
bool core_is_in_order(const struct job_entry *, const struct dispatch_entry *);

/*
 * Rows against what Redis says of them now.  Without reclaim no lease that
 * ended in Redis is held against its job.
 */
struct err *core_reconcile_page(const struct core *, struct arena *,
    const struct job_page *, bool reclaim) _must_check_;
/*
 * The same where Redis is empty, so that next to nothing needs to be looked
 * at first: an offer of what is there already changes nothing.
 */
struct err *core_rebuild_page(const struct core *, struct arena *,
    const struct job_page *, bool reclaim) _must_check_;
/*
 * The same for jobs by their ids, whose rows were just changed.  Failures are
 * left to the sweep.
 */
void core_reconcile_jobs(const struct core *, struct arena *,
    const char *const *job_ids, size_t n);

/*
 * This runner is done with the job: if the row has ended and the entry is
 * still leased to it (a superseded job's), the entry goes.
 */
void core_let_go(const struct core *, struct arena *, const char *job_id,
    const char *runner_id);

/* A lease ended in Redis: the row follows. */
struct err *core_end_lease(const struct core *, struct arena *,
    const char *job_id, const char *lease) _must_check_;
/* The entry goes if it is still the one that was seen. */
struct err *core_drop(const struct core *, struct arena *,
    const struct dispatch_entry *) _must_check_;

#endif
