#include "store/grades.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "store/db.h"

struct err *
store_grades_problems(struct store *s, struct arena *a, int64_t course_id,
    struct grades_problem **ret_problems, size_t *ret_n)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct grades_problem *p;
	struct db_args x;
	size_t n;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	TRY(db_run(s, a, Q_GRADES_PROBLEMS, &x, 0, &r));
	n = (size_t)PQntuples(r);
	p = arena_array(a, n + 1, sizeof(*p));
	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		p[i].slug = row_text(&row);
		p[i].title = row_text(&row);
		p[i].weight = row_double(&row);
		p[i].is_open = row_bool(&row);
	}
	*ret_problems = p;
	*ret_n = n;
	return NULL;
}

/* Lines of the four columns, one for each problem. */
static struct grades_cell *
take_cells(struct db_row *row, size_t n)
{
	struct grades_cell *cells =
	    arena_array(row->arena, n + 1, sizeof(*cells));
	const char *const *texts[4];
	size_t have[4];

	for (size_t i = 0; i < n; i++)
		cells[i].grade = NAN;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		texts[i] = row_texts(row, &have[i]);
		/* A problem that came or went meanwhile. */
		n = have[i] < n ? have[i] : n;
	}
	for (size_t i = 0; i < n; i++) {
		/* '-' leaves what is there. */
		(void)!str_to_double(texts[0][i], &cells[i].grade);
		(void)!str_to_i64(texts[1][i], 0, INT64_MAX, &cells[i].tried);
		cells[i].is_success = texts[2][i][0] == 't';
		if (strcmp(texts[3][i], "-") != 0)
			cells[i].evaluated = texts[3][i];
	}
	return cells;
}

struct err *
store_grades_list(struct store *s, struct arena *a,
    const struct grades_page *in, struct grades_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct grades_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->course_id);
	db_i64(&x, in->user_id);
	db_text(&x, in->after);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_GRADES_LIST, &x, DB_PLAN, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		l.items[i].user = row_text(&row);
		l.items[i].grade = row_double(&row);
		l.items[i].cells = take_cells(&row, in->problems_n);
	}
	*ret_list = l;
	return NULL;
}

struct err *
store_standing_list(struct store *s, struct arena *a,
    const struct standing_page *in, struct standing_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct standing_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->problem_id);
	db_text(&x, in->user);
	db_text(&x, in->after);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_STANDING_LIST, &x, DB_PLAN, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		l.items[i].user = row_text(&row);
		l.items[i].tried = row_i64(&row, 0);
		l.items[i].evaluated = row_text(&row);
		l.items[i].grade = row_double(&row);
		l.items[i].is_success = row_bool(&row);
		l.items[i].state = row_text(&row);
		l.items[i].updated_at = row_text(&row);
	}
	*ret_list = l;
	return NULL;
}

static struct export_item
take_export(const PGresult *r, struct arena *a, int i)
{
	struct db_row row = db_row(r, a, i);
	struct export_item e;

	e.id = row_text(&row);
	e.problem = row_text(&row);
	e.users = row_texts(&row, &e.users_n);
	e.submitted_at = row_text(&row);
	e.language = row_text(&row);
	e.status = row_text(&row);
	e.verdict = row_text(&row);
	e.grade = row_double(&row);
	e.is_evaluated = row_bool(&row);
	e.at_ms = row_i64(&row, 0);
	e.seq = row_i64(&row, 0);
	return e;
}

struct err *
store_export_list(struct store *s, struct arena *a,
    const struct export_page *in, struct export_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct export_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->course_id);
	db_i64(&x, in->problem_id);
	db_bool(&x, in->evaluated);
	db_i64_or_null(&x, in->seq > 0 ? &in->at_ms : NULL);
	db_i64(&x, in->seq);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_EXPORT_LIST, &x, DB_PLAN, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++)
		l.items[i] = take_export(r, a, (int)i);
	*ret_list = l;
	return NULL;
}
