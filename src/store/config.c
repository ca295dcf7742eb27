#include "store/config.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "store/db.h"

struct err *
store_config_list(struct store *s, struct arena *a,
    struct config_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct config_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	TRY(db_run(s, a, Q_CONFIG_LIST, &x, 0, &r));
	l.n = (size_t)PQntuples(r);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);
		struct config_entry *e = &l.items[i];

		e->key = row_text(&row);
		e->is_bool = row_is(&row, "bool");
		e->value = row_text(&row);
		e->standard = row_text(&row);
		e->min = row_i64(&row, 0);
		e->max = row_i64(&row, 0);
		e->help = row_text(&row);
		e->changed_by = row_text(&row);
		e->changed_at = row_text(&row);
	}
	*ret_list = l;
	return NULL;
}

static struct err *
get(struct store *s, struct arena *a, const char *key, const char **ret_text)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, key);
	TRY(db_run(s, a, Q_CONFIG_GET, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_text = row_text(&row);
	return NULL;
}

struct err *
store_config_int(struct store *s, struct arena *a, const char *key,
    int64_t if_null, int64_t *ret_value)
{
	const char *text = NULL;
	bool ok;

	TRY(get(s, a, key, &text));
	*ret_value = if_null;
	ok = text == NULL || str_to_i64(text, INT64_MIN, INT64_MAX, ret_value);
	assert(ok);
	return NULL;
}

struct err *
store_config_bool(struct store *s, struct arena *a, const char *key,
    bool *ret_value)
{
	const char *text = NULL;

	TRY(get(s, a, key, &text));
	*ret_value = text != NULL && strcmp(text, "true") == 0;
	return NULL;
}

struct err *
store_config_put(struct store *s, struct arena *a, const char *by,
    const char *values)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct faults f;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, by);
	db_text(&x, values);
	TRY(db_run(s, a, Q_CONFIG_PUT, &x, 0, &r));
	faults_init(&f, a);
	for (int i = 0; i < PQntuples(r); i++) {
		struct db_row row = db_row(r, a, i);
		const char *pointer = row_text(&row);

		faults_add(&f, pointer, "%s", row_text(&row));
	}
	return faults_err(&f, ERR_FIELDS);
}
