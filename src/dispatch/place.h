/*
 * Where a ready job stands in the order of the queues.
 */
#ifndef DISPATCH_PLACE_H
#define DISPATCH_PLACE_H

#include "dispatch/dispatch.h"

/* Most runners and most jobs that are named: a sample, whatever is there. */
#define DISPATCH_PLACE_SAMPLE 16

struct dispatch_place {
	bool is_ready;       /* else nothing below is set */
	int64_t before;      /* jobs of its class and pool that go first */
	double share;        /* of its class in what is taken now, up to 1 */
	int64_t runners;     /* live ones that serve its queue */
	const char **sample; /* some of them */
	size_t sample_n;
	const char **jobs; /* right before it in its own queue */
	size_t jobs_n;
};

/* One round trip; its cost does not depend on how many jobs wait. */
struct err *dispatch_place(struct dispatch *, struct arena *, const char *job,
    struct dispatch_place *ret_place) _must_check_;

#endif
