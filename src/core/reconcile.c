/*
 * Theory: Redis may be behind Postgres (it lost its memory, or an older copy
 * took over) or ahead of it (a lease is there, its claim is not yet
 * recorded).  Lease ids sort by time, so comparing them tells which; what is
 * ahead is left alone, since its lease ends by itself.
 *
 * A job that has ended never lives again, so dropping the entry of an ended
 * row loses nothing.  A superseded job that somebody still works on keeps its
 * entry until its lease ends: as long as it is there, its runner gets no
 * other job of the same submission.
 */
#include "core/reconcile.h"

#include <string.h>

#include "base/log.h"
#include "core/entry.h"
#include "core/metrics.h"
#include "store/job.h"

int
core_compare_leases(const char *x, const char *y)
{
	return strcmp(x == NULL ? "" : x, y == NULL ? "" : y);
}

static bool
is_state(const struct job_entry *row, const char *state)
{
	return strcmp(row->state, state) == 0;
}

bool
core_is_live(const struct job_entry *row)
{
	return is_state(row, "ready") || is_state(row, "leased");
}

struct err *
core_drop(const struct core *c, struct arena *a,
    const struct dispatch_entry *entry)
{
	if (entry->state == DISPATCH_ABSENT)
		return NULL;
	return dispatch_forget(c->dispatch, a, entry->job, entry->lease, NULL);
}

/* Offers are collected: there may be very many. */
struct offers {
	struct dispatch_job *jobs;
	size_t n;
};

/* Of no newer lease than the row's: what the row ended is given back. */
static bool
is_behind(const struct job_entry *row, const struct dispatch_entry *entry)
{
	return core_compare_leases(entry->lease, row->lease_id) <= 0;
}

static struct err *
reconcile_ready(const struct core *c, struct arena *a,
    const struct job_entry *row, const struct dispatch_entry *entry,
    struct offers *offers)
{
	if (row->left_ms > 0)
		return is_behind(row, entry) ? core_drop(c, a, entry) : NULL;
	switch (entry->state) {
	case DISPATCH_ABSENT:
		offers->jobs[offers->n++] = core_entry_job(a, row);
		return NULL;
	case DISPATCH_LEASED:
		if (is_behind(row, entry))
			return dispatch_release(c->dispatch, a, row->id,
			    entry->lease, DISPATCH_GIVEN_BACK, NULL);
		return NULL;
	default:
		return NULL;
	}
}

struct err *
core_end_lease(const struct core *c, struct arena *a, const char *job_id,
    const char *lease)
{
	const struct job_release_args args = {
		.job_id = job_id,
		.lease_id = lease,
		.reason = "expired",
	};
	struct job_released released;

	TRY(store_job_release(c->store, a, &args, &released));
	if (released.outcome == RELEASE_READY || released.outcome == RELEASE_JE)
		metrics_reclaim(args.reason);
	switch (released.outcome) {
	case RELEASE_READY:
		if (released.is_delayed)
			break;
		return NULL;
	case RELEASE_AGAIN:
		return NULL;
	case RELEASE_NOT_HELD:
		/* It has ended, or Redis is behind. */
		core_reconcile_jobs(c, a, &job_id, 1);
		return NULL;
	case RELEASE_JE:
	case RELEASE_UNKNOWN:
		break;
	}
	return dispatch_forget(c->dispatch, a, job_id, lease, NULL);
}

static struct err *
reconcile_leased(const struct core *c, struct arena *a,
    const struct job_entry *row, const struct dispatch_entry *entry,
    bool reclaim)
{
	if (entry->state == DISPATCH_ABSENT)
		return core_entry_restore(c, a, DISPATCH_IF_ABSENT, row,
		    c->lease_max_ms);
	if (core_compare_leases(entry->lease, row->lease_id) < 0)
		return core_entry_restore(c, a, DISPATCH_IF_BEHIND, row,
		    c->lease_max_ms);
	if (entry->state == DISPATCH_READY && reclaim)
		return core_end_lease(c, a, row->id, row->lease_id);
	return NULL;
}

static bool
is_let_run(const struct job_entry *row, const struct dispatch_entry *entry)
{
	return is_state(row, "superseded") && entry->state == DISPATCH_LEASED;
}

static struct err *
reconcile(const struct core *c, struct arena *a, const struct job_entry *row,
    const struct dispatch_entry *entry, bool reclaim, struct offers *offers)
{
	if (is_state(row, "ready"))
		return reconcile_ready(c, a, row, entry, offers);
	if (is_state(row, "leased"))
		return reconcile_leased(c, a, row, entry, reclaim);
	if (!is_let_run(row, entry))
		return core_drop(c, a, entry);
	return dispatch_recall(c->dispatch, a, row->id, entry->lease);
}

bool
core_is_in_order(const struct job_entry *row,
    const struct dispatch_entry *entry)
{
	int order = core_compare_leases(entry->lease, row->lease_id);

	if (is_state(row, "leased"))
		return entry->state == DISPATCH_LEASED && order >= 0;
	if (is_state(row, "ready") && row->left_ms > 0)
		return entry->state == DISPATCH_ABSENT || order > 0;
	if (is_state(row, "ready"))
		return entry->state == DISPATCH_READY ||
		    (entry->state == DISPATCH_LEASED && order > 0);
	return entry->state == DISPATCH_ABSENT || is_let_run(row, entry);
}

struct err *
core_reconcile_page(const struct core *c, struct arena *a,
    const struct job_page *page, bool reclaim)
{
	const char **ids = arena_array(a, page->n + 1, sizeof(*ids));
	struct dispatch_entry *entries =
	    arena_array(a, page->n + 1, sizeof(*entries));
	struct offers offers = {
		.jobs = arena_array(a, page->n + 1, sizeof(*offers.jobs)),
	};

	if (page->n == 0)
		return NULL;
	for (size_t i = 0; i < page->n; i++)
		ids[i] = page->items[i].id;
	TRY(dispatch_peek(c->dispatch, a, ids, page->n, entries));
	for (size_t i = 0; i < page->n; i++)
		TRY(reconcile(c, a, &page->items[i], &entries[i], reclaim,
		    &offers));
	if (offers.n == 0)
		return NULL;
	return dispatch_offer(c->dispatch, a, offers.jobs, offers.n, NULL);
}

struct err *
core_rebuild_page(const struct core *c, struct arena *a,
    const struct job_page *page, bool reclaim)
{
	struct dispatch_job *jobs = arena_array(a, page->n + 1, sizeof(*jobs));
	struct job_page rest = {
		.items = arena_array(a, page->n + 1, sizeof(*rest.items)),
	};
	size_t n = 0;
	size_t added;

	for (size_t i = 0; i < page->n; i++) {
		const struct job_entry *row = &page->items[i];

		if (is_state(row, "ready") && row->left_ms <= 0)
			jobs[n++] = core_entry_job(a, row);
		else
			rest.items[rest.n++] = *row;
	}
	TRY(dispatch_offer(c->dispatch, a, jobs, n, &added));
	return core_reconcile_page(c, a, added == n ? &rest : page, reclaim);
}

static struct err *
reconcile_ids(const struct core *c, struct arena *a, const char *const *job_ids,
    size_t n)
{
	struct job_page page;

	TRY(store_job_entries(c->store, a, job_ids, n, &page));
	return core_reconcile_page(c, a, &page, false);
}

void
core_reconcile_jobs(const struct core *c, struct arena *a,
    const char *const *job_ids, size_t n)
{
	struct err *e = reconcile_ids(c, a, job_ids, n);

	if (e == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		core_mark_dirty(c, a, job_ids[i], e);
}

static struct err *
let_go(const struct core *c, struct arena *a, const char *job_id,
    const char *runner_id)
{
	struct dispatch_entry entry;
	struct job_page page;

	TRY(dispatch_holder(c->dispatch, a, job_id, &entry));
	if (entry.state != DISPATCH_LEASED || entry.runner == NULL ||
	    strcmp(entry.runner, runner_id) != 0)
		return NULL;
	TRY(store_job_entries(c->store, a, &job_id, 1, &page));
	if (page.n > 0 && core_is_live(&page.items[0]))
		return NULL;
	return core_drop(c, a, &entry);
}

void
core_let_go(const struct core *c, struct arena *a, const char *job_id,
    const char *runner_id)
{
	struct err *e = let_go(c, a, job_id, runner_id);

	/* It ends with its lease. */
	if (e != NULL)
		log_err(LOG_WARNING, "let_go_failed", e);
}
