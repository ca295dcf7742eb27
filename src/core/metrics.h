/*
 * What is counted, for /metrics (docs/metrics.md).
 *
 * Each process counts for itself, without a lock, and adds to the sums in
 * Redis once a second; so any worker answers for all of them.  A scrape costs
 * the same however many jobs there are or were.
 */
#ifndef CORE_METRICS_H
#define CORE_METRICS_H

#include "base/buf.h"
#include "core/core.h"
#include "store/job.h"

enum metric {
	METRIC_SUBMISSIONS,
	METRIC_CLAIMS,   /* by enum job_claimed */
	METRIC_LANDINGS, /* by enum job_landing */
	METRIC_VERDICTS, /* by enum verdict */
	METRIC_RECLAIMS, /* by enum reclaim */
	METRIC_REQUESTS, /* by the first digit of the status */
	METRIC_ERRORS,   /* by enum err_code */
	METRIC_SWEEPS,   /* by enum sweep_event */
	METRIC__MAX
};
enum sweep_event { SWEEP_GAP, SWEEP_REBUILD };
enum histogram { HISTOGRAM_WAIT, HISTOGRAM_SERVICE, HISTOGRAM__MAX };
enum gauge {
	GAUGE_PARKED_JOB,
	GAUGE_PARKED_SUBMISSION,
	GAUGE_POSTGRES_BUSY,
	GAUGE_POSTGRES_MAX,
	GAUGE_REDIS_BUSY,
	GAUGE_REDIS_MAX,
	GAUGE__MAX
};

/* One more; value says which (0 where there is only one). */
void metrics_count(enum metric, size_t value);
/* A lease was ended; reasons that are not ours count as "aborted". */
void metrics_reclaim(const char *reason);
/* A duration of a job of this class. */
void metrics_time(enum histogram, const char *job_class, int64_t ms);
/* What this process has: so many more, or fewer. */
void metrics_move(enum gauge, int64_t by);

/* Adds what was counted to the sums; after a failure it is counted still. */
struct err *core_metrics_flush(const struct core *,
    struct arena *) _must_check_;
/* The same at the end: it has nothing any more. */
struct err *core_metrics_end(const struct core *, struct arena *) _must_check_;
/*
 * The page, in the text format of Prometheus 0.0.4.  A store that is away
 * is said to be so; what it would tell is left out.
 */
void core_metrics_write(const struct core *, struct arena *, struct buf *);

#endif
