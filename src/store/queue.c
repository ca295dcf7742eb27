#include "store/queue.h"

#include "store/db.h"

struct err *
store_queue_measure(struct store *s, struct arena *a)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	return db_run(s, a, Q_QUEUE_MEASURE, &x, 0, &r);
}

struct err *
store_queue_outlook(struct store *s, struct arena *a,
    const struct queue_sample *in, struct queue_outlook *ret_outlook)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_texts(&x, in->jobs, in->jobs_n);
	db_texts(&x, in->runners, in->runners_n);
	TRY(db_run(s, a, Q_QUEUE_OUTLOOK, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_outlook->service_ms = row_double(&row);
	ret_outlook->capacity = row_double(&row);
	return NULL;
}

struct err *
store_queue_absence(struct store *s, struct arena *a, const char *pool,
    const char *language, enum queue_absence *ret_absence)
{
	static const char *const names[] = { [ABSENT_NONE] = "none",
		[ABSENT_SILENT] = "silent",
		[ABSENT_DRAINING] = "draining",
		[ABSENT_SET_ASIDE] = "set_aside",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, pool);
	db_text(&x, language);
	TRY(db_run(s, a, Q_QUEUE_ABSENCE, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_absence = (enum queue_absence)row_choice(&row, names);
	return NULL;
}

struct err *
store_queue_pending(struct store *s, struct arena *a, int64_t user_id,
    size_t limit, const char ***ret_ids, size_t *ret_n)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	const char **ids;
	struct db_args x;
	size_t n;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_i64(&x, (int64_t)limit);
	TRY(db_run(s, a, Q_QUEUE_PENDING, &x, 0, &r));
	n = (size_t)PQntuples(r);
	ids = arena_array(a, n + 1, sizeof(*ids));
	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		ids[i] = row_text(&row);
	}
	*ret_ids = ids;
	*ret_n = n;
	return NULL;
}

struct err *
store_queue_ages(struct store *s, struct arena *a, struct queue_ages *ret_ages)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct queue_ages l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	TRY(db_run(s, a, Q_QUEUE_AGES, &x, 0, &r));
	l.n = (size_t)PQntuples(r);
	l.items = arena_array(a, l.n + 1, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		l.items[i].pool = row_text(&row);
		l.items[i].job_class = row_text(&row);
		l.items[i].oldest_ms = row_i64(&row, 0);
	}
	*ret_ages = l;
	return NULL;
}
