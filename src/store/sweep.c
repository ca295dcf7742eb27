#include "store/sweep.h"

#include "store/db.h"
#include "store/job_row.h"

void
job_page_take(const PGresult *r, struct arena *a, size_t limit,
    struct job_page *ret_page)
{
	struct job_page p;

	p.n = db_page(r, limit, &p.is_more);
	p.items = arena_array(a, p.n, sizeof(*p.items));
	for (size_t i = 0; i < p.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		p.items[i] = job_entry_take(&row);
	}
	*ret_page = p;
}

static struct err *
take_page(struct store *s, struct arena *a, enum queries_id q, size_t limit,
    struct job_page *ret_page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, (int64_t)limit + 1);
	TRY(db_run(s, a, q, &x, 0, &r));
	job_page_take(r, a, limit, ret_page);
	return NULL;
}

static struct err *
take_behind(struct store *s, struct arena *a, enum queries_id q, int64_t after,
    size_t limit, struct job_page *ret_page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, after);
	db_i64(&x, (int64_t)limit + 1);
	TRY(db_run(s, a, q, &x, 0, &r));
	job_page_take(r, a, limit, ret_page);
	return NULL;
}

struct err *
store_job_live(struct store *s, struct arena *a, int64_t after, size_t limit,
    struct job_page *ret_page)
{
	return take_behind(s, a, Q_JOB_LIVE, after, limit, ret_page);
}

struct err *
store_job_young(struct store *s, struct arena *a, int64_t after, size_t limit,
    struct job_page *ret_page)
{
	return take_behind(s, a, Q_JOB_YOUNG, after, limit, ret_page);
}

struct err *
store_job_last(struct store *s, struct arena *a, int64_t *ret_seq)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	TRY(db_run(s, a, Q_JOB_LAST, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_seq = row_i64(&row, 0);
	return NULL;
}

struct err *
store_job_entries(struct store *s, struct arena *a, const char *const *job_ids,
    size_t n, struct job_page *ret_page)
{
	static const char *const none[] = { NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_texts(&x, n > 0 ? job_ids : none, n);
	TRY(db_run(s, a, Q_JOB_ENTRIES, &x, 0, &r));
	job_page_take(r, a, n, ret_page);
	return NULL;
}

struct err *
store_job_hung(struct store *s, struct arena *a, int64_t *after, size_t limit,
    struct job_page *ret_page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct job_page p = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, *after);
	db_i64(&x, (int64_t)limit);
	TRY(db_run(s, a, Q_JOB_HUNG, &x, 0, &r));
	p.items = arena_array(a, (size_t)PQntuples(r), sizeof(*p.items));
	for (int i = 0; i < PQntuples(r); i++) {
		struct db_row row = db_row(r, a, i);

		*after = row_i64(&row, 0);
		p.items[p.n].id = row_text(&row);
		p.items[p.n].lease_id = row_text(&row);
		if (p.items[p.n].id != NULL)
			p.n++;
	}
	*ret_page = p;
	return NULL;
}

struct err *
store_job_dirty(struct store *s, struct arena *a, size_t limit,
    struct job_page *ret_page)
{
	return take_page(s, a, Q_JOB_DIRTY, limit, ret_page);
}

struct err *
store_job_mark_dirty(struct store *s, struct arena *a, const char *job_id)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, job_id);
	return db_run(s, a, Q_JOB_MARK_DIRTY, &x, 0, &r);
}

struct err *
store_job_clean(struct store *s, struct arena *a, const struct job_page *page)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	const char **ids = arena_array(a, page->n + 1, sizeof(*ids));
	int64_t *seqs = arena_array(a, page->n + 1, sizeof(*seqs));
	struct db_args x;

	for (size_t i = 0; i < page->n; i++) {
		ids[i] = page->items[i].id;
		seqs[i] = page->items[i].seq;
	}
	db_args_init(&x, a);
	db_texts(&x, ids, page->n);
	db_i64s(&x, seqs, page->n);
	return db_run(s, a, Q_JOB_CLEAN, &x, 0, &r);
}
