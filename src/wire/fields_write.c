#include <assert.h>
#include <string.h>

#include "wire/fields.h"

static size_t
count_of(const struct field *f, const char *base)
{
	assert(f->count != 0);
	return *(const size_t *)(const void *)(base + f->count - 1);
}

static bool
is_pointer(enum field_type type)
{
	return type == F_STRING || type == F_STRINGS || type == F_OBJECT ||
	    type == F_OBJECTS || type == F_JSON;
}

static bool
is_present(const struct field *f, const char *base)
{
	const char *at = base + f->offset;

	if (f->has != 0)
		return *(const bool *)(const void *)(base + f->has - 1);
	if (f->type == F_ENUM)
		return *(const int *)(const void *)at >= 0;
	if (f->type == F_STRINGS || f->type == F_OBJECTS)
		return (f->flags & F_REQUIRED) != 0 || count_of(f, base) > 0;
	if (is_pointer(f->type))
		return *(const void *const *)(const void *)at != NULL;
	return true;
}

static void
write_strings(struct json_w *w, const char *const *items, size_t n)
{
	json_w_array(w);
	for (size_t i = 0; i < n; i++)
		json_w_str(w, items[i]);
	json_w_array_end(w);
}

static void
write_objects(struct json_w *w, const struct fields *t, const char *items,
    size_t n)
{
	json_w_array(w);
	for (size_t i = 0; i < n; i++)
		fields_write(t, w, items + i * t->size);
	json_w_array_end(w);
}

static void
write_value(const struct field *f, struct json_w *w, const char *base)
{
	const void *at = base + f->offset;

	switch (f->type) {
	case F_STRING:
		json_w_str(w, *(const char *const *)at);
		return;
	case F_INT:
		json_w_i64(w, *(const int64_t *)at);
		return;
	case F_DOUBLE:
		json_w_f64(w, *(const double *)at);
		return;
	case F_BOOL:
		json_w_bool(w, *(const bool *)at);
		return;
	case F_ENUM:
		json_w_str(w, f->names[*(const int *)at]);
		return;
	case F_STRINGS:
		write_strings(w, *(const char *const *const *)at,
		    count_of(f, base));
		return;
	case F_OBJECT:
		fields_write(f->fields, w, *(const void *const *)at);
		return;
	case F_OBJECTS:
		write_objects(w, f->fields, *(const char *const *)at,
		    count_of(f, base));
		return;
	case F_JSON:
		json_w_raw(w, *(const char *const *)at);
		return;
	case F_NONE:
	case F__MAX:
		assert(false);
	}
}

void
fields_write_members(const struct fields *t, struct json_w *w, const void *base)
{
	for (const struct field *f = t->field; f->type != F_NONE; f++) {
		if ((f->flags & F_ALIAS) != 0 || !is_present(f, base))
			continue;
		json_w_key(w, f->name);
		write_value(f, w, base);
	}
}

void
fields_write(const struct fields *t, struct json_w *w, const void *base)
{
	json_w_object(w);
	fields_write_members(t, w, base);
	json_w_object_end(w);
}

char *
fields_text(struct arena *a, const struct fields *t, const void *base,
    size_t max)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, max);
	json_w_init(&w, &b);
	fields_write(t, &w, base);
	json_w_finish(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}
