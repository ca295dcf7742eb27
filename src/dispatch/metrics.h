/*
 * What all processes counted, added up, and what each of them has now.
 *
 * Names are those of the page that /metrics answers with, labels included.
 * What Redis forgets starts at 0 again, as who reads counters expects.
 */
#ifndef DISPATCH_METRICS_H
#define DISPATCH_METRICS_H

#include "dispatch/dispatch.h"

struct dispatch_metric {
	const char *name;
	int64_t value;
};
struct dispatch_metrics_list {
	struct dispatch_metric *items;
	size_t n;
};

/*
 * Adds to the counters; the gauges are this process' own and replace those
 * of before.  They count for five seconds.
 */
struct err *dispatch_metrics_add(struct dispatch *, struct arena *,
    const struct dispatch_metrics_list *counters,
    const struct dispatch_metrics_list *gauges) _must_check_;

struct dispatch_depth {
	const char *pool;
	const char *job_class;
	int64_t ready;
};

struct dispatch_metrics {
	struct dispatch_metrics_list counters;
	struct dispatch_metrics_list gauges; /* of all processes */
	struct dispatch_depth *depths;       /* each pool seen, each class */
	size_t n_depths;
	int64_t leases;
	int64_t runners; /* heard of within three minutes */
};

/* One round trip, whatever the number of jobs. */
struct err *dispatch_metrics_read(struct dispatch *, struct arena *,
    struct dispatch_metrics *ret_metrics) _must_check_;
struct pool_stats;
void dispatch_stats(struct dispatch *, struct pool_stats *ret_stats);

#endif
