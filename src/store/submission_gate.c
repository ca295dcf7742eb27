#include "store/submission.h"

#include "store/db.h"

struct err *
store_submission_refusal(struct store *s, struct arena *a, int64_t problem_id,
    const struct authors *authors, int64_t at_ms, struct refusal_look *ret_look)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, problem_id);
	db_i64s(&x, authors->ids, authors->n);
	db_i64(&x, at_ms);
	TRY(db_run(s, a, Q_SUBMISSION_REFUSAL, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_look->refusal.reason = row_text(&row);
	ret_look->refusal.pending = row_text(&row);
	ret_look->refusal.wait_s = row_i64(&row, 0);
	ret_look->burst = row_i64(&row, -1);
	ret_look->burst_s = row_i64(&row, -1);
	return NULL;
}

struct err *
store_submission_use(struct store *s, struct arena *a, int64_t user_id,
    int64_t problem_id, struct submission_use *ret_use)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_i64(&x, problem_id);
	TRY(db_run(s, a, Q_SUBMISSION_USE, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_use->refusal.reason = row_text(&row);
	ret_use->refusal.pending = row_text(&row);
	ret_use->refusal.wait_s = row_i64(&row, 0);
	ret_use->used = row_i64(&row, 0);
	ret_use->most = row_i64(&row, -1);
	return NULL;
}

/* In the order of enum window_phase. */
static const char *const phases[] = { "before", "open", "late", "closed",
	"archived", "shut", NULL };

const char *
window_phase_name(enum window_phase phase)
{
	return phases[phase];
}

struct problem_window
problem_window_take(struct db_row *row)
{
	struct problem_window w;

	w.phase = (enum window_phase)row_choice(row, phases);
	w.opens_at = row_text(row);
	w.soft_at = row_text(row);
	w.end_at = row_text(row);
	w.penalty = row_double(row);
	w.is_extended = row_bool(row);
	return w;
}
