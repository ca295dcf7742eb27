#include "store/job.h"

#include <assert.h>
#include <string.h>

#include "store/db.h"
#include "store/job_row.h"

struct job_entry
job_entry_take(struct db_row *row)
{
	struct job_entry e;

	e.id = row_text(row);
	e.submission_id = row_text(row);
	e.problem_id = row_i64(row, 0);
	e.user_id = row_i64(row, 0);
	e.pool = row_text(row);
	e.language = row_text(row);
	e.job_class = row_text(row);
	e.state = row_text(row);
	e.lease_id = row_text(row);
	e.runner_id = row_text(row);
	e.claims = row_i64(row, 0);
	e.charged = row_i64(row, 0);
	e.created_ms = row_i64(row, 0);
	e.budget_s = row_i64(row, 0);
	e.left_ms = row_i64(row, 0);
	e.seq = row_i64(row, 0);
	return e;
}

static void
take_payload(const PGresult *r, struct arena *a, int i,
    struct job_payload *ret_payload)
{
	static const char *const outcomes[] = { [CLAIM_OK] = "ok",
		[CLAIM_UNKNOWN] = "unknown",
		[CLAIM_ENDED] = "ended",
		[CLAIM_JE] = "je",
		[CLAIM_HELD] = "held",
		[CLAIM_OLD_LEASE] = "old_lease",
		[CLAIM_NO_RUNNER] = "no_runner",
		NULL };
	struct job_payload *p = ret_payload;
	struct db_row row = db_row(r, a, i);

	(void)row_i64(&row, 0);
	p->outcome = (enum job_claimed)row_choice(&row, outcomes);
	p->job_id = row_text(&row);
	p->lease_id = row_text(&row);
	p->submission_id = row_text(&row);
	p->attempt = row_i64(&row, 0);
	p->charged = row_i64(&row, 0);
	p->problem_id = row_i64(&row, 0);
	p->problem = row_text(&row);
	p->course = row_text(&row);
	p->user = row_text(&row);
	p->language = row_text(&row);
	p->submitted_at = row_text(&row);
	p->source_digest = row_text(&row);
	p->source_size = row_i64(&row, 0);
	p->input = row_text(&row);
	p->locale = row_text(&row);
	p->package_id = row_text(&row);
	p->package_digest = row_text(&row);
	p->package_size = row_i64(&row, 0);
	p->grading = row_text(&row);
	p->limits = row_text(&row);
	p->state = row_text(&row);
	p->budget_s = row_i64(&row, 0);
	p->hard_ms = row_i64(&row, 0);
	p->job_class = row_text(&row);
	p->waited_ms = row_i64(&row, 0);
	p->common_digest = row_text(&row);
	p->common_size = row_i64(&row, 0);
	p->network = row_bool(&row);
	p->debug = row_text(&row);
}

struct err *
store_job_claim(struct store *s, struct arena *a,
    const struct job_claim *claims, size_t n, struct job_payload **ret_payloads)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	const char **runners = arena_array(a, n, sizeof(*runners));
	const char **jobs = arena_array(a, n, sizeof(*jobs));
	const char **leases = arena_array(a, n, sizeof(*leases));
	struct job_payload *payloads;
	struct db_args x;

	for (size_t i = 0; i < n; i++) {
		runners[i] = claims[i].runner_id;
		jobs[i] = claims[i].job_id;
		leases[i] = claims[i].lease_id;
	}
	db_args_init(&x, a);
	db_texts(&x, runners, n);
	db_texts(&x, jobs, n);
	db_texts(&x, leases, n);
	TRY(db_run(s, a, Q_JOB_CLAIM, &x, 0, &r));
	assert((size_t)PQntuples(r) == n);
	payloads = arena_array(a, n, sizeof(*payloads));
	for (size_t i = 0; i < n; i++)
		take_payload(r, a, (int)i, &payloads[i]);
	*ret_payloads = payloads;
	return NULL;
}

struct err *
store_job_listed(struct store *s, struct arena *a, const char *runner_id,
    const char *const *job_ids, size_t n, struct job_mine **ret_mine)
{
	static const char *const names[] = { [LISTED_MINE] = "mine",
		[LISTED_READY] = "ready",
		[LISTED_GONE] = "gone",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct job_mine *mine = arena_array(a, n, sizeof(*mine));
	static const char *const none[] = { NULL };
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, runner_id);
	db_texts(&x, n > 0 ? job_ids : none, n);
	TRY(db_run(s, a, Q_JOB_LISTED, &x, 0, &r));
	assert((size_t)PQntuples(r) == n);
	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		mine[i].job_id = job_ids[i];
		mine[i].listed = (enum job_listed)row_choice(&row, names);
		if (mine[i].listed == LISTED_MINE) {
			mine[i].entry = arena_new_of(a, struct job_entry);
			*mine[i].entry = job_entry_take(&row);
		}
	}
	*ret_mine = mine;
	return NULL;
}

struct err *
store_job_source(struct store *s, struct arena *a, const char *job_id,
    struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, job_id);
	TRY(db_run(s, a, Q_JOB_SOURCE, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}
