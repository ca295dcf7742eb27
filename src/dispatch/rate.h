/*
 * Rates: how often somebody may do something.
 */
#ifndef DISPATCH_RATE_H
#define DISPATCH_RATE_H

#include "dispatch/dispatch.h"

/*
 * Takes one of the amount that a period allows, refilled evenly.  *ret_wait_ms
 * is 0 if it was taken, else after how long to try again.  key: printable.
 */
struct err *dispatch_rate_take(struct dispatch *, struct arena *,
    const char *key, int64_t amount, int64_t period_ms,
    int64_t *ret_wait_ms) _must_check_;

#endif
