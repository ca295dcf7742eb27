#include "store/submission.h"

#include <assert.h>

#include "store/db.h"
#include "store/submission_row.h"

static void
put_new(struct db_args *x, const struct submission_new *in)
{
	db_text(x, in->id);
	db_text(x, in->job_id);
	db_i64(x, in->problem_id);
	db_text(x, in->package_id);
	db_text(x, in->limits);
	db_i64s(x, in->authors, in->authors_n);
	db_text(x, in->language);
	db_text(x, in->pool);
	db_i64(x, in->budget_s);
	db_bytes(x, in->source, in->source_n);
	db_text(x, in->input);
	db_text(x, in->locale);
	db_i64(x, in->submitted_ms);
	db_text(x, in->key);
	db_text(x, in->request_digest);
	db_i64(x, in->max_submissions);
	db_bool(x, in->allows_pending);
}

struct err *
store_submission_insert(struct store *s, struct arena *a,
    const struct submission_new *in, struct submission_inserted *ret_inserted)
{
	static const char *const outcomes[] = { [SUBMISSION_MADE] = "made",
		[SUBMISSION_WAS_THERE] = "there",
		[SUBMISSION_IS_PENDING] = "pending",
		[SUBMISSION_NONE_LEFT] = "quota",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	put_new(&x, in);
	TRY(db_run(s, a, Q_SUBMISSION_INSERT, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_inserted->outcome =
	    (enum submission_insert)row_choice(&row, outcomes);
	ret_inserted->id = row_text(&row);
	ret_inserted->job_id = row_text(&row);
	ret_inserted->request_digest = row_text(&row);
	return NULL;
}

struct err *
store_submission_by_key(struct store *s, struct arena *a, int64_t user_id,
    const char *key, const char **ret_id, const char **ret_request_digest)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_text(&x, key);
	TRY(db_run(s, a, Q_SUBMISSION_BY_KEY, &x, 0, &r));
	*ret_id = NULL;
	*ret_request_digest = NULL;
	if (PQntuples(r) > 0) {
		row = db_row(r, a, 0);
		*ret_id = row_text(&row);
		*ret_request_digest = row_text(&row);
	}
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
	ret_use->pending = row_text(&row);
	ret_use->used = row_i64(&row, 0);
	return NULL;
}

struct submission
submission_take(struct db_row *row)
{
	struct submission s;

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
	s.time_ms = row_i64(row, -1);
	s.memory_kb = row_i64(row, -1);
	s.is_evaluated = row_bool(row);
	s.judged_at = row_text(row);
	s.judged_by = row_text(row);
	s.job_id = row_text(row);
	s.attempt = row_i64(row, 0);
	s.result = row_text(row);
	s.previous = row_text(row);
	s.pool = row_text(row);
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

		states[i].status = row_text(&row);
		states[i].verdict = row_text(&row);
	}
	*ret_states = states;
	return NULL;
}

struct err *
store_submission_source(struct store *s, struct arena *a, const char *id,
    struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	TRY(db_run(s, a, Q_SUBMISSION_SOURCE, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}
