/*
 * What people do to a submission that is there.
 */
#ifndef CORE_ACT_H
#define CORE_ACT_H

#include "core/auth.h"

/*
 * Takes back what waits or runs: it is cancelled at once, and its runner
 * hears of it with its next heartbeat.  For authors and staff; what was
 * judged before only staff may take back (ERR_FORBIDDEN).  ERR_NOT_FOUND;
 * ERR_CONFLICT if it neither waits nor runs.  Again: the same.
 */
struct err *core_submission_cancel(const struct core *, struct arena *,
    const struct caller *, const char *id) _must_check_;
/*
 * Grades it once more, with the package and the settings that the problem
 * has now; is_all: also the tests that laziness would skip.  For staff.  The job before is superseded; what it hands in later
 * changes nothing.  ERR_NOT_FOUND, ERR_FORBIDDEN; ERR_CONFLICT for one that
 * was cancelled.
 */
struct err *core_submission_rejudge(const struct core *, struct arena *,
    const struct caller *, const char *id, bool is_all) _must_check_;

#endif
