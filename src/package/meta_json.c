#include "package/meta.h"

#include <string.h>

#include "base/str.h"

/* Only what is written as we would write it: "007" and "+1" are texts. */
static bool
is_integer(struct arena *a, const char *text, int64_t *ret)
{
	return str_to_i64(text, INT64_MIN, INT64_MAX, ret) &&
	    strcmp(arena_printf(a, "%lld", (long long)*ret), text) == 0;
}

static bool
is_number(const char *text, double *ret)
{
	const char *digits = *text == '-' ? text + 1 : text;

	if (*digits < '0' || *digits > '9' ||
	    (digits[0] == '0' && digits[1] != '.' && digits[1] != '\0'))
		return false;
	return str_to_double(text, ret);
}

static bool
is_one_of(const char *text, const char *a, const char *b, const char *c)
{
	return strcmp(text, a) == 0 || strcmp(text, b) == 0 ||
	    strcmp(text, c) == 0;
}

static void
take_scalar(struct arena *a, const struct meta *m, struct json *j)
{
	if (meta_is_null(m)) {
		j->kind = JSON_NULL;
	} else if (m->is_plain && is_one_of(m->text, "true", "True", "TRUE")) {
		j->kind = JSON_BOOL;
		j->boolean = true;
	} else if (m->is_plain &&
	    is_one_of(m->text, "false", "False", "FALSE")) {
		j->kind = JSON_BOOL;
	} else if (m->is_plain && is_integer(a, m->text, &j->integer)) {
		j->kind = JSON_INT;
	} else if (m->is_plain && is_number(m->text, &j->number)) {
		j->kind = JSON_DOUBLE;
	} else {
		j->kind = JSON_STRING;
		j->string = m->text;
		j->n = strlen(m->text);
	}
}

static void take(struct arena *, const struct meta *, struct json *);

static void
take_list(struct arena *a, const struct meta *m, struct json *j)
{
	struct json *items = arena_array(a, m->n + 1, sizeof(*items));
	size_t i = 0;

	for (const struct meta_item *e = m->items; e != NULL; e = e->next)
		take(a, e->value, &items[i++]);
	j->kind = JSON_ARRAY;
	j->n = i;
	j->items = items;
}

static void
take_map(struct arena *a, const struct meta *m, struct json *j)
{
	struct json_member *members =
	    arena_array(a, m->n + 1, sizeof(*members));
	size_t i = 0;

	for (const struct meta_item *e = m->items; e != NULL; e = e->next) {
		members[i].name = e->key;
		take(a, e->value, &members[i++].value);
	}
	j->kind = JSON_OBJECT;
	j->n = i;
	j->members = members;
}

static void
take(struct arena *a, const struct meta *m, struct json *j)
{
	if (m->kind == META_SCALAR)
		take_scalar(a, m, j);
	else if (m->kind == META_LIST)
		take_list(a, m, j);
	else
		take_map(a, m, j);
}

const struct json *
meta_json(struct arena *a, const struct meta *m)
{
	struct json *j = arena_new_of(a, struct json);

	take(a, m, j);
	return j;
}
