/*
 * Jobs for parked polls.  Runs in the dispatcher's thread only.
 */
#ifndef ASSIZED_HANDOUT_H
#define ASSIZED_HANDOUT_H

#include "assized/app.h"
#include "assized/park.h"

/* Asked at once. */
#define HANDOUT_MAX 64

struct handout {
	struct app *app;
	struct arena *turn;   /* of this turn of the dispatcher */
	struct arena *answer; /* of one answer; reset after each */
	uint64_t round;
	/* Of this turn: nobody else has to wait for the same one. */
	struct err *failure;
};

/* So many jobs became ready in a queue. */
struct wanted {
	const char *pool;
	const char *language;
	size_t n;
};

/*
 * Hands out what became ready: asks for as many polls as there are jobs, the
 * longest waiting first, and then for others if those could not have them.
 */
void handout_ready(struct handout *, struct wanted *, size_t n);
/*
 * Looks for jobs nobody told of: for a few polls, and for more while there
 * are jobs.  all: for every poll.
 */
void handout_scan(struct handout *, bool all);
/*
 * Asks for these polls once more; those that get nothing are answered 204 if
 * is_last, else they stay.  At most HANDOUT_MAX.  False: the service could
 * not be asked, and is_last they were told so.
 */
bool handout_ask(struct handout *, struct parked **, size_t n, bool is_last);
/* Answers 204. */
void handout_nothing(struct handout *, struct parked *);
/* Answers with the error. */
void handout_error(struct handout *, struct parked *, const struct err *);

#endif
