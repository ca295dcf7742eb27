/*
 * Theory: three passes of compare-and-set, harmless if two processes run
 * them at once.
 *
 *	expire		leases past their deadline become ready in Redis;
 *			then their rows follow
 *	reconcile	rows that are marked, hung, or (in the audit) all live
 *			rows, against what Redis says of them
 *	dead		entries of Redis whose row has ended are dropped
 *
 * Redis may be behind Postgres (it lost its memory, or an older copy took
 * over) or ahead of it (a lease is there, its claim is not yet recorded).
 * Lease ids sort by time, so comparing them tells which; what is ahead is
 * left alone, since its lease ends by itself.
 *
 * After a gap (nobody swept for a while, another server, a clock that
 * jumped) leases have just been extended and nothing is reclaimed:
 * otherwise an outage of ours would count as failures of theirs.
 */
#include "core/sweep.h"

#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "core/entry.h"
#include "dispatch/lease.h"
#include "dispatch/sweep.h"
#include "store/job.h"
#include "store/sweep.h"

#define PAGE 500
#define AUDIT_MS (60 * 1000)
/* A turn may be late by this much, whatever the lease time is. */
#define GAP_MIN_MS 3000

/* "No lease" is older than any. */
static int
compare_leases(const char *x, const char *y)
{
	return strcmp(x == NULL ? "" : x, y == NULL ? "" : y);
}

static bool
is_live(const struct job_entry *row)
{
	return strcmp(row->state, "ready") == 0 ||
	    strcmp(row->state, "leased") == 0;
}

/* The entry that was seen goes, if it is still the same. */
static struct err *
drop(const struct core *c, struct arena *a, const struct dispatch_entry *entry)
{
	if (entry->state == DISPATCH_ABSENT)
		return NULL;
	return dispatch_forget(c->dispatch, a, entry->job, entry->lease, NULL);
}

static struct err *
offer(const struct core *c, struct arena *a, const struct job_entry *row)
{
	struct dispatch_job job = core_entry_job(a, row);

	return dispatch_offer(c->dispatch, a, &job, 1, NULL);
}

/* The row is ready. */
static struct err *
reconcile_ready(const struct core *c, struct arena *a,
    const struct job_entry *row, const struct dispatch_entry *entry)
{
	switch (entry->state) {
	case DISPATCH_ABSENT:
		return offer(c, a, row);
	case DISPATCH_LEASED:
		/* Of a lease that the row has ended: given back. */
		if (compare_leases(entry->lease, row->lease_id) <= 0)
			return dispatch_release(c->dispatch, a, row->id,
			    entry->lease, DISPATCH_GIVEN_BACK, NULL);
		return NULL;
	default:
		return NULL;
	}
}

/* The lease ended in Redis: the row follows, and ends after its last charge. */
static struct err *
end_lease(const struct core *c, struct arena *a, const char *job_id,
    const char *lease)
{
	const struct job_release_args args = {
		.job_id = job_id,
		.lease_id = lease,
		.reason = "expired",
	};
	struct job_released released;

	TRY(store_job_release(c->store, a, &args, &released));
	if (released.outcome == RELEASE_JE)
		return dispatch_forget(c->dispatch, a, job_id, lease, NULL);
	return NULL;
}

/* The row is leased. */
static struct err *
reconcile_leased(const struct core *c, struct arena *a,
    const struct job_entry *row, const struct dispatch_entry *entry,
    bool reclaim)
{
	int order = compare_leases(entry->lease, row->lease_id);

	if (entry->state == DISPATCH_ABSENT)
		return core_entry_restore(c, a, DISPATCH_IF_ABSENT, row,
		    c->lease_max_ms);
	if (order < 0)
		return core_entry_restore(c, a, DISPATCH_IF_BEHIND, row,
		    c->lease_max_ms);
	if (entry->state == DISPATCH_READY && reclaim)
		return end_lease(c, a, row->id, row->lease_id);
	return NULL;
}

static struct err *
reconcile(const struct core *c, struct arena *a, const struct job_entry *row,
    const struct dispatch_entry *entry, bool reclaim)
{
	if (!is_live(row))
		return drop(c, a, entry);
	if (strcmp(row->state, "ready") == 0)
		return reconcile_ready(c, a, row, entry);
	return reconcile_leased(c, a, row, entry, reclaim);
}

/* A page of rows against what Redis says of them now. */
static struct err *
reconcile_page(const struct core *c, struct arena *a,
    const struct job_page *page, bool reclaim)
{
	const char **ids = arena_array(a, page->n + 1, sizeof(*ids));
	struct dispatch_entry *entries =
	    arena_array(a, page->n + 1, sizeof(*entries));

	if (page->n == 0)
		return NULL;
	for (size_t i = 0; i < page->n; i++)
		ids[i] = page->items[i].id;
	TRY(dispatch_peek(c->dispatch, a, ids, page->n, entries));
	for (size_t i = 0; i < page->n; i++)
		TRY(reconcile(c, a, &page->items[i], &entries[i], reclaim));
	return NULL;
}

/*
 * -- the passes
 */

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
		TRY(end_lease(c, a, entries[i].job, entries[i].lease));
	}
	return NULL;
}

static struct err *
end_hung(const struct core *c, struct arena *a)
{
	struct job_page page;

	TRY(store_job_hung(c->store, a, PAGE, &page));
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

	TRY(store_job_dirty(c->store, a, PAGE, &page));
	TRY(reconcile_page(c, a, &page, reclaim));
	for (size_t i = 0; i < page.n; i++)
		TRY(store_job_clean(c->store, a, page.items[i].id,
		    page.items[i].seq));
	return NULL;
}

/* Every live row has its entry: one page. */
static struct err *
audit_rows(const struct core *c, struct arena *a, struct sweep *s, bool reclaim)
{
	struct job_page page;

	TRY(store_job_live(c->store, a, s->after, PAGE, &page));
	TRY(reconcile_page(c, a, &page, reclaim));
	if (page.n > 0)
		s->after = page.items[page.n - 1].seq;
	s->rows_done = !page.is_more || page.n == 0;
	return NULL;
}

static const struct job_entry *
find_row(const struct job_page *page, const char *job_id)
{
	for (size_t i = 0; i < page->n; i++)
		if (strcmp(page->items[i].id, job_id) == 0)
			return &page->items[i];
	return NULL;
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
	for (size_t i = 0; i < n; i++) {
		const struct job_entry *row = find_row(&rows, ids[i]);

		if (row == NULL || !is_live(row))
			TRY(drop(c, a, &entries[i]));
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

/* It starts when it is due, and at once when Redis is empty. */
static void
begin_audit(struct sweep *s, bool is_empty)
{
	bool due =
	    s->audited_ms == 0 || clock_mono_ms() - s->audited_ms >= AUDIT_MS;

	if ((s->is_auditing && (!is_empty || s->is_rebuild)) ||
	    (!due && !is_empty))
		return;
	if (is_empty)
		log_event(LOG_WARNING, "redis_rebuild",
		    LS("reason", "it lost its memory"));
	*s = (struct sweep) {
		.is_auditing = true,
		.is_rebuild = is_empty,
		.cursor = "0",
		.audited_ms = s->audited_ms,
	};
}

static struct err *
audit(const struct core *c, struct arena *a, struct sweep *s,
    const struct dispatch_sweep *turn)
{
	begin_audit(s, turn->is_empty);
	if (!s->is_auditing)
		return NULL;
	if (!s->rows_done)
		return audit_rows(c, a, s, !turn->is_gap);
	TRY(FAILPOINT(a, "sweep.before_entries"));
	TRY(audit_entries(c, a, s));
	if (s->is_auditing)
		return NULL;
	s->audited_ms = clock_mono_ms();
	if (s->is_rebuild)
		TRY(FAILPOINT(a, "sweep.before_rebuilt"));
	TRY(dispatch_sweep_rebuilt(c->dispatch, a));
	return NULL;
}

/* Nobody swept for a third of a lease: then ours was the outage. */
static int64_t
gap_ms(const struct core *c)
{
	int64_t third = c->lease_max_ms / 3;

	return third > GAP_MIN_MS ? third : GAP_MIN_MS;
}

struct err *
core_sweep(const struct core *c, struct arena *a, struct sweep *s)
{
	struct dispatch_sweep turn;

	TRY(dispatch_sweep_begin(c->dispatch, a, gap_ms(c), c->lease_max_ms,
	    &turn));
	if (!turn.is_mine) {
		s->is_auditing = false;
		return NULL;
	}
	if (turn.is_gap) {
		log_event(LOG_WARNING, "sweep_gap",
		    LI("extended_ms", c->lease_max_ms));
	} else {
		TRY(FAILPOINT(a, "sweep.before_expire"));
		TRY(expire(c, a));
		TRY(FAILPOINT(a, "sweep.before_hung"));
		TRY(end_hung(c, a));
	}
	TRY(FAILPOINT(a, "sweep.before_dirty"));
	TRY(clean_dirty(c, a, !turn.is_gap));
	TRY(FAILPOINT(a, "sweep.before_audit"));
	return audit(c, a, s, &turn);
}
