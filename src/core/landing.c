/*
 * Theory (the order is the contract with runners): Postgres is asked first
 * and alone where it knows.  Only if the row names another lease may Redis
 * know better, because Postgres can forget the last claims in a crash: if
 * Redis holds exactly this job, runner and lease, the claim is recorded by
 * the landing itself.  The look before the landing writes nothing; the
 * landing judges again under the job's lock.
 */
#include "core/landing.h"

#include <string.h>

#include "base/failpoint.h"
#include "base/log.h"
#include "core/entry.h"
#include "core/metrics.h"
#include "core/reconcile.h"
#include "core/result_check.h"
#include "core/snapshot.h"
#include "dispatch/lease.h"
#include "dispatch/progress.h"
#include "grade/verdict.h"
#include "wire/names.h"
#ifdef MUTANT_no_currency_check
#include "store/sweep.h"
#endif

/* A result tree with all its outputs. */
#define RESULT_BYTES (18u << 20)

static struct err *
not_held(struct arena *a)
{
	return ERR(a, ERR_NOT_HELD,
	    "another runner holds the job, or it is superseded");
}

struct err *
core_recorded_by_redis(const struct core *c, struct arena *a,
    const struct caller *who, const char *job_id, const char *lease,
    const char **ret_lease)
{
	struct dispatch_entry entry;

	TRY(dispatch_holder(c->dispatch, a, job_id, &entry));
	if (entry.state != DISPATCH_LEASED || entry.runner == NULL ||
	    strcmp(entry.runner, who->runner->id) != 0)
		return not_held(a);
	if (lease != NULL && strcmp(entry.lease, lease) != 0)
		return not_held(a);
	*ret_lease = entry.lease;
	return NULL;
}

struct err *
core_landing_answer(struct arena *a, enum job_landing outcome)
{
	switch (outcome) {
	case LAND_LANDED:
	case LAND_REPLAY:
		return NULL;
	case LAND_NOT_RECORDED:
	case LAND_NOT_HELD:
		return not_held(a);
	case LAND_OTHER:
		return ERR(a, ERR_NOT_FOUND, "the job has ended");
	case LAND_UNKNOWN:
		break;
	}
	return ERR(a, ERR_NOT_FOUND, "no such job");
}

/* The row is final; what Redis still has of it goes. */
static void
forget(const struct core *c, struct arena *a, const char *job_id,
    const char *lease)
{
	struct err *e;

	if (lease == NULL)
		return;
	e = dispatch_forget(c->dispatch, a, job_id, lease, NULL);
	if (e == NULL)
		e = dispatch_progress_remove(c->dispatch, a, job_id, lease);
	if (e != NULL)
		core_mark_dirty(c, a, job_id, e);
}

static struct err *
land(const struct core *c, struct arena *a, struct job_result *row,
    const struct checked_result *checked, const struct job_look *look)
{
	const struct verdict_info *info =
	    verdict_info((enum verdict)checked->result.verdict);
	struct job_landed landed;

	row->verdict = info->slug;
	row->outcome = checked->result.has_outcome
	    ? wire_outcomes[checked->result.outcome]
	    : info->result;
	row->grade = checked->result.grade;
	row->time_ms = checked->time_ms;
	row->memory_kb = checked->memory_kb;
	row->state = checked->result.state;
	row->provenance = checked->result.provenance;
	row->result = wire_result_text(a, &checked->result, RESULT_BYTES);
	if (row->result == NULL)
		return ERR(a, ERR_TOO_LARGE, "the result is too large");
	TRY(store_job_land(c->store, a, row, &landed));
	metrics_count(METRIC_LANDINGS, landed.outcome);
	if (landed.outcome == LAND_LANDED) {
		metrics_count(METRIC_VERDICTS, info->code);
		metrics_time(HISTOGRAM_SERVICE, look->job_class,
		    look->counted_ms);
	}
	TRY(FAILPOINT(a, "complete.before_forget"));
	if (landed.outcome == LAND_LANDED || landed.outcome == LAND_REPLAY)
		forget(c, a, row->job_id, landed.lease_id);
	else if (landed.outcome == LAND_NOT_HELD)
		core_let_go(c, a, row->job_id, row->runner_id);
	TRY(FAILPOINT(a, "complete.before_answer"));
	return core_landing_answer(a, landed.outcome);
}

#ifdef MUTANT_complete_then_forget
/* Mutant: Redis is told first, and believed when the runner asks again. */
static struct err *
finish_first(const struct core *c, struct arena *a, const char *job_id,
    bool *ret_done)
{
	struct dispatch_entry entry;

	TRY(dispatch_holder(c->dispatch, a, job_id, &entry));
	*ret_done = entry.state == DISPATCH_ABSENT;
	if (*ret_done)
		return NULL;
	return dispatch_forget(c->dispatch, a, job_id, entry.lease, NULL);
}
#endif

#ifdef MUTANT_no_currency_check
/* Mutant: whoever brings a result stands for whoever holds the job. */
static struct err *
take_rows_lease(const struct core *c, struct arena *a, struct job_result *row)
{
	struct job_page page;

	TRY(store_job_entries(c->store, a, &row->job_id, 1, &page));
	if (page.n == 1 && page.items[0].lease_id != NULL) {
		row->lease_id = page.items[0].lease_id;
		row->runner_id = page.items[0].runner_id;
	}
	return NULL;
}
#endif

struct err *
core_complete(const struct core *c, struct arena *a, const struct caller *who,
    const char *job_id, const char *lease, const struct wire_result *in)
{
	struct job_result row = {
		.job_id = job_id,
		.runner_id = who->runner->id,
		.lease_id = lease,
	};
	struct checked_result checked;
	struct snapshot *snapshot;
	struct job_look look;
#ifdef MUTANT_complete_then_forget
	bool is_done;
#endif

#ifdef MUTANT_no_currency_check
	TRY(take_rows_lease(c, a, &row));
	lease = row.lease_id;
#endif
	TRY(store_job_look(c->store, a, job_id, row.runner_id, lease, &look));
	if (look.outcome == LAND_NOT_RECORDED) {
		TRY(core_recorded_by_redis(c, a, who, job_id, lease,
		    &row.lease_id));
		row.record_claim = true;
	} else if (look.outcome != LAND_LANDED) {
		metrics_count(METRIC_LANDINGS, look.outcome);
		if (look.outcome == LAND_NOT_HELD)
			core_let_go(c, a, job_id, who->runner->id);
		return core_landing_answer(a, look.outcome);
	}
#ifdef MUTANT_complete_then_forget
	TRY(finish_first(c, a, job_id, &is_done));
	if (is_done)
		return NULL;
#endif
	TRY(FAILPOINT(a, "complete.before_row"));
	TRY(snapshot_read(a, look.grading, &snapshot));
	TRY(result_check(a, snapshot, in, c->output_max, &checked));
	return land(c, a, &row, &checked, &look);
}
