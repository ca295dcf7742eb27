/*
 * Runners: which are alive and what they serve.
 */
#ifndef DISPATCH_RUNNER_H
#define DISPATCH_RUNNER_H

#include "dispatch/dispatch.h"

struct dispatch_alive {
	struct dispatch_want want;
	int64_t live_ms;
};

/* Signs of life: they serve these pools and languages for live_ms more. */
struct err *dispatch_runner_seen(struct dispatch *, struct arena *,
    const struct dispatch_alive *, size_t n) _must_check_;
/* It serves nothing any more; its leases are not touched. */
struct err *dispatch_runner_gone(struct dispatch *, struct arena *,
    const struct dispatch_want *) _must_check_;
/* Does a live runner serve this pool and language? */
struct err *dispatch_is_served(struct dispatch *, struct arena *,
    const char *pool, const char *language, bool *ret_served) _must_check_;

#endif
