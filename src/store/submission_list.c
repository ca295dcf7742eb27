/*
 * Pages of submissions.  There is one statement for each index that a page
 * may be walked by; none walks further than WALK_MAX rows, so that a page may
 * hold less than was asked for, even nothing, and still not be the last.
 * They are planned for their values: a plan for any values reads and sorts
 * everything.
 */
#include <string.h>

#include "base/str.h"
#include "store/db.h"
#include "store/document.h"
#include "store/submission_row.h"

#define LIMIT_MAX 200
/* Rows of an index that one page looks at: a rare thing takes several. */
#define WALK_MAX 2000

/* What the names in a filter stand for. */
struct scope {
	int64_t course_id; /* 0: none */
	int64_t problem_id;
	int64_t user_id;
	enum member_role role; /* of the viewer in the course */
	bool is_empty;         /* it names what is not there */
};

static struct err *
find_scope(struct store *s, struct arena *a, const struct submission_filter *f,
    struct scope *ret_scope)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, f->viewer_id);
	db_text(&x, f->course);
	db_text(&x, f->problem);
	db_text(&x, f->user);
	TRY(db_run(s, a, Q_SUBMISSION_LIST_KEY, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_scope->course_id = row_i64(&row, 0);
	ret_scope->problem_id = row_i64(&row, 0);
	ret_scope->user_id = row_i64(&row, 0);
	ret_scope->role = row_role(&row);
	ret_scope->is_empty =
	    (f->course != NULL && ret_scope->course_id == 0) ||
	    (f->course != NULL && f->problem != NULL &&
		ret_scope->problem_id == 0) ||
	    (f->user != NULL && ret_scope->user_id == 0);
	return NULL;
}

/* The statement, and the id that it starts from. */
static enum queries_id
choose(const struct submission_filter *f, const struct scope *scope,
    int64_t *ret_id)
{
	bool sees_all = f->sees_all || scope->role >= ROLE_TUTOR;

	if (!sees_all || scope->user_id != 0) {
		*ret_id = sees_all ? scope->user_id : f->viewer_id;
		return Q_SUBMISSION_LIST_AUTHOR;
	}
	if (scope->problem_id != 0) {
		*ret_id = scope->problem_id;
		return Q_SUBMISSION_LIST_PROBLEM;
	}
	if (scope->course_id != 0) {
		*ret_id = scope->course_id;
		return Q_SUBMISSION_LIST_COURSE;
	}
	*ret_id = 0;
	return Q_SUBMISSION_LIST_ALL;
}

/* "<ms>.<seq>" of the last one on the page before. */
static struct err *
parse_cursor(struct arena *a, const char *cursor, const char **ret_ms,
    const char **ret_seq)
{
	struct str rest = str_of(cursor);
	struct str ms;
	int64_t n;

	if (!str_cut(&rest, '.', &ms) ||
	    !str_to_i64(str_dup(a, ms), -(INT64_C(1) << 50), INT64_C(1) << 50,
		&n) ||
	    !str_to_i64(str_dup(a, rest), 0, INT64_MAX, &n))
		return ERR(a, ERR_REQUEST, "the cursor is not one of ours");
	*ret_ms = str_dup(a, ms);
	*ret_seq = str_dup(a, rest);
	return NULL;
}

static struct err *
put_filter(struct db_args *x, const struct submission_filter *f, size_t limit,
    int64_t id)
{
	const char *ms = NULL;
	const char *seq = NULL;

	if (f->cursor != NULL)
		TRY(parse_cursor(x->arena, f->cursor, &ms, &seq));
	db_i64(x, f->viewer_id);
	db_i64(x, id);
	db_text(x, f->course);
	db_text(x, f->problem);
	db_text(x, f->user);
	db_text(x, f->status);
	db_text(x, f->verdict);
	db_text(x, f->language);
	db_text(x, f->after);
	db_text(x, f->before);
	db_text(x, ms);
	db_text(x, seq);
	db_i64(x, (int64_t)limit + 1);
	db_i64(x, WALK_MAX);
	return NULL;
}

/* Where a row stands in the walk, behind its columns. */
struct at {
	int64_t seq;
	int64_t ms;
	int64_t n;
};

static struct at
take_at(struct db_row *row)
{
	struct at at;

	at.seq = row_i64(row, 0);
	at.ms = row_i64(row, 0);
	at.n = row_i64(row, 0);
	return at;
}

static struct submission_list
take_list(const PGresult *r, struct arena *a, size_t limit)
{
	struct submission_list l = { 0 };
	struct at at = { 0 };
	bool is_more;
	size_t n = db_page(r, limit, &is_more);

	l.items = arena_array(a, n, sizeof(*l.items));
	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		l.items[l.n] = submission_take(&row);
		at = take_at(&row);
		/* The last of the walk, which may be none that was wanted. */
		if (l.items[l.n].id != NULL)
			l.n++;
	}
	if (is_more || at.n == WALK_MAX)
		l.next_cursor = arena_printf(a, "%lld.%lld", (long long)at.ms,
		    (long long)at.seq);
	return l;
}

struct err *
store_submission_list(struct store *s, struct arena *a,
    const struct submission_filter *f, struct submission_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	size_t limit = f->limit < LIMIT_MAX ? f->limit : LIMIT_MAX;
	struct scope scope = { 0 };
	enum queries_id q;
	struct db_args x;
	int64_t id;

	TRY(find_scope(s, a, f, &scope));
	q = choose(f, &scope, &id);
	db_args_init(&x, a);
	TRY(put_filter(&x, f, limit, id));
	if (scope.is_empty) {
		*ret_list = (struct submission_list) { 0 };
		return NULL;
	}
	TRY(db_run(s, a, q, &x, DB_PLAN, &r));
	*ret_list = take_list(r, a, limit);
	return NULL;
}
