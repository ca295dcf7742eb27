#include "core/entry.h"

#include <string.h>

#include "base/failpoint.h"
#include "base/log.h"
#include "core/metrics.h"
#include "store/sweep.h"

static enum dispatch_class
class_of(const char *name)
{
	if (strcmp(name, "practice") == 0)
		return DISPATCH_PRACTICE;
	if (strcmp(name, "rejudge") == 0)
		return DISPATCH_REJUDGE;
	return DISPATCH_LIVE;
}

struct dispatch_job
core_entry_job(struct arena *a, const struct job_entry *e)
{
	bool is_leased = strcmp(e->state, "leased") == 0;
	int64_t left = is_leased ? e->left_ms : e->budget_s * 1000;

	return (struct dispatch_job) {
		.id = e->id,
		.submission = e->submission_id,
		.user = arena_printf(a, "%lld", (long long)e->user_id),
		.pool = e->pool,
		.language = e->language == NULL || e->language[0] == '\0'
		    ? CORE_NO_LANGUAGE
		    : e->language,
		.class = class_of(e->job_class),
		.hard_ms = left > 1000 ? left : 1000,
		.lease = e->lease_id,
		.runner = e->runner_id,
	};
}

struct err *
core_entry_restore(const struct core *c, struct arena *a,
    enum dispatch_restore how, const struct job_entry *entry, int64_t lease_ms)
{
	struct dispatch_job job = core_entry_job(a, entry);
	bool done;

	return dispatch_restore(c->dispatch, a, how, &job, lease_ms, &done);
}

void
core_mark_dirty(const struct core *c, struct arena *a, const char *job_id,
    const struct err *why)
{
	struct err *e;

	log_err(LOG_WARNING, "redis_behind", why);
	e = store_job_mark_dirty(c->store, a, job_id);
	if (e != NULL)
		log_err(LOG_WARNING, "mark_failed", e);
}

/* The row was released: so is the entry, if it is still of that lease. */
static struct err *
follow(const struct core *c, struct arena *a,
    const struct job_release_args *args, const struct job_released *released)
{
	switch (released->outcome) {
	case RELEASE_READY:
		/* Offered again when the row's time has come. */
		if (released->is_delayed)
			return dispatch_forget(c->dispatch, a, args->job_id,
			    released->lease_id, NULL);
		return dispatch_release(c->dispatch, a, args->job_id,
		    released->lease_id,
		    released->is_refunded ? DISPATCH_GIVEN_BACK
					  : DISPATCH_FAILED,
		    NULL);
	case RELEASE_JE:
		return dispatch_forget(c->dispatch, a, args->job_id,
		    released->lease_id, NULL);
	default:
		return NULL;
	}
}

struct err *
core_release(const struct core *c, struct arena *a,
    const struct job_release_args *args, struct job_released *ret_released)
{
	struct job_released released;
	struct err *e;

	TRY(store_job_release(c->store, a, args, &released));
	if (released.outcome == RELEASE_READY || released.outcome == RELEASE_JE)
		metrics_reclaim(args->reason);
	TRY(FAILPOINT(a, "release.before_redis"));
	e = follow(c, a, args, &released);
	if (e != NULL)
		core_mark_dirty(c, a, args->job_id, e);
	TRY(FAILPOINT(a, "release.before_answer"));
	*ret_released = released;
	return NULL;
}
