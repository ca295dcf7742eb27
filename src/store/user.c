#include "store/user.h"

#include "store/db.h"

static struct err *
take_user(struct store *s, struct arena *a, enum queries_id q, const char *name,
    struct user **ret_user)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct user *u = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, name);
	TRY(db_run(s, a, q, &x, 0, &r));
	if (PQntuples(r) > 0) {
		struct db_row row = db_row(r, a, 0);

		u = arena_new_of(a, struct user);
		u->id = row_i64(&row, 0);
		u->name = row_text(&row);
		u->is_admin = row_bool(&row);
	}
	*ret_user = u;
	return NULL;
}

struct err *
store_user_ensure(struct store *s, struct arena *a, const char *name,
    struct user **ret_user)
{
	return take_user(s, a, Q_USER_ENSURE, name, ret_user);
}

struct err *
store_user_names(struct store *s, struct arena *a, const int64_t *ids, size_t n,
    const char **ret_names)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_row row;
	struct db_args x;

	db_args_init(&x, a);
	db_i64s(&x, ids, n);
	TRY(db_run(s, a, Q_USER_NAMES, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_names = row_text(&row);
	return NULL;
}
