#include "wire/fields.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "wire/suggest.h"

/* Where a field goes, and what is said of it. */
struct spot {
	const struct field *f;
	const char *pointer;
	struct faults *faults;
	char *base;
};

static void *
target(const struct spot *s)
{
	return s->base + s->f->offset;
}

static size_t *
target_count(const struct spot *s)
{
	assert(s->f->count != 0);
	return (size_t *)(void *)(s->base + s->f->count - 1);
}

static bool
is_bounded(const struct field *f)
{
	return f->min != 0 || f->max != 0;
}

/* "a string", "an integer" */
static const char *
with_article(struct arena *a, enum json_kind kind)
{
	if (kind == JSON_NULL)
		return "null";
	return arena_printf(a, "%s %s",
	    kind == JSON_INT || kind == JSON_ARRAY || kind == JSON_OBJECT ? "an"
									  : "a",
	    json_kind_name(kind));
}

static bool
want_kind(const struct spot *s, const struct json *v, enum json_kind kind)
{
	struct arena *a = s->faults->arena;

	if (v->kind == kind)
		return true;
	faults_add(s->faults, s->pointer, "must be %s, not %s",
	    with_article(a, kind), with_article(a, v->kind));
	return false;
}

static size_t
count_points(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Number of things between min and max, or a fault that names them. */
static bool
want_number_of(const struct spot *s, size_t n, const char *things)
{
	const struct field *f = s->f;

	if (!is_bounded(f))
		return true;
	if (n < (size_t)f->min && f->min == 1) {
		faults_add(s->faults, s->pointer, "must not be empty");
		return false;
	}
	if (n < (size_t)f->min) {
		faults_add(s->faults, s->pointer, "must have at least %lld %s",
		    (long long)f->min, things);
		return false;
	}
	if (n > (size_t)f->max) {
		faults_add(s->faults, s->pointer, "must have at most %lld %s",
		    (long long)f->max, things);
		return false;
	}
	return true;
}

static bool
want_range(const struct spot *s, double v)
{
	const struct field *f = s->f;

	if (!is_bounded(f) || (v >= (double)f->min && v <= (double)f->max))
		return true;
	faults_add(s->faults, s->pointer, "must be from %lld to %lld",
	    (long long)f->min, (long long)f->max);
	return false;
}

static bool
want_form(const struct spot *s, const char *pointer, const char *text)
{
	if (s->f->check == NULL || s->f->check(text))
		return true;
	faults_add(s->faults, pointer, "must be %s", s->f->what);
	return false;
}

static bool
read_string(const struct spot *s, const struct json *v)
{
	if (!want_kind(s, v, JSON_STRING) ||
	    !want_number_of(s, count_points(v->string), "characters") ||
	    !want_form(s, s->pointer, v->string))
		return false;
	*(const char **)target(s) = v->string;
	return true;
}

static bool
read_int(const struct spot *s, const struct json *v)
{
	const struct field *f = s->f;

	if (!want_kind(s, v, JSON_INT))
		return false;
	if (is_bounded(f) && (v->integer < f->min || v->integer > f->max)) {
		faults_add(s->faults, s->pointer, "must be from %lld to %lld",
		    (long long)f->min, (long long)f->max);
		return false;
	}
	*(int64_t *)target(s) = v->integer;
	return true;
}

static bool
read_double(const struct spot *s, const struct json *v)
{
	double d;

	if (v->kind != JSON_INT && !want_kind(s, v, JSON_DOUBLE))
		return false;
	d = v->kind == JSON_INT ? (double)v->integer : v->number;
	if (!want_range(s, d))
		return false;
	*(double *)target(s) = d;
	return true;
}

static bool
read_bool(const struct spot *s, const struct json *v)
{
	if (!want_kind(s, v, JSON_BOOL))
		return false;
	*(bool *)target(s) = v->boolean;
	return true;
}

static bool
read_enum(const struct spot *s, const struct json *v)
{
	struct buf b;

	if (!want_kind(s, v, JSON_STRING))
		return false;
	for (int i = 0; s->f->names[i] != NULL; i++) {
		if (strcmp(s->f->names[i], v->string) == 0) {
			*(int *)target(s) = i;
			return true;
		}
	}
	buf_init(&b, s->faults->arena, 1024);
	for (size_t i = 0; s->f->names[i] != NULL; i++)
		buf_printf(&b, "%s\"%s\"", i > 0 ? ", " : "", s->f->names[i]);
	faults_add(s->faults, s->pointer, "must be one of %s", b.p);
	return false;
}

static bool
read_strings_item(const struct spot *s, const struct json *v,
    const char *pointer, const char **ret_item)
{
	struct spot item = *s;
	int64_t most = s->f->item_max;

	item.pointer = pointer;
	if (!want_kind(&item, v, JSON_STRING))
		return false;
	if (most > 0 && count_points(v->string) > (size_t)most) {
		faults_add(s->faults, pointer,
		    "must have at most %lld characters", (long long)most);
		return false;
	}
	if (!want_form(s, pointer, v->string))
		return false;
	*ret_item = v->string;
	return true;
}

static bool
read_strings(const struct spot *s, const struct json *v)
{
	struct arena *a = s->faults->arena;
	const char **items;
	bool good = true;

	if (!want_kind(s, v, JSON_ARRAY) || !want_number_of(s, v->n, "items"))
		return false;
	items = arena_array(a, v->n, sizeof(*items));
	for (size_t i = 0; i < v->n; i++)
		good &= read_strings_item(s, &v->items[i],
		    json_pointer_item(a, s->pointer, i), &items[i]);
	*(const char *const **)target(s) = items;
	*target_count(s) = v->n;
	return good;
}

static bool
read_object(const struct spot *s, const struct json *v)
{
	void *p;

	if (!want_kind(s, v, JSON_OBJECT))
		return false;
	p = arena_alloc(s->faults->arena, s->f->fields->size);
	fields_read(s->f->fields, v, s->pointer, s->faults, p);
	*(const void **)target(s) = p;
	return true;
}

static bool
read_objects(const struct spot *s, const struct json *v)
{
	struct arena *a = s->faults->arena;
	size_t size = s->f->fields->size;
	char *p;

	if (!want_kind(s, v, JSON_ARRAY) || !want_number_of(s, v->n, "items"))
		return false;
	p = arena_array(a, v->n, size);
	for (size_t i = 0; i < v->n; i++)
		fields_read(s->f->fields, &v->items[i],
		    json_pointer_item(a, s->pointer, i), s->faults,
		    p + i * size);
	*(const void **)target(s) = p;
	*target_count(s) = v->n;
	return true;
}

static bool
read_json(const struct spot *s, const struct json *v)
{
	const struct field *f = s->f;
	bool object = (f->flags & F_ONLY_OBJECT) != 0;
	bool array = (f->flags & F_ONLY_ARRAY) != 0;
	char *text;

	if (object && !array && !want_kind(s, v, JSON_OBJECT))
		return false;
	if (array && !(object && v->kind == JSON_OBJECT) &&
	    !want_kind(s, v, JSON_ARRAY))
		return false;
	text = json_text(s->faults->arena, v);
	if (f->max > 0 && strlen(text) > (size_t)f->max) {
		faults_add(s->faults, s->pointer, "must be at most %lld bytes",
		    (long long)f->max);
		return false;
	}
	*(const char **)target(s) = text;
	return true;
}

typedef bool read_fn(const struct spot *, const struct json *);

static read_fn *const readers[F__MAX] = {
	[F_STRING] = read_string,
	[F_INT] = read_int,
	[F_DOUBLE] = read_double,
	[F_BOOL] = read_bool,
	[F_ENUM] = read_enum,
	[F_STRINGS] = read_strings,
	[F_OBJECT] = read_object,
	[F_OBJECTS] = read_objects,
	[F_JSON] = read_json,
};

/* The member of f, or of the first of its other names that is there. */
static const struct json *
find_value(const struct fields *t, const struct field *f, const struct json *j,
    const char **ret_name)
{
	const struct json *v = json_member(j, f->name);

	*ret_name = f->name;
	for (const struct field *g = t->field; v == NULL && g->type != F_NONE;
	     g++) {
		if ((g->flags & F_ALIAS) == 0 || g->offset != f->offset)
			continue;
		v = json_member(j, g->name);
		if (v != NULL)
			*ret_name = g->name;
	}
	return v;
}

static void
read_field(const struct fields *t, const struct field *f, const struct json *j,
    const char *pointer, struct spot *s)
{
	const char *name;
	const struct json *v = find_value(t, f, j, &name);

	if (v != NULL && v->kind == JSON_NULL && (f->flags & F_NULLABLE) != 0)
		v = NULL;
	s->f = f;
	s->pointer = json_pointer_member(s->faults->arena, pointer, name);
	if (v == NULL) {
		if ((f->flags & F_REQUIRED) != 0)
			faults_add(s->faults, s->pointer, "is required");
		return;
	}
	if (readers[f->type](s, v) && f->has != 0)
		*(bool *)(void *)(s->base + f->has - 1) = true;
}

static bool
is_known(const struct fields *t, const char *name)
{
	for (const struct field *f = t->field; f->type != F_NONE; f++)
		if (strcmp(f->name, name) == 0)
			return true;
	return false;
}

/* Names of clients are cut before they are repeated. */
#define UNKNOWN_NAME_MAX 64

static void
refuse_unknown(const struct fields *t, const struct json *j,
    const char *pointer, struct faults *faults)
{
	struct arena *a = faults->arena;
	const char *near;
	const char *name;
	size_t n;

	for (size_t i = 0; i < j->n && faults->n < FAULTS_MAX; i++) {
		name = j->members[i].name;
		if (is_known(t, name))
			continue;
		near = suggest_member(t, name);
		n = strlen(name);
		if (n > UNKNOWN_NAME_MAX)
			name = arena_printf(a, "%.*s...",
			    (int)str_utf8_cut(name, UNKNOWN_NAME_MAX), name);
		faults_add(faults, json_pointer_member(a, pointer, name),
		    near != NULL ? "unknown member; did you mean \"%s\"?"
				 : "unknown member%s",
		    near != NULL ? near : "");
	}
}

void
fields_read(const struct fields *t, const struct json *j, const char *pointer,
    struct faults *faults, void *ret)
{
	struct spot s = { .faults = faults, .base = ret };

	if (j->kind != JSON_OBJECT) {
		faults_add(faults, pointer, "must be an object, not %s",
		    with_article(faults->arena, j->kind));
		return;
	}
	for (const struct field *f = t->field; f->type != F_NONE; f++)
		if ((f->flags & F_ALIAS) == 0)
			read_field(t, f, j, pointer, &s);
	if ((t->flags & FIELDS_LENIENT) == 0)
		refuse_unknown(t, j, pointer, faults);
}

struct err *
fields_parse(struct arena *a, const struct fields *t,
    const struct json_limits *limits, struct str body, void *ret)
{
	const struct json *j;
	struct faults faults;

	if (body.n == 0)
		body = STR("{}");
	TRY(json_parse(a, body.p, body.n, limits, &j));
	faults_init(&faults, a);
	fields_read(t, j, "", &faults, ret);
	return faults_err(&faults, ERR_FIELDS);
}
