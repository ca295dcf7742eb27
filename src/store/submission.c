#include "store/submission.h"

#include <string.h>

#include "store/db.h"

static void
put_new(struct db_args *x, const struct submission_new *in)
{
	db_text(x, in->id);
	db_text(x, in->job_id);
	db_i64(x, in->problem_id);
	db_text(x, in->package_id);
	db_text(x, in->limits);
	db_i64s(x, in->authors.ids, in->authors.n);
	db_text(x, in->language);
	db_text(x, in->pool);
	db_i64(x, in->budget_s);
	db_bytes(x, in->source, in->source_n);
	db_text(x, in->input);
	db_text(x, in->locale);
	db_i64(x, in->submitted_ms);
	db_text(x, in->key);
	db_text(x, in->request_digest);
	db_bool(x, in->teaches);
	db_text(x, in->team);
	db_bool(x, in->is_all);
	db_text(x, in->debug);
}

struct err *
store_submission_insert(struct store *s, struct arena *a,
    const struct submission_new *in, struct submission_inserted *ret_inserted)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct submission_inserted *to = ret_inserted;
	const char *outcome;
	struct db_args x;
	struct db_row row;
	int64_t wait_s;

	db_args_init(&x, a);
	put_new(&x, in);
	TRY(db_run(s, a, Q_SUBMISSION_INSERT, &x, 0, &r));
	row = db_row(r, a, 0);
	outcome = row_text(&row);
	to->id = row_text(&row);
	to->job_id = row_text(&row);
	to->request_digest = row_text(&row);
	wait_s = row_i64(&row, 0);
	to->budget_s = row_i64(&row, 0);
	to->refusal = (struct refusal) { NULL, NULL, 0 };
	if (strcmp(outcome, "made") == 0) {
		to->outcome = SUBMISSION_MADE;
	} else if (strcmp(outcome, "there") == 0) {
		to->outcome = SUBMISSION_WAS_THERE;
	} else {
		to->outcome = SUBMISSION_REFUSED;
		to->refusal = (struct refusal) { outcome, to->id, wait_s };
	}
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
