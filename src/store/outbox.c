#include "store/outbox.h"

#include <math.h>

#include "store/db.h"

static void
take_item(struct db_row *row, struct outbox_item *ret)
{
	ret->problem_id = row_i64(row, 0);
	ret->user_id = row_i64(row, 0);
	ret->revision = row_i64(row, 0);
	ret->tries = row_i64(row, 0);
	ret->course = row_text(row);
	ret->problem = row_text(row);
	ret->user = row_text(row);
	ret->submission = row_text(row);
	ret->grade = row_double(row);
	ret->has_grade = !isnan(ret->grade);
	ret->is_success = row_bool(row);
	ret->tried = row_i64(row, 0);
	ret->verdict = row_text(row);
	ret->result = row_text(row);
	ret->changed_at = row_text(row);
}

static void
take_items(const PGresult *r, struct arena *a, struct outbox_page *ret_page)
{
	size_t n = (size_t)PQntuples(r);
	struct outbox_item *items = arena_array(a, n + 1, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		take_item(&row, &items[i]);
	}
	*ret_page = (struct outbox_page) { items, n };
}

struct err *
store_outbox_take(struct store *s, struct arena *a, const char *exporter,
    size_t limit, int64_t hold_s, struct outbox_page *ret_page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, exporter);
	db_i64(&x, (int64_t)limit);
	db_i64(&x, hold_s);
	TRY(db_run(s, a, Q_OUTBOX_TAKE, &x, 0, &r));
	take_items(r, a, ret_page);
	return NULL;
}

struct err *
store_outbox_course(struct store *s, struct arena *a, const char *course,
    const struct outbox_item *after, size_t limit, struct outbox_page *ret_page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, course);
	db_text(&x, after->user);
	db_text(&x, after->problem);
	db_i64(&x, (int64_t)limit);
	TRY(db_run(s, a, Q_OUTBOX_COURSE, &x, 0, &r));
	take_items(r, a, ret_page);
	return NULL;
}

static void
put_keys(struct db_args *x, struct arena *a, const char *exporter,
    const struct outbox_item *items, size_t n)
{
	int64_t *problems = arena_array(a, n + 1, sizeof(*problems));
	int64_t *users = arena_array(a, n + 1, sizeof(*users));
	int64_t *revisions = arena_array(a, n + 1, sizeof(*revisions));

	for (size_t i = 0; i < n; i++) {
		problems[i] = items[i].problem_id;
		users[i] = items[i].user_id;
		revisions[i] = items[i].revision;
	}
	db_args_init(x, a);
	db_text(x, exporter);
	db_i64s(x, problems, n);
	db_i64s(x, users, n);
	db_i64s(x, revisions, n);
}

struct err *
store_outbox_sent(struct store *s, struct arena *a, const char *exporter,
    const struct outbox_page *page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	put_keys(&x, a, exporter, page->items, page->n);
	return db_run(s, a, Q_OUTBOX_SENT, &x, 0, &r);
}

struct err *
store_outbox_failed(struct store *s, struct arena *a, const char *exporter,
    const struct outbox_item *item, const char *error, double retry_s)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	put_keys(&x, a, exporter, item, 1);
	db_text(&x, error);
	if (retry_s < 0)
		db_text(&x, NULL);
	else
		db_double(&x, retry_s);
	return db_run(s, a, Q_OUTBOX_FAILED, &x, 0, &r);
}
