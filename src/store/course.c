#include "store/course.h"

#include <assert.h>
#include <string.h>

#include "store/db.h"

static const char *const role_names[] = { "none", "student", "tutor", "staff" };

const char *
member_role_name(enum member_role role)
{
	assert(role < ARRAY_LEN(role_names));
	return role_names[role];
}

bool
member_role_of(const char *name, enum member_role *ret_role)
{
	for (size_t i = ROLE_STUDENT; i < ARRAY_LEN(role_names); i++) {
		if (strcmp(name, role_names[i]) == 0) {
			*ret_role = (enum member_role)i;
			return true;
		}
	}
	return false;
}

enum member_role
row_role(struct db_row *row)
{
	const char *name = row_text(row);
	enum member_role role = ROLE_NONE;
	bool ok = name == NULL || member_role_of(name, &role);

	assert(ok);
	return role;
}

static struct course
take_course(const PGresult *r, struct arena *a, int i)
{
	struct db_row row = db_row(r, a, i);
	struct course c = { .tool_versions = NULL };

	c.id = row_i64(&row, 0);
	c.slug = row_text(&row);
	c.title = row_text(&row);
	c.is_visible = row_bool(&row);
	c.time_zone = row_text(&row);
	c.self_enrol = row_bool(&row);
	c.team_size = row_i64(&row, 0);
	c.common = row_text(&row);
	c.role = row_role(&row);
	c.created_at = row_text(&row);
	return c;
}

static struct course *
take_one(const PGresult *r, struct arena *a)
{
	struct course *c;

	if (PQntuples(r) == 0)
		return NULL;
	c = arena_new_of(a, struct course);
	*c = take_course(r, a, 0);
	return c;
}

static void
put_change(struct db_args *x, int64_t user_id, const char *slug,
    const struct course_change *in)
{
	db_i64(x, user_id);
	db_text(x, slug);
	db_text(x, in->title);
	db_bool_or_null(x, in->is_visible);
	db_text(x, in->time_zone);
	db_bool_or_null(x, in->self_enrol);
	db_i64_or_null(x, in->team_size);
}

struct err *
store_course_create(struct store *s, struct arena *a, int64_t user_id,
    const char *slug, const struct course_change *in,
    struct course **ret_course)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	put_change(&x, user_id, slug, in);
	TRY(db_run(s, a, Q_COURSE_CREATE, &x, DB_ONCE, &r));
	*ret_course = take_one(r, a);
	return NULL;
}

struct err *
store_course_update(struct store *s, struct arena *a, int64_t user_id,
    const char *slug, const struct course_change *in,
    struct course **ret_course)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	put_change(&x, user_id, slug, in);
	TRY(db_run(s, a, Q_COURSE_UPDATE, &x, 0, &r));
	*ret_course = take_one(r, a);
	return NULL;
}

struct err *
store_course_get(struct store *s, struct arena *a, int64_t user_id,
    const char *slug, struct course **ret_course)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, user_id);
	db_text(&x, slug);
	TRY(db_run(s, a, Q_COURSE_GET, &x, 0, &r));
	*ret_course = take_one(r, a);
	return NULL;
}

struct err *
store_course_versions(struct store *s, struct arena *a, const char *slug,
    const char **ret_json)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, slug);
	TRY(db_run(s, a, Q_COURSE_VERSIONS, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_json = row_text(&row);
	return NULL;
}

struct err *
store_course_list(struct store *s, struct arena *a,
    const struct course_page *in, struct course_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct course_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->user_id);
	db_bool(&x, in->all);
	db_text(&x, in->after);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_COURSE_LIST, &x, 0, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++)
		l.items[i] = take_course(r, a, (int)i);
	*ret_list = l;
	return NULL;
}
