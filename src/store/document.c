#include "store/document.h"

#include <assert.h>

#include "store/db.h"
#include "store/submission_row.h"

struct submission
submission_take(struct db_row *row)
{
	struct submission s = { 0 };

	s.id = row_text(row);
	s.problem_id = row_i64(row, 0);
	s.course_id = row_i64(row, 0);
	s.course = row_text(row);
	s.problem = row_text(row);
	s.users = row_texts(row, &s.users_n);
	s.submitted_at = row_text(row);
	s.language = row_text(row);
	s.input = row_text(row);
	s.source_digest = row_text(row);
	s.source_size = row_i64(row, 0);
	s.status = row_text(row);
	s.verdict = row_text(row);
	s.outcome = row_text(row);
	s.grade = row_double(row);
	s.machine_grade = row_double(row);
	s.manual_grade = row_double(row);
	s.comment = row_text(row);
	s.graded_by = row_text(row);
	s.graded_at = row_text(row);
	s.penalty = row_double(row);
	s.is_late = row_bool(row);
	s.time_ms = row_i64(row, -1);
	s.memory_kb = row_i64(row, -1);
	s.is_evaluated = row_bool(row);
	s.judged_at = row_text(row);
	s.judged_by = row_text(row);
	s.job_id = row_text(row);
	s.lease_id = row_text(row);
	s.attempt = row_i64(row, 0);
	s.pool = row_text(row);
	s.is_manual = row_bool(row);
	s.is_held = row_bool(row);
	s.is_delayed = row_bool(row);
	s.removed = row_texts(row, &s.removed_n);
	s.version = row_text(row);
	s.is_author = row_bool(row);
	return s;
}

struct err *
store_submission_get(struct store *s, struct arena *a, int64_t user_id,
    const char *id, struct submission **ret_submission)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct submission *sub = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_text(&x, id);
	TRY(db_run(s, a, Q_SUBMISSION_GET, &x, 0, &r));
	if (PQntuples(r) > 0) {
		struct db_row row = db_row(r, a, 0);

		sub = arena_new_of(a, struct submission);
		*sub = submission_take(&row);
		sub->result = row_text(&row);
		sub->previous = row_text(&row);
		sub->state = row_text(&row);
		sub->archive = row_text(&row);
		sub->ssh = row_text(&row);
		sub->is_removed = row_bool(&row);
		sub->export = row_text(&row);
	}
	*ret_submission = sub;
	return NULL;
}

struct err *
store_submission_states(struct store *s, struct arena *a,
    const char *const *ids, size_t n, struct submission_state **ret_states)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct submission_state *states = arena_array(a, n, sizeof(*states));
	struct db_args x;

	db_args_init(&x, a);
	db_texts(&x, ids, n);
	TRY(db_run(s, a, Q_SUBMISSION_STATES, &x, 0, &r));
	assert((size_t)PQntuples(r) == n);
	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		states[i].version = row_text(&row);
		states[i].status = row_text(&row);
		states[i].job_id = row_text(&row);
		states[i].lease_id = row_text(&row);
	}
	*ret_states = states;
	return NULL;
}
