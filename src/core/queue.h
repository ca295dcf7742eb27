/*
 * How long something waits, and why.
 */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include "core/view.h"

/*
 * Fills what a waiting submission's view says of that: position, expected
 * wait, reason.  Its cost does not depend on how much waits.
 */
struct err *core_queue_look(const struct core *, struct arena *,
    struct submission_view *) _must_check_;

/* Most of the caller's that are shown. */
#define CORE_QUEUE_MAX 20

struct queue_list {
	struct submission_view items[CORE_QUEUE_MAX];
	size_t n;
};
/* The caller's own that wait or run, newest first. */
struct err *core_queue(const struct core *, struct arena *,
    const struct caller *, struct queue_list *ret_list) _must_check_;

#endif
