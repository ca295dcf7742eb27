#include "store/rejudging.h"

#include "base/str.h"
#include "store/db.h"

static struct err *
take_acted(struct store *s, struct arena *a, enum queries_id q,
    struct db_args *x, struct rejudging_acted *ret_acted)
{
	static const char *const outcomes[] = { [REJUDGING_MADE] = "made",
		[REJUDGING_REFUSED] = "refused",
		[REJUDGING_NOTHING] = "nothing",
		[REJUDGING_TOO_MANY] = "too_many",
		[REJUDGING_APPLIED] = "applied",
		[REJUDGING_DISCARDED] = "discarded",
		[REJUDGING_UNFINISHED] = "unfinished",
		[REJUDGING_REPEATED] = "repeated",
		[REJUDGING_UNKNOWN] = "unknown",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_row row;

	TRY(db_run(s, a, q, x, 0, &r));
	row = db_row(r, a, 0);
	ret_acted->outcome = (enum rejudging_outcome)row_choice(&row, outcomes);
	ret_acted->detail = row_text(&row);
	return NULL;
}

struct err *
store_rejudging_create(struct store *s, struct arena *a,
    const struct rejudging_new *in, struct rejudging_acted *ret_acted)
{
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, in->id);
	db_text(&x, in->actor);
	db_text(&x, in->reason);
	db_text(&x, in->filter);
	return take_acted(s, a, Q_REJUDGING_CREATE, &x, ret_acted);
}

struct err *
store_rejudging_act(struct store *s, struct arena *a,
    const struct rejudging_order *in, struct rejudging_acted *ret_acted)
{
	static const enum queries_id acts[] = {
		[REJUDGING_APPLY] = Q_REJUDGING_APPLY,
		[REJUDGING_DISCARD] = Q_REJUDGING_DISCARD,
		[REJUDGING_REPEAT] = Q_REJUDGING_REPEAT,
	};
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, in->id);
	db_text(&x, in->actor);
	if (in->act == REJUDGING_APPLY)
		db_bool(&x, in->partial);
	return take_acted(s, a, acts[in->act], &x, ret_acted);
}

struct err *
store_rejudging_key(struct store *s, struct arena *a, const char *id,
    int64_t viewer_id, struct rejudging_key *ret_key)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	*ret_key = (struct rejudging_key) { 0 };
	db_args_init(&x, a);
	db_text(&x, id);
	db_i64(&x, viewer_id);
	TRY(db_run(s, a, Q_REJUDGING_KEY, &x, 0, &r));
	if (PQntuples(r) == 0)
		return NULL;
	row = db_row(r, a, 0);
	ret_key->exists = true;
	ret_key->course = row_text(&row);
	ret_key->role = row_role(&row);
	return NULL;
}

struct err *
store_rejudging_get(struct store *s, struct arena *a, const char *id,
    struct rejudging_document *ret_document)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct rejudging_document d;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	TRY(db_run(s, a, Q_REJUDGING_GET, &x, 0, &r));
	d.n = (size_t)PQntuples(r);
	d.keys = arena_array(a, d.n + 1, sizeof(*d.keys));
	d.values = arena_array(a, d.n + 1, sizeof(*d.values));
	for (size_t i = 0; i < d.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		d.keys[i] = row_text(&row);
		d.values[i] = row_text(&row);
	}
	*ret_document = d;
	return NULL;
}

/* Rows of (key, document); the last key is the next cursor. */
static struct rejudging_list
take_list(const PGresult *r, struct arena *a, size_t limit)
{
	struct rejudging_list l = { 0 };
	bool is_more;

	l.n = db_page(r, limit, &is_more);
	l.documents = arena_array(a, l.n + 1, sizeof(*l.documents));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);
		const char *key = row_text(&row);

		l.documents[i] = row_text(&row);
		if (is_more && i + 1 == l.n)
			l.next_cursor = key;
	}
	return l;
}

struct err *
store_rejudging_list(struct store *s, struct arena *a,
    const struct rejudging_filter *f, struct rejudging_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	int64_t seq;

	if (f->cursor != NULL && !str_to_i64(f->cursor, 0, INT64_MAX, &seq))
		return ERR(a, ERR_REQUEST, "the cursor is not one of ours");
	db_args_init(&x, a);
	db_i64(&x, f->viewer_id);
	db_bool(&x, f->sees_all);
	db_text(&x, f->course);
	db_text(&x, f->state);
	db_text(&x, f->cursor);
	db_i64(&x, (int64_t)f->limit + 1);
	TRY(db_run(s, a, Q_REJUDGING_LIST, &x, DB_PLAN, &r));
	*ret_list = take_list(r, a, f->limit);
	return NULL;
}

struct err *
store_rejudging_page(struct store *s, struct arena *a,
    const struct rejudging_page *p, struct rejudging_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, p->id);
	db_text(&x, p->after);
	db_bool(&x, p->changed);
	db_i64(&x, (int64_t)p->limit + 1);
	TRY(db_run(s, a, Q_REJUDGING_PAGE, &x, 0, &r));
	*ret_list = take_list(r, a, p->limit);
	return NULL;
}

struct err *
store_rejudging_offer(struct store *s, struct arena *a, const char *filter,
    int64_t *ret_n)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, filter);
	TRY(db_run(s, a, Q_REJUDGING_OFFER, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_n = row_i64(&row, 0);
	return NULL;
}
