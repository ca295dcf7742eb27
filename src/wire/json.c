/*
 * Theory of operation.  scan.c reads the text first and refuses everything
 * that is not strict JSON; json-c then makes its objects of it, which are
 * copied into the arena and released here.  One thing only shows in the copy:
 * json-c keeps the last of members with equal names, so an object that has
 * fewer members than the scan counted had one twice.  Objects are met in the
 * same order by scan and copy, because the copy stops at the first that
 * differs.
 */
#include "wire/json.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "wire/scan.h"

const struct json_limits json_limits_body = { 2000, 16 };
const struct json_limits json_limits_document = { 400000, 16 };

struct copy {
	struct arena *arena;
	const struct scan *scan;
	size_t next_object;
	const char *why;
	size_t at;
};

static void copy_value(struct copy *, json_object *, struct json *);

static void
put_objectp(json_object **o)
{
	json_object_put(*o);
}

static void
free_tokenerp(json_tokener **t)
{
	if (*t != NULL)
		json_tokener_free(*t);
}

static void
copy_object(struct copy *c, json_object *from, struct json *to)
{
	const struct scan_object *seen = &c->scan->objects[c->next_object++];
	size_t n = (size_t)json_object_object_length(from);
	struct json_object_iterator at;
	struct json_object_iterator end;
	struct json_member *m;
	size_t i = 0;

	to->kind = JSON_OBJECT;
	if (n != seen->members) {
		c->why = "two members of this object have the same name";
		c->at = seen->at;
		return;
	}
	m = arena_array(c->arena, n, sizeof(*m));
	at = json_object_iter_begin(from);
	end = json_object_iter_end(from);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		m[i].name =
		    arena_strdup(c->arena, json_object_iter_peek_name(&at));
		copy_value(c, json_object_iter_peek_value(&at), &m[i++].value);
		if (c->why != NULL)
			return;
	}
	to->n = n;
	to->members = m;
}

static void
copy_array(struct copy *c, json_object *from, struct json *to)
{
	size_t n = json_object_array_length(from);
	struct json *items = arena_array(c->arena, n, sizeof(*items));

	to->kind = JSON_ARRAY;
	for (size_t i = 0; i < n && c->why == NULL; i++)
		copy_value(c, json_object_array_get_idx(from, i), &items[i]);
	to->n = n;
	to->items = items;
}

static void
copy_double(struct copy *c, json_object *from, struct json *to)
{
	to->kind = JSON_DOUBLE;
	to->number = json_object_get_double(from);
	if (!isfinite(to->number))
		c->why = "a number is too large";
}

static void
copy_value(struct copy *c, json_object *from, struct json *to)
{
	switch (json_object_get_type(from)) {
	case json_type_null:
		to->kind = JSON_NULL;
		return;
	case json_type_boolean:
		to->kind = JSON_BOOL;
		to->boolean = json_object_get_boolean(from);
		return;
	case json_type_int:
		to->kind = JSON_INT;
		to->integer = json_object_get_int64(from);
		return;
	case json_type_double:
		copy_double(c, from, to);
		return;
	case json_type_string:
		to->kind = JSON_STRING;
		to->n = (size_t)json_object_get_string_len(from);
		to->string =
		    arena_memdup(c->arena, json_object_get_string(from), to->n);
		return;
	case json_type_array:
		copy_array(c, from, to);
		return;
	case json_type_object:
		copy_object(c, from, to);
		return;
	}
}

struct err *
json_parse(struct arena *a, const char *text, size_t n,
    const struct json_limits *limits, const struct json **ret_json)
{
	_cleanup_(free_tokenerp) json_tokener *t = NULL;
	_cleanup_(put_objectp) json_object *o = NULL;
	struct copy c = { .arena = a };
	struct scan s;
	struct json *root;

	scan_text(&s, a, text, n, limits);
	if (s.why != NULL)
		return scan_err(a, text, s.at, s.why);
	t = json_tokener_new_ex((int)limits->depth + 2);
	if (t == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "json-c has no memory");
	json_tokener_set_flags(t,
	    JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, text, (int)n);
	/* A number at top level ends only with the NUL. */
	if (json_tokener_get_error(t) == json_tokener_continue)
		o = json_tokener_parse_ex(t, "", 1);
	if (json_tokener_get_error(t) != json_tokener_success)
		return err_because(a,
		    scan_err(a, text, n, "the text cannot be read"),
		    "json-c: %s",
		    json_tokener_error_desc(json_tokener_get_error(t)));
	c.scan = &s;
	root = arena_new_of(a, struct json);
	copy_value(&c, o, root);
	if (c.why != NULL)
		return scan_err(a, text, c.at, c.why);
	*ret_json = root;
	return NULL;
}

const char *
json_kind_name(enum json_kind kind)
{
	static const char *const names[JSON__MAX] = {
		[JSON_NULL] = "null",
		[JSON_BOOL] = "boolean",
		[JSON_INT] = "integer",
		[JSON_DOUBLE] = "number",
		[JSON_STRING] = "string",
		[JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object",
	};

	return names[kind];
}

const struct json *
json_member(const struct json *j, const char *name)
{
	if (j == NULL || j->kind != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < j->n; i++)
		if (strcmp(j->members[i].name, name) == 0)
			return &j->members[i].value;
	return NULL;
}

const char *
json_member_string(const struct json *j, const char *name)
{
	const struct json *m = json_member(j, name);

	return m != NULL && m->kind == JSON_STRING ? m->string : NULL;
}

const char *
json_pointer_member(struct arena *a, const char *parent, const char *name)
{
	struct buf b;

	buf_init(&b, a, strlen(parent) + 2 * strlen(name) + 1);
	buf_puts(&b, parent);
	buf_putc(&b, '/');
	for (; *name != '\0'; name++) {
		if (*name == '~')
			buf_puts(&b, "~0");
		else if (*name == '/')
			buf_puts(&b, "~1");
		else
			buf_putc(&b, *name);
	}
	return b.p;
}

const char *
json_pointer_item(struct arena *a, const char *parent, size_t i)
{
	return arena_printf(a, "%s/%zu", parent, i);
}

char *
json_text(struct arena *a, const struct json *j)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, SIZE_MAX / 4);
	json_w_init(&w, &b);
	json_w_value(&w, j);
	json_w_finish(&w);
	return b.p;
}
