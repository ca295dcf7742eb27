#include "core/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/pool.h"
#include "dispatch/metrics.h"
#include "grade/verdict.h"
#include "store/queue.h"

#define VALUES_MAX 64
#define SERIES_MAX 512
_Static_assert((int)ERR__MAX <= VALUES_MAX, "every error is counted");

static const char *const claims[] = {
	[CLAIM_OK] = "ok",
	[CLAIM_UNKNOWN] = "unknown",
	[CLAIM_ENDED] = "ended",
	[CLAIM_JE] = "je",
	[CLAIM_HELD] = "held",
	[CLAIM_OLD_LEASE] = "old_lease",
	[CLAIM_NO_RUNNER] = "no_runner",
};
static const char *const landings[] = {
	[LAND_LANDED] = "landed",
	[LAND_REPLAY] = "replay",
	[LAND_NOT_RECORDED] = "not_recorded",
	[LAND_NOT_HELD] = "not_held",
	[LAND_OTHER] = "other",
	[LAND_UNKNOWN] = "unknown",
};
static const char *const reclaims[] = { "expired", "hung", "drain",
	"unregistered", "revoked", "reregistered", "unsent", "in_doubt",
	"aborted" };
static const char *const requests[] = { "1xx", "2xx", "3xx", "4xx", "5xx" };
static const char *const sweeps[] = { "gap", "rebuild" };
static const char *const errors[] = {
#define X(code, slug, status, title, retry_after_s) [code] = slug,
#include "base/errors.def"
#undef X
};

/* clang-format off */
static const struct {
	const char *name;
	const char *help;
	const char *label; /* NULL: it has none */
	const char *const *values;
	size_t n;
} counters[METRIC__MAX] = {
	[METRIC_SUBMISSIONS] = { "assize_submissions_total",
	    "Submissions that got a 201.", NULL, NULL, 1 },
	[METRIC_CLAIMS] = { "assize_claims_total",
	    "Leases that were to be recorded, by what the row said.",
	    "outcome", claims, ARRAY_LEN(claims) },
	[METRIC_LANDINGS] = { "assize_landings_total",
	    "Results that runners brought, by what became of them.",
	    "outcome", landings, ARRAY_LEN(landings) },
	[METRIC_VERDICTS] = { "assize_verdicts_total",
	    "Results that landed, by verdict.",
	    "verdict", NULL, VERDICT__MAX },
	[METRIC_RECLAIMS] = { "assize_reclaims_total",
	    "Leases that ended without a result, by reason.",
	    "reason", reclaims, ARRAY_LEN(reclaims) },
	[METRIC_REQUESTS] = { "assize_requests_total",
	    "Requests answered, by class of their status.",
	    "status", requests, ARRAY_LEN(requests) },
	[METRIC_ERRORS] = { "assize_errors_total",
	    "Problems answered, by type (assize-errors(7)).",
	    "type", errors, ARRAY_LEN(errors) },
	[METRIC_SWEEPS] = { "assize_sweeps_total",
	    "Sweeps after a gap, and rebuilds of an empty Redis.",
	    "event", sweeps, ARRAY_LEN(sweeps) },
};

static const struct {
	const char *name;
	const char *help;
} histograms[HISTOGRAM__MAX] = {
	[HISTOGRAM_WAIT] = { "assize_queue_wait_seconds",
	    "From a job's making to its first claim." },
	[HISTOGRAM_SERVICE] = { "assize_service_seconds",
	    "From the claim to the landing." },
};

static const struct {
	const char *family;
	const char *labels;
} gauges[GAUGE__MAX] = {
	[GAUGE_PARKED_JOB] = { "assize_parked_polls", "kind=\"job\"" },
	[GAUGE_PARKED_SUBMISSION] = { "assize_parked_polls",
	    "kind=\"submission\"" },
	[GAUGE_POSTGRES_BUSY] = { "assize_connections_busy",
	    "store=\"postgres\"" },
	[GAUGE_POSTGRES_MAX] = { "assize_connections_max",
	    "store=\"postgres\"" },
	[GAUGE_REDIS_BUSY] = { "assize_connections_busy", "store=\"redis\"" },
	[GAUGE_REDIS_MAX] = { "assize_connections_max", "store=\"redis\"" },
};
static const struct {
	const char *name;
	const char *help;
} gauge_families[] = {
	{ "assize_parked_polls", "Requests that wait for news, by worker." },
	{ "assize_connections_busy", "Connections that are lent, by worker." },
	{ "assize_connections_max", "Connections there may be, by worker." },
};
/* clang-format on */

static const char *const classes[] = { "live", "practice", "rejudge" };
/* Upper ends, and how they are written. */
static const int64_t ends_ms[] = { 100, 500, 1000, 2000, 5000, 10000, 30000,
	60000, 120000, 300000, 900000, 3600000 };
static const char *const ends[] = { "0.1", "0.5", "1", "2", "5", "10", "30",
	"60", "120", "300", "900", "3600", "+Inf" };

/* All of this process. */
static struct {
	_Atomic int64_t counts[METRIC__MAX][VALUES_MAX];
	_Atomic int64_t
	    buckets[HISTOGRAM__MAX][ARRAY_LEN(classes)][ARRAY_LEN(ends)];
	_Atomic int64_t sums_ms[HISTOGRAM__MAX][ARRAY_LEN(classes)];
	_Atomic int64_t gauges[GAUGE__MAX];
} state;

void
metrics_count(enum metric m, size_t value)
{
	assert(value < counters[m].n && counters[m].n <= VALUES_MAX);
	atomic_fetch_add_explicit(&state.counts[m][value], 1,
	    memory_order_relaxed);
}

static size_t
find(const char *const *texts, size_t n, const char *text)
{
	size_t i = 0;

	while (i < n && strcmp(texts[i], text) != 0)
		i++;
	return i;
}

void
metrics_reclaim(const char *reason)
{
	size_t i = find(reclaims, ARRAY_LEN(reclaims), reason);

	metrics_count(METRIC_RECLAIMS,
	    i < ARRAY_LEN(reclaims) ? i : ARRAY_LEN(reclaims) - 1);
}

void
metrics_time(enum histogram h, const char *job_class, int64_t ms)
{
	size_t class = find(classes, ARRAY_LEN(classes), job_class);
	size_t i = 0;

	assert(class < ARRAY_LEN(classes));
	while (i < ARRAY_LEN(ends_ms) && ms > ends_ms[i])
		i++;
	atomic_fetch_add(&state.buckets[h][class][i], 1);
	atomic_fetch_add(&state.sums_ms[h][class], ms);
}

void
metrics_move(enum gauge g, int64_t by)
{
	atomic_fetch_add(&state.gauges[g], by);
}

/*
 * -- names
 */

/* A label's value as the format wants it. */
static const char *
quoted(struct arena *a, const char *s)
{
	struct buf b;

	buf_init(&b, a, 2 * strlen(s) + 3);
	buf_putc(&b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(&b, '\\');
		buf_putc(&b, *s);
	}
	buf_putc(&b, '"');
	return b.p;
}

static const char *
counter_name(struct arena *a, enum metric m, size_t i)
{
	const char *value = m == METRIC_VERDICTS
	    ? verdict_info((enum verdict)i)->slug
	    : counters[m].values == NULL ? NULL
					 : counters[m].values[i];

	if (counters[m].label == NULL)
		return counters[m].name;
	return arena_printf(a, "%s{%s=\"%s\"}", counters[m].name,
	    counters[m].label, value);
}

static const char *
bucket_name(struct arena *a, enum histogram h, size_t class, size_t i)
{
	return arena_printf(a, "%s_bucket{class=\"%s\",le=\"%s\"}",
	    histograms[h].name, classes[class], ends[i]);
}

static const char *
part_name(struct arena *a, enum histogram h, const char *part, size_t class)
{
	return arena_printf(a, "%s_%s{class=\"%s\"}", histograms[h].name, part,
	    classes[class]);
}

/*
 * -- to Redis
 */

/* What was taken from where, to be put back if it cannot be said. */
struct taken {
	struct dispatch_metrics_list list;
	_Atomic int64_t *from[SERIES_MAX];
};

static void
take(struct taken *t, _Atomic int64_t *from, const char *name)
{
	int64_t n = atomic_exchange(from, 0);

	if (n == 0)
		return;
	assert(t->list.n < SERIES_MAX);
	t->from[t->list.n] = from;
	t->list.items[t->list.n++] = (struct dispatch_metric) { name, n };
}

static void
take_all(struct arena *a, struct taken *t)
{
	for (size_t m = 0; m < METRIC__MAX; m++)
		for (size_t i = 0; i < counters[m].n; i++)
			take(t, &state.counts[m][i], counter_name(a, m, i));
	for (size_t h = 0; h < HISTOGRAM__MAX; h++)
		for (size_t k = 0; k < ARRAY_LEN(classes); k++) {
			for (size_t i = 0; i < ARRAY_LEN(ends); i++)
				take(t, &state.buckets[h][k][i],
				    bucket_name(a, h, k, i));
			take(t, &state.sums_ms[h][k],
			    part_name(a, h, "sum", k));
		}
}

static struct dispatch_metrics_list
own_gauges(const struct core *c, struct arena *a)
{
	struct dispatch_metrics_list l = {
		.items = arena_array(a, GAUGE__MAX, sizeof(*l.items)),
		.n = GAUGE__MAX,
	};
	struct pool_stats postgres, redis;

	store_stats(c->store, &postgres);
	dispatch_stats(c->dispatch, &redis);
	atomic_store(&state.gauges[GAUGE_POSTGRES_BUSY],
	    (int64_t)postgres.busy);
	atomic_store(&state.gauges[GAUGE_POSTGRES_MAX], (int64_t)postgres.max);
	atomic_store(&state.gauges[GAUGE_REDIS_BUSY], (int64_t)redis.busy);
	atomic_store(&state.gauges[GAUGE_REDIS_MAX], (int64_t)redis.max);
	for (size_t g = 0; g < GAUGE__MAX; g++)
		l.items[g] = (struct dispatch_metric) {
			arena_printf(a, "%s{worker=\"%d\",%s}",
			    gauges[g].family, (int)getpid(), gauges[g].labels),
			atomic_load(&state.gauges[g])
		};
	return l;
}

static struct err *
flush(const struct core *c, struct arena *a,
    const struct dispatch_metrics_list *own)
{
	struct taken *t = arena_new_of(a, struct taken);
	struct err *e;

	t->list.items = arena_array(a, SERIES_MAX, sizeof(*t->list.items));
	take_all(a, t);
	if (t->list.n == 0 && own->n == 0)
		return NULL;
	e = dispatch_metrics_add(c->dispatch, a, &t->list, own);
	for (size_t i = 0; e != NULL && i < t->list.n; i++)
		atomic_fetch_add(t->from[i], t->list.items[i].value);
	return e;
}

struct err *
core_metrics_flush(const struct core *c, struct arena *a)
{
	const struct dispatch_metrics_list own = own_gauges(c, a);

	return flush(c, a, &own);
}

struct err *
core_metrics_end(const struct core *c, struct arena *a)
{
	const struct dispatch_metrics_list none = { 0 };

	return flush(c, a, &none);
}

/*
 * -- the page
 */

static int64_t
value_of(const struct dispatch_metrics_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->items[i].name, name) == 0)
			return l->items[i].value;
	return 0;
}

static void
write_head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
write_counters(struct arena *a, struct buf *b,
    const struct dispatch_metrics_list *sums)
{
	for (size_t m = 0; m < METRIC__MAX; m++) {
		write_head(b, counters[m].name, "counter", counters[m].help);
		for (size_t i = 0; i < counters[m].n; i++) {
			const char *name = counter_name(a, m, i);

			buf_printf(b, "%s %lld\n", name,
			    (long long)value_of(sums, name));
		}
	}
}

/* The sums have each bucket alone; the format wants them added up. */
static void
write_histogram(struct arena *a, struct buf *b, enum histogram h, size_t class,
    const struct dispatch_metrics_list *sums)
{
	int64_t n = 0;
	const char *sum = part_name(a, h, "sum", class);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		const char *name = bucket_name(a, h, class, i);

		n += value_of(sums, name);
		buf_printf(b, "%s %lld\n", name, (long long)n);
	}
	buf_printf(b, "%s %.3f\n", sum, (double)value_of(sums, sum) / 1000);
	buf_printf(b, "%s %lld\n", part_name(a, h, "count", class),
	    (long long)n);
}

static void
write_gauges(struct buf *b, const struct dispatch_metrics_list *all)
{
	for (size_t f = 0; f < ARRAY_LEN(gauge_families); f++) {
		const char *name = gauge_families[f].name;
		size_t n = strlen(name);

		write_head(b, name, "gauge", gauge_families[f].help);
		for (size_t i = 0; i < all->n; i++)
			if (strncmp(all->items[i].name, name, n) == 0 &&
			    all->items[i].name[n] == '{')
				buf_printf(b, "%s %lld\n", all->items[i].name,
				    (long long)all->items[i].value);
	}
}

static void
write_sums(struct arena *a, struct buf *b, const struct dispatch_metrics *m)
{
	write_counters(a, b, &m->counters);
	for (size_t h = 0; h < HISTOGRAM__MAX; h++) {
		write_head(b, histograms[h].name, "histogram",
		    histograms[h].help);
		for (size_t k = 0; k < ARRAY_LEN(classes); k++)
			write_histogram(a, b, h, k, &m->counters);
	}
	write_gauges(b, &m->gauges);
	write_head(b, "assize_queue_jobs", "gauge", "Jobs that wait.");
	for (size_t i = 0; i < m->n_depths; i++)
		buf_printf(b, "assize_queue_jobs{pool=%s,class=\"%s\"} %lld\n",
		    quoted(a, m->depths[i].pool), m->depths[i].job_class,
		    (long long)m->depths[i].ready);
	write_head(b, "assize_leases", "gauge", "Jobs that runners hold.");
	buf_printf(b, "assize_leases %lld\n", (long long)m->leases);
	write_head(b, "assize_runners", "gauge",
	    "Runners that were heard of within three minutes.");
	buf_printf(b, "assize_runners %lld\n", (long long)m->runners);
}

static void
write_ages(struct arena *a, struct buf *b, const struct queue_ages *ages)
{
	write_head(b, "assize_queue_oldest_seconds", "gauge",
	    "How long the oldest job that waits does so.");
	for (size_t i = 0; i < ages->n; i++)
		buf_printf(b,
		    "assize_queue_oldest_seconds{pool=%s,class=\"%s\"} %.3f\n",
		    quoted(a, ages->items[i].pool), ages->items[i].job_class,
		    (double)ages->items[i].oldest_ms / 1000);
}

static bool
is_up(struct err *e)
{
	if (e != NULL)
		log_err(LOG_WARNING, "metrics_failed", e);
	return e == NULL;
}

void
core_metrics_write(const struct core *c, struct arena *a, struct buf *b)
{
	struct dispatch_metrics m;
	struct queue_ages ages;
	/* What this process counted since its last turn is in it, too. */
	bool redis = is_up(core_metrics_flush(c, a)) &&
	    is_up(dispatch_metrics_read(c->dispatch, a, &m));
	bool postgres = is_up(store_queue_ages(c->store, a, &ages));

	write_head(b, "assize_store_up", "gauge", "Does the store answer?");
	buf_printf(b, "assize_store_up{store=\"postgres\"} %d\n", postgres);
	buf_printf(b, "assize_store_up{store=\"redis\"} %d\n", redis);
	if (redis)
		write_sums(a, b, &m);
	if (postgres)
		write_ages(a, b, &ages);
}
