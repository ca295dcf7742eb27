/*
 * Something that happens once (stop, cancel) and that sleepers wake up for:
 * by event_wait, by polling its descriptor, or by looking at its flag.
 */
#ifndef RUNNER_EVENT_H
#define RUNNER_EVENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct event {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	atomic_bool is_set;
	int fd; /* readable as soon as it is set */
};

struct err *event_init(struct event *, struct arena *) _must_check_;
void event_done(struct event *);
/* Any number of times, from any thread. */
void event_set(struct event *);
/* As if it had never been set; nobody may be waiting. */
void event_reset(struct event *);
bool event_is_set(const struct event *);
/* Sleeps ms, or until it is set; true if it is. */
bool event_wait(struct event *, int64_t ms);

#endif
