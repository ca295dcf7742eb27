/*
 * A processor's peace: programs run on it together, or one alone.
 *
 * A time limit that was passed by little is looked at again without others on
 * the same processor; that is the only one who wants to be alone.
 */
#ifndef RUNNER_QUIET_H
#define RUNNER_QUIET_H

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"
#include "runner/event.h"

struct quiet {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int running; /* together */
	unsigned int waiting; /* to be alone: nobody else begins */
	bool is_alone;
};

void quiet_init(struct quiet *);
/*
 * Waits until it may begin, together with others or alone; ERR_UNAVAILABLE if
 * the event is set before.  With quiet NULL there are no others.
 */
struct err *quiet_enter(struct quiet *, struct arena *, bool alone,
    const struct event *cancel) _must_check_;
void quiet_leave(struct quiet *, bool alone);

#endif
