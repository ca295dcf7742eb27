/*
 * Theory: passes of compare-and-set, harmless if two processes run them at
 * once.
 *
 *	expire		leases past their deadline become ready in Redis;
 *			then their rows follow
 *	hung		rows past their hard deadline, by Postgres' clock
 *	reconcile	rows that are marked, those that are some seconds old,
 *			and in the audit all live ones, against what Redis says
 *	dead		in the audit: entries of Redis whose row has ended
 *	blame		runners on which too much failed are set aside
 *	collect		bytes that nothing uses any more; times of gradings
 *
 * After a gap (nobody swept for a while, another server, a clock that
 * jumped) leases have just been extended and nothing is reclaimed:
 * otherwise an outage of ours would count as failures of theirs.
 */
#include "core/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "core/entry.h"
#include "core/metrics.h"
#include "core/reconcile.h"
#include "dispatch/sweep.h"
#include "store/grading.h"
#include "store/queue.h"
#include "store/runner.h"
#include "store/sweep.h"

#define PAGE 1000
#define REBUILD_PAGE 4000
#define YOUNG_PAGES 10 /* in one turn */
/* Of marked jobs in one turn: a rejudging set marks all of its jobs at once. */
#define DIRTY_PAGES 10
#define AUDIT_MS (300 * 1000)
#define FAST_MS 400
#define BLAME_MS 3000
#define COLLECT_MS 2000
#define COLLECT_PAGE 200
/* Failed on a runner and judged by another: so many set it aside. */
#define BLAME_SUBMISSIONS 3
/* A turn may be late by this much, whatever the lease time is. */
#define GAP_MIN_MS 3000

static struct err *
expire(const struct core *c, struct arena *a)
{
	struct dispatch_entry *entries;
	size_t n;

	TRY(dispatch_expire(c->dispatch, a, &entries, &n));
	if (n > 0)
		TRY(FAILPOINT(a, "sweep.before_rows"));
	for (size_t i = 0; i < n; i++) {
		log_event(LOG_WARNING, "lease_expired",
		    LS("job", entries[i].job), LS("lease", entries[i].lease),
		    LS("runner", entries[i].runner));
		TRY(core_end_lease(c, a, entries[i].job, entries[i].lease));
	}
	return NULL;
}

/*
 * A lease ends in Redis at its hard deadline at the latest.  This is for one
 * that does not, and looks at a page of the live rows in each turn.
 */
static struct err *
end_hung(const struct core *c, struct arena *a, struct sweep *s)
{
	struct job_page page;

	TRY(store_job_hung(c->store, a, &s->hung_after, PAGE, &page));
	for (size_t i = 0; i < page.n; i++) {
		const struct job_release_args args = {
			.job_id = page.items[i].id,
			.lease_id = page.items[i].lease_id,
			.reason = "hung",
		};
		struct job_released released;

		TRY(core_release(c, a, &args, &released));
	}
	return NULL;
}

static struct err *
clean_dirty(const struct core *c, struct arena *a, bool reclaim)
{
	struct job_page page;

	for (int i = 0; i < DIRTY_PAGES; i++) {
		TRY(store_job_dirty(c->store, a, PAGE, &page));
		if (page.n == 0)
			break;
		TRY(core_reconcile_page(c, a, &page, reclaim));
		TRY(store_job_clean(c->store, a, &page));
		if (!page.is_more)
			break;
	}
	return NULL;
}

/*
 * What was there before this process had the turn is the audit's, which has
 * not begun yet: whatever comes after this is young.
 */
static struct err *
begin_young(const struct core *c, struct arena *a, struct sweep *s)
{
	if (s->knows_young)
		return NULL;
	TRY(store_job_last(c->store, a, &s->young));
	s->knows_young = true;
	return NULL;
}

/*
 * Whoever makes a job offers it, or marks it if that fails, or dies: what was
 * made some seconds ago is looked at once.
 */
static struct err *
look_at_young(const struct core *c, struct arena *a, struct sweep *s,
    bool reclaim)
{
	struct job_page page;

	for (int i = 0; i < YOUNG_PAGES; i++) {
		TRY(store_job_young(c->store, a, s->young, PAGE, &page));
		TRY(core_reconcile_page(c, a, &page, reclaim));
		if (page.n > 0)
			s->young = page.items[page.n - 1].seq;
		if (!page.is_more)
			break;
	}
	return NULL;
}

static struct err *
blame(const struct core *c, struct arena *a, struct sweep *s)
{
	int64_t n;

	if (clock_mono_ms() - s->blamed_ms < BLAME_MS)
		return NULL;
	s->blamed_ms = clock_mono_ms();
	TRY(store_runner_blame(c->store, a, BLAME_SUBMISSIONS, &n));
	if (n > 0)
		log_event(LOG_WARNING, "runners_set_aside", LI("n", n));
	return NULL;
}

static struct err *
collect(const struct core *c, struct arena *a, struct sweep *s)
{
	int64_t n;

	if (clock_mono_ms() - s->collected_ms < COLLECT_MS)
		return NULL;
	s->collected_ms = clock_mono_ms();
	TRY(store_queue_measure(c->store, a));
	return store_blob_collect(c->store, a, COLLECT_PAGE, &n);
}

/* Every live row has its entry: one page. */
static struct err *
audit_rows(const struct core *c, struct arena *a, struct sweep *s, bool reclaim)
{
	struct job_page page;

	if (s->is_rebuild) {
		TRY(store_job_live(c->store, a, s->after, REBUILD_PAGE, &page));
		TRY(core_rebuild_page(c, a, &page, reclaim));
	} else {
		TRY(store_job_live(c->store, a, s->after, PAGE, &page));
		TRY(core_reconcile_page(c, a, &page, reclaim));
	}
	if (page.n > 0)
		s->after = page.items[page.n - 1].seq;
	s->rows_done = !page.is_more || page.n == 0;
	return NULL;
}

static int
by_id(const void *x, const void *y)
{
	const struct job_entry *a = x;
	const struct job_entry *b = y;

	return strcmp(a->id, b->id);
}

/* The rows are read after the entries: what has ended then stays ended. */
static struct err *
drop_dead(const struct core *c, struct arena *a,
    const struct dispatch_entry *entries, size_t n)
{
	const char **ids = arena_array(a, n + 1, sizeof(*ids));
	struct job_page rows;

	if (n == 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		ids[i] = entries[i].job;
	TRY(store_job_entries(c->store, a, ids, n, &rows));
	qsort(rows.items, rows.n, sizeof(rows.items[0]), by_id);
	for (size_t i = 0; i < n; i++) {
		const struct job_entry key = { .id = ids[i] };
		const struct job_entry *row = bsearch(&key, rows.items, rows.n,
		    sizeof(rows.items[0]), by_id);

		if (row == NULL ||
		    (!core_is_live(row) && !core_is_in_order(row, &entries[i])))
			TRY(core_drop(c, a, &entries[i]));
	}
	return NULL;
}

/* Every entry has a live row: one page. */
static struct err *
audit_entries(const struct core *c, struct arena *a, struct sweep *s)
{
	struct dispatch_entry *entries;
	const char *next;
	size_t n;

	TRY(dispatch_page(c->dispatch, a, s->cursor, &next, &entries, &n));
	TRY(drop_dead(c, a, entries, n));
	if (strlen(next) >= sizeof(s->cursor))
		next = "0";
	memcpy(s->cursor, next, strlen(next) + 1);
	s->is_auditing = strcmp(next, "0") != 0;
	return NULL;
}

/*
 * It starts when it is due, after a gap, and when Redis is empty; and from the
 * beginning when Redis lost its memory, whatever was done before.
 */
static void
begin_audit(struct sweep *s, const struct dispatch_sweep *turn)
{
	bool due =
	    s->audited_ms == 0 || clock_mono_ms() - s->audited_ms >= AUDIT_MS;

	if (!turn->is_lost && (s->is_auditing || (!due && !turn->is_empty)))
		return;
	if (turn->is_empty)
		metrics_count(METRIC_SWEEPS, SWEEP_REBUILD);
	if (turn->is_empty)
		log_event(LOG_WARNING, "redis_rebuild",
		    LS("reason", "it lost its memory"));
	*s = (struct sweep) {
		.is_auditing = true,
		.is_rebuild = turn->is_empty,
		.cursor = "0",
		.audited_ms = s->audited_ms,
		.young = s->young,
		.knows_young = s->knows_young,
		.blamed_ms = s->blamed_ms,
		.collected_ms = s->collected_ms,
		.fast_ms = s->fast_ms,
		.hung_after = s->hung_after,
	};
}

static struct err *
audit(const struct core *c, struct arena *a, struct sweep *s,
    const struct dispatch_sweep *turn)
{
	if (turn->is_gap)
		s->audited_ms = 0;
	begin_audit(s, turn);
	if (!s->is_auditing)
		return NULL;
	if (!s->rows_done)
		return audit_rows(c, a, s, !turn->is_gap);
	TRY(FAILPOINT(a, "sweep.before_entries"));
	TRY(audit_entries(c, a, s));
	if (s->is_auditing)
		return NULL;
	s->audited_ms = clock_mono_ms();
	if (!s->is_rebuild)
		return NULL;
	TRY(FAILPOINT(a, "sweep.before_rebuilt"));
	return dispatch_sweep_rebuilt(c->dispatch, a);
}

/* Nobody swept for a third of a lease: then ours was the outage. */
static int64_t
gap_ms(const struct core *c)
{
	int64_t third = c->lease_max_ms / 3;

	return third > GAP_MIN_MS ? third : GAP_MIN_MS;
}

/* What is done twice a second, also while the audit goes on page by page. */
static struct err *
sweep_fast(const struct core *c, struct arena *a, struct sweep *s,
    const struct dispatch_sweep *turn)
{
	if (turn->is_gap) {
		metrics_count(METRIC_SWEEPS, SWEEP_GAP);
		log_event(LOG_WARNING, "sweep_gap",
		    LI("extended_ms", c->lease_max_ms));
	} else {
		TRY(FAILPOINT(a, "sweep.before_expire"));
		TRY(expire(c, a));
		TRY(FAILPOINT(a, "sweep.before_hung"));
		TRY(end_hung(c, a, s));
	}
	TRY(FAILPOINT(a, "sweep.before_dirty"));
	TRY(clean_dirty(c, a, !turn->is_gap));
	TRY(begin_young(c, a, s));
	if (!turn->is_empty)
		TRY(look_at_young(c, a, s, !turn->is_gap));
	TRY(blame(c, a, s));
	return collect(c, a, s);
}

struct err *
core_sweep(const struct core *c, struct arena *a, struct sweep *s)
{
	struct dispatch_sweep turn;

	TRY(dispatch_sweep_begin(c->dispatch, a, gap_ms(c), c->lease_max_ms,
	    &turn));
	if (!turn.is_mine) {
		s->is_auditing = false;
		/* Who takes it over looks at everything once. */
		s->knows_young = false;
		s->audited_ms = 0;
		s->fast_ms = 0;
		return NULL;
	}
	if (turn.is_gap || clock_mono_ms() - s->fast_ms >= FAST_MS) {
		TRY(sweep_fast(c, a, s, &turn));
		s->fast_ms = clock_mono_ms();
	}
	TRY(FAILPOINT(a, "sweep.before_audit"));
	return audit(c, a, s, &turn);
}
