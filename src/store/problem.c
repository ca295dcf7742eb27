#include "store/problem.h"

#include "store/db.h"

static struct problem
take_problem(const PGresult *r, struct arena *a, int i)
{
	struct db_row row = db_row(r, a, i);
	struct problem p = { .tool_versions = NULL };

	p.id = row_i64(&row, 0);
	p.course_id = row_i64(&row, 0);
	p.course = row_text(&row);
	p.slug = row_text(&row);
	p.title = row_text(&row);
	p.time_zone = row_text(&row);
	p.window = problem_window_take(&row);
	p.grace_s = row_i64(&row, 0);
	p.late_penalty = row_double(&row);
	p.late_unit = row_text(&row);
	p.languages = row_texts(&row, &p.languages_n);
	p.limits = row_text(&row);
	p.max_submissions = row_i64(&row, 0);
	p.sliding_n = row_i64(&row, 0);
	p.sliding_s = row_i64(&row, 0);
	p.daily_n = row_i64(&row, 0);
	p.interval_s = row_i64(&row, 0);
	p.stored_n = row_i64(&row, 0);
	p.allows_pending = row_bool(&row);
	p.counts_ce = row_bool(&row);
	p.is_visible = row_bool(&row);
	p.is_for_teams = row_bool(&row);
	p.network_grading = row_bool(&row);
	p.pass_mark = row_double(&row);
	p.weight = row_double(&row);
	p.evaluate = row_text(&row);
	p.exports = row_texts(&row, &p.exports_n);
	p.pool = row_text(&row);
	p.role = row_role(&row);
	p.created_at = row_text(&row);
	p.package_id = row_text(&row);
	p.package_digest = row_text(&row);
	p.package_size = row_i64(&row, 0);
	p.grading = row_text(&row);
	return p;
}

static struct problem *
take_one(const PGresult *r, struct arena *a)
{
	struct problem *p;

	if (PQntuples(r) == 0)
		return NULL;
	p = arena_new_of(a, struct problem);
	*p = take_problem(r, a, 0);
	return p;
}

struct err *
store_problem_put(struct store *s, struct arena *a, int64_t user_id,
    const struct problem_key *key, const char *settings,
    struct problem **ret_problem)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_text(&x, key->course);
	db_text(&x, key->problem);
	db_text(&x, settings);
	TRY(db_run(s, a, Q_PROBLEM_PUT, &x, 0, &r));
	row = db_row(r, a, 0);
	if (!row_bool(&row))
		return ERR(a, ERR_NOT_FOUND, "there is no such course");
	return store_problem_get(s, a, user_id, key, 0, ret_problem);
}

struct err *
store_problem_get(struct store *s, struct arena *a, int64_t user_id,
    const struct problem_key *key, int64_t at_ms, struct problem **ret_problem)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_text(&x, key->course);
	db_text(&x, key->problem);
	db_i64_or_null(&x, at_ms == 0 ? NULL : &at_ms);
	TRY(db_run(s, a, Q_PROBLEM_GET, &x, 0, &r));
	*ret_problem = take_one(r, a);
	return NULL;
}

struct err *
store_problem_list(struct store *s, struct arena *a,
    const struct problem_page *in, struct problem_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct problem_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->user_id);
	db_i64(&x, in->course_id);
	db_bool(&x, in->all);
	db_text(&x, in->after);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_PROBLEM_LIST, &x, 0, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++)
		l.items[i] = take_problem(r, a, (int)i);
	*ret_list = l;
	return NULL;
}
