/*
 * Progress of a lease: test results so far, each a text of the caller's.
 * For the live view only: lost progress is only lost progress.
 */
#ifndef DISPATCH_PROGRESS_H
#define DISPATCH_PROGRESS_H

#include "dispatch/dispatch.h"

#define DISPATCH_PROGRESS_TESTS 1000 /* later ones are dropped */
#define DISPATCH_PROGRESS_BYTES 4096 /* longest text; else ERR_TOO_LARGE */

struct dispatch_tests {
	size_t from; /* place of the first of the n */
	const char *const *texts;
	size_t n;
};

/*
 * They replace what was at their places; kept for an hour.  Who waits for the
 * submission is woken.
 */
struct err *dispatch_progress_put(struct dispatch *, struct arena *,
    const char *job, const char *lease,
    const struct dispatch_tests *) _must_check_;
/* Up to the last that is there; one that is missing is NULL. */
struct err *dispatch_progress_get(struct dispatch *, struct arena *,
    const char *job, const char *lease, const char ***ret_tests,
    size_t *ret_n) _must_check_;
/* How many there are of each of n (job, lease). */
struct err *dispatch_progress_count(struct dispatch *, struct arena *,
    const char *const *jobs, const char *const *leases, size_t n,
    size_t *ret_counts) _must_check_;
struct err *dispatch_progress_remove(struct dispatch *, struct arena *,
    const char *job, const char *lease) _must_check_;

#endif
