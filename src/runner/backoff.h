/*
 * How long to wait before the next attempt: doubling from 1 s to 30 s, with
 * jitter, never less than what the server asked for.
 */
#ifndef RUNNER_BACKOFF_H
#define RUNNER_BACKOFF_H

#include <stdint.h>

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 30000
/* More than this nobody waits, whatever a Retry-After says. */
#define BACKOFF_ASKED_MAX_S 120

struct backoff {
	unsigned int failures;
};

/* After something worked. */
void backoff_reset(struct backoff *);
/*
 * Counts one more failure and returns the milliseconds to wait: between half
 * and all of min(30 s, 1 s * 2^(failures - 1)), or asked_s (a Retry-After, 0
 * for none) plus up to a second where that is longer.
 */
int64_t backoff_next_ms(struct backoff *, int asked_s);

#endif
