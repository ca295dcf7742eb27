/*
 * How a claim ends: landing and release.  Each is one function of the
 * database, hence one round trip; sql/functions/ has the rules.
 */
#include "store/db.h"
#include "store/job.h"

static const char *const landings[] = { [LAND_LANDED] = "landed",
	[LAND_REPLAY] = "replay",
	[LAND_NOT_RECORDED] = "not_recorded",
	[LAND_NOT_HELD] = "not_held",
	[LAND_OTHER] = "other",
	[LAND_UNKNOWN] = "unknown",
	NULL };

struct err *
store_job_look(struct store *s, struct arena *a, const char *job_id,
    const char *runner_id, const char *lease_id, struct job_look *ret_look)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct job_look l = { .outcome = LAND_UNKNOWN };
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, job_id);
	db_text(&x, runner_id);
	db_text(&x, lease_id);
	TRY(db_run(s, a, Q_JOB_LOOK, &x, 0, &r));
	if (PQntuples(r) > 0) {
		struct db_row row = db_row(r, a, 0);

		l.outcome = (enum job_landing)row_choice(&row, landings);
		l.submission_id = row_text(&row);
		l.lease_id = row_text(&row);
		l.language = row_text(&row);
		l.grading = row_text(&row);
		l.limits = row_text(&row);
		l.counted_ms = row_i64(&row, 0);
		l.job_class = row_text(&row);
	}
	*ret_look = l;
	return NULL;
}

static void
put_time(struct db_args *x, int64_t n)
{
	if (n < 0)
		db_text(x, NULL);
	else
		db_i64(x, n);
}

struct err *
store_job_land(struct store *s, struct arena *a, const struct job_result *in,
    struct job_landed *ret_landed)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, in->job_id);
	db_text(&x, in->runner_id);
	db_text(&x, in->lease_id);
	db_bool(&x, in->record_claim);
	db_text(&x, in->verdict);
	db_text(&x, in->outcome);
	db_double(&x, in->grade);
	put_time(&x, in->time_ms);
	put_time(&x, in->memory_kb);
	db_text(&x, in->state);
	db_text(&x, in->result);
	db_text(&x, in->provenance);
	TRY(db_run(s, a, Q_JOB_LAND, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_landed->outcome = (enum job_landing)row_choice(&row, landings);
	ret_landed->submission_id = row_text(&row);
	ret_landed->lease_id = row_text(&row);
	ret_landed->is_evaluated = row_bool(&row);
	return NULL;
}

struct err *
store_job_release(struct store *s, struct arena *a,
    const struct job_release_args *in, struct job_released *ret_released)
{
	static const char *const outcomes[] = { [RELEASE_READY] = "ready",
		[RELEASE_JE] = "je",
		[RELEASE_AGAIN] = "again",
		[RELEASE_NOT_HELD] = "not_held",
		[RELEASE_UNKNOWN] = "unknown",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, in->job_id);
	db_text(&x, in->runner_id);
	db_text(&x, in->lease_id);
	db_text(&x, in->reason);
	db_bool(&x, in->refund);
	TRY(db_run(s, a, Q_JOB_RELEASE, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_released->outcome = (enum job_release)row_choice(&row, outcomes);
	ret_released->lease_id = row_text(&row);
	ret_released->is_refunded = row_bool(&row);
	ret_released->is_delayed = row_bool(&row);
	return NULL;
}
