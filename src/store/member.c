#include "store/course.h"
#include "store/db.h"

struct err *
store_member_put(struct store *s, struct arena *a, int64_t course_id,
    int64_t by_id, const char *user, enum member_role role)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_text(&x, user);
	db_text(&x, member_role_name(role));
	db_i64(&x, by_id);
	return db_run(s, a, Q_MEMBER_PUT, &x, 0, &r);
}

struct err *
store_member_delete(struct store *s, struct arena *a, int64_t course_id,
    int64_t by_id, const char *user, bool *ret_was)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_text(&x, user);
	db_i64(&x, by_id);
	TRY(db_run(s, a, Q_MEMBER_DELETE, &x, 0, &r));
	*ret_was = PQntuples(r) > 0;
	return NULL;
}

struct err *
store_member_get(struct store *s, struct arena *a, int64_t course_id,
    const char *user, enum member_role *ret_role)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	enum member_role role = ROLE_NONE;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_text(&x, user);
	TRY(db_run(s, a, Q_MEMBER_GET, &x, 0, &r));
	if (PQntuples(r) > 0) {
		struct db_row row = db_row(r, a, 0);

		role = row_role(&row);
	}
	*ret_role = role;
	return NULL;
}

struct err *
store_member_list(struct store *s, struct arena *a, int64_t course_id,
    const char *after, size_t limit, struct member_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct member_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_text(&x, after);
	db_i64(&x, (int64_t)limit + 1);
	TRY(db_run(s, a, Q_MEMBER_LIST, &x, 0, &r));
	l.n = db_page(r, limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		l.items[i].user = row_text(&row);
		l.items[i].role = row_role(&row);
		l.items[i].added_at = row_text(&row);
	}
	*ret_list = l;
	return NULL;
}
