/*
 * Theory: a job's place is the number of those before it in the pool and
 * class; a class gets its share of the runners, these grade so many at once,
 * and each grading takes what gradings of the problems before it took.  All
 * of it is a sample of a few, whatever the length of the queue.
 */
#include "core/queue.h"

#include <math.h>

#include "core/entry.h"
#include "dispatch/place.h"
#include "dispatch/runner.h"
#include "store/queue.h"

static const char *const reasons[] = {
	[ABSENT_NONE] = "no runner for this language is there now",
	[ABSENT_SILENT] = "no runner for this language answers now",
	[ABSENT_DRAINING] = "the runners for this language are being stopped",
	[ABSENT_SET_ASIDE] = "the runners for this language failed too often",
};

/* Of scripts, which have no language but an environment: around its name. */
static const char *const environment_reasons[][2] = {
	[ABSENT_NONE] = { "no runner with the environment", "is there now" },
	[ABSENT_SILENT] = { "no runner with the environment", "answers now" },
	[ABSENT_DRAINING] = { "the runners with the environment",
	    "are being stopped" },
	[ABSENT_SET_ASIDE] = { "the runners with the environment",
	    "failed too often" },
};

static struct err *
look_at_absence(const struct core *c, struct arena *a,
    struct submission_view *view)
{
	const struct submission *row = view->row;
	const char *language =
	    row->language == NULL ? CORE_NO_LANGUAGE : row->language;
	enum queue_absence absence;
	bool served = true;

	TRY(dispatch_is_served(c->dispatch, a, row->pool, language, &served));
	if (served)
		return NULL;
	TRY(store_queue_absence(c->store, a, row->pool, language, &absence));
	view->waiting_reason = row->language != NULL
	    ? reasons[absence]
	    : arena_printf(a, "%s \"%s\" %s", environment_reasons[absence][0],
		  row->pool, environment_reasons[absence][1]);
	return NULL;
}

static struct err *
expect(const struct core *c, struct arena *a, const struct dispatch_place *p,
    struct submission_view *view)
{
	const char **jobs = arena_array(a, p->jobs_n + 1, sizeof(*jobs));
	const struct queue_sample sample = {
		.jobs = jobs,
		.jobs_n = p->jobs_n + 1,
		.runners = p->sample,
		.runners_n = p->sample_n,
	};
	struct queue_outlook o;
	double slots;

	/* With its own: until a slot is free, one has to end. */
	for (size_t i = 0; i < p->jobs_n; i++)
		jobs[i] = p->jobs[i];
	jobs[p->jobs_n] = view->row->job_id;
	TRY(store_queue_outlook(c->store, a, &sample, &o));
	if (isnan(o.service_ms) || isnan(o.capacity))
		return NULL;
	slots = fmax(1, (double)p->runners * o.capacity) * p->share;
	view->expected_s =
	    (int64_t)ceil((double)view->position * o.service_ms / 1000 / slots);
	return NULL;
}

struct err *
core_queue_look(const struct core *c, struct arena *a,
    struct submission_view *view)
{
	const struct submission *row = view->row;
	struct dispatch_place place;

	if (row->is_manual)
		view->waiting_reason = "it waits for a person to grade it";
	else if (row->is_held)
		view->waiting_reason = "the problem is being corrected: "
				       "judging goes on after that";
	else if (row->is_delayed)
		view->waiting_reason = "a runner failed on it: "
				       "it is tried again soon";
	if (row->pool == NULL || view->waiting_reason != NULL)
		return NULL;
	TRY(look_at_absence(c, a, view));
	TRY(dispatch_place(c->dispatch, a, row->job_id, &place));
	if (!place.is_ready)
		return NULL;
	view->position = place.before + 1;
	return place.runners > 0 ? expect(c, a, &place, view) : NULL;
}

struct err *
core_queue(const struct core *c, struct arena *a, const struct caller *who,
    struct queue_list *ret_list)
{
	const char **ids;
	size_t n;

	TRY(store_queue_pending(c->store, a, who->user->id, CORE_QUEUE_MAX,
	    &ids, &n));
	for (size_t i = 0; i < n; i++)
		TRY(core_submission_get(c, a, who, ids[i],
		    &ret_list->items[i]));
	ret_list->n = n;
	return NULL;
}
