/*
 * Runners, as who runs the service sees them.
 */
#ifndef CORE_OPERATE_H
#define CORE_OPERATE_H

#include "core/auth.h"

/* ERR_NOT_FOUND, also for those that have ended. */
struct err *core_runner_get(const struct core *, struct arena *, const char *id,
    struct runner **ret_runner) _must_check_;
/* By id, those behind `after` (NULL: from the start) that have not ended. */
struct err *core_runner_list(const struct core *, struct arena *,
    const char *after, size_t limit, struct runner_list *ret_list) _must_check_;
/* No more jobs for it; what it has it may finish or give back. */
struct err *core_runner_drain(const struct core *, struct arena *,
    const char *id) _must_check_;
/*
 * Its token is worth nothing from here on, and what it holds is ready again
 * at nobody's charge.
 */
struct err *core_runner_revoke(const struct core *, struct arena *,
    const char *id) _must_check_;

#endif
