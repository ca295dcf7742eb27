/*
 * What is known of how long submissions wait.
 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include "store/store.h"

/* Takes in what has landed since the last time. */
struct err *store_queue_measure(struct store *, struct arena *) _must_check_;

struct queue_sample {
	const char *const *jobs;
	size_t jobs_n;
	const char *const *runners;
	size_t runners_n;
};
/* Means of the sample; NAN where nothing is known. */
struct queue_outlook {
	double service_ms; /* of one grading */
	double capacity;   /* of one runner */
};
struct err *store_queue_outlook(struct store *, struct arena *,
    const struct queue_sample *,
    struct queue_outlook *ret_outlook) _must_check_;

enum queue_absence {   /* why nobody serves a queue */
	ABSENT_NONE,   /* no runner was ever there for it */
	ABSENT_SILENT, /* nothing is heard of the one that did */
	ABSENT_DRAINING,
	ABSENT_SET_ASIDE,
};
struct err *store_queue_absence(struct store *, struct arena *,
    const char *pool, const char *language,
    enum queue_absence *ret_absence) _must_check_;

/* Ids of a user's submissions that wait or run, newest first. */
struct err *store_queue_pending(struct store *, struct arena *, int64_t user_id,
    size_t limit, const char ***ret_ids, size_t *ret_n) _must_check_;

struct queue_age {
	const char *pool;
	const char *job_class;
	int64_t oldest_ms; /* since its oldest ready job was made */
};
struct queue_ages {
	struct queue_age *items;
	size_t n;
};

/*
 * Of those pools and classes that one of the ten thousand oldest live jobs is
 * ready in: what is behind them is not the oldest of anything that matters.
 */
struct err *store_queue_ages(struct store *, struct arena *,
    struct queue_ages *ret_ages) _must_check_;

#endif
