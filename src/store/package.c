#include "store/package.h"

#include "base/rand.h"
#include "store/db.h"

static struct store_package *
take_package(const PGresult *r, struct arena *a)
{
	struct store_package *p;
	struct db_row row;

	if (PQntuples(r) == 0)
		return NULL;
	p = arena_new_of(a, struct store_package);
	row = db_row(r, a, 0);
	p->id = row_text(&row);
	p->problem_id = row_i64(&row, 0);
	p->digest = row_text(&row);
	p->size = row_i64(&row, 0);
	p->grading = row_text(&row);
	p->meta = row_text(&row);
	p->created_at = row_text(&row);
	p->is_new = row_bool(&row);
	return p;
}

struct err *
store_package_insert(struct store *s, struct arena *a,
    const struct store_package_new *in, struct store_package **ret_package)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, rand_id(a, "pk"));
	db_i64(&x, in->problem_id);
	db_i64(&x, in->user_id);
	db_bytes(&x, in->zip, in->zip_n);
	db_text(&x, in->grading);
	db_text(&x, in->meta);
	if (in->testdata != NULL)
		db_bytes(&x, in->testdata, in->testdata_n);
	else
		db_text(&x, NULL);
	db_text(&x, in->tasks);
	db_text(&x, in->checksum);
	db_text(&x, in->settings);
	TRY(db_run(s, a, Q_PACKAGE_INSERT, &x, 0, &r));
	*ret_package = take_package(r, a);
	return NULL;
}

struct err *
store_package_bytes(struct store *s, struct arena *a, int64_t problem_id,
    const char *digest, struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, problem_id);
	db_text(&x, digest);
	TRY(db_run(s, a, Q_PACKAGE_BYTES, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}

struct err *
store_package_bytes_for_runner(struct store *s, struct arena *a,
    const char *runner_id, const char *digest, struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, runner_id);
	db_text(&x, digest);
	TRY(db_run(s, a, Q_PACKAGE_BYTES_FOR_RUNNER, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}

struct err *
store_testdata_get(struct store *s, struct arena *a, int64_t problem_id,
    const char *runner_id, struct store_testdata **ret_testdata)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct store_testdata *t;
	struct db_args x;
	struct db_row row;

	*ret_testdata = NULL;
	db_args_init(&x, a);
	db_i64(&x, problem_id);
	db_text(&x, runner_id);
	TRY(db_run(s, a, Q_TESTDATA_META, &x, 0, &r));
	if (PQntuples(r) == 0)
		return NULL;
	t = arena_new_of(a, struct store_testdata);
	row = db_row(r, a, 0);
	t->tasks = row_text(&row);
	t->checksum = row_text(&row);
	*ret_testdata = t;
	return NULL;
}

struct err *
store_testdata_bytes(struct store *s, struct arena *a, int64_t problem_id,
    const char *runner_id, struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, problem_id);
	db_text(&x, runner_id);
	TRY(db_run(s, a, Q_TESTDATA_BYTES, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}

struct err *
store_testdata_job(struct store *s, struct arena *a, int64_t problem_id,
    const char *runner_id, const char **ret_job)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	*ret_job = NULL;
	db_args_init(&x, a);
	db_i64(&x, problem_id);
	db_text(&x, runner_id);
	TRY(db_run(s, a, Q_TESTDATA_JOB, &x, 0, &r));
	if (PQntuples(r) == 0)
		return NULL;
	row = db_row(r, a, 0);
	*ret_job = row_text(&row);
	return NULL;
}
