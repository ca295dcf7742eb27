#include "wire/fields.h"

static void schema_object(struct json_w *, const struct fields *);

static const char *const type_names[F__MAX] = {
	[F_STRING] = "string",
	[F_INT] = "integer",
	[F_DOUBLE] = "number",
	[F_BOOL] = "boolean",
	[F_ENUM] = "string",
	[F_STRINGS] = "array",
	[F_OBJECT] = "object",
	[F_OBJECTS] = "array",
};

struct bound_names {
	const char *min;
	const char *max;
};

static const struct bound_names bounds[F__MAX] = {
	[F_STRING] = { "minLength", "maxLength" },
	[F_INT] = { "minimum", "maximum" },
	[F_DOUBLE] = { "minimum", "maximum" },
	[F_STRINGS] = { "minItems", "maxItems" },
	[F_OBJECTS] = { "minItems", "maxItems" },
};

static const char *
type_name(const struct field *f)
{
	if (f->type != F_JSON)
		return type_names[f->type];
	if ((f->flags & F_ONLY_OBJECT) != 0 && (f->flags & F_ONLY_ARRAY) == 0)
		return "object";
	if ((f->flags & F_ONLY_ARRAY) != 0 && (f->flags & F_ONLY_OBJECT) == 0)
		return "array";
	return NULL;
}

static void
schema_type(struct json_w *w, const struct field *f)
{
	const char *name = type_name(f);

	if (name == NULL)
		return;
	json_w_key(w, "type");
	if ((f->flags & F_NULLABLE) == 0) {
		json_w_str(w, name);
		return;
	}
	json_w_array(w);
	json_w_str(w, name);
	json_w_str(w, "null");
	json_w_array_end(w);
}

static void
schema_enum(struct json_w *w, const struct field *f)
{
	json_w_key(w, "enum");
	json_w_array(w);
	for (size_t i = 0; f->names[i] != NULL; i++)
		json_w_str(w, f->names[i]);
	if ((f->flags & F_NULLABLE) != 0)
		json_w_null(w);
	json_w_array_end(w);
}

static void
schema_strings_item(struct json_w *w, const struct field *f)
{
	json_w_key(w, "items");
	json_w_object(w);
	json_w_key_str(w, "type", "string");
	if (f->item_max > 0)
		json_w_key_i64(w, "maxLength", f->item_max);
	if (f->check != NULL)
		json_w_key_str(w, "description", f->what);
	json_w_object_end(w);
}

/* A least number of 0 things, and a greatest of all integers, say nothing. */
static void
schema_bounds(struct json_w *w, const struct field *f)
{
	bool number = f->type == F_INT || f->type == F_DOUBLE;

	if (f->min != 0 || number)
		json_w_key_i64(w, bounds[f->type].min, f->min);
	if (f->max != INT64_MAX)
		json_w_key_i64(w, bounds[f->type].max, f->max);
}

static void
schema_field(struct json_w *w, const struct field *f)
{
	if (f->type == F_OBJECT && (f->flags & F_NULLABLE) == 0) {
		schema_object(w, f->fields);
		return;
	}
	json_w_object(w);
	schema_type(w, f);
	if (f->type == F_ENUM)
		schema_enum(w, f);
	if ((f->min != 0 || f->max != 0) && bounds[f->type].min != NULL)
		schema_bounds(w, f);
	if (f->type == F_STRINGS)
		schema_strings_item(w, f);
	else if (f->check != NULL)
		json_w_key_str(w, "description", f->what);
	if (f->type == F_OBJECTS) {
		json_w_key(w, "items");
		schema_object(w, f->fields);
	}
	json_w_object_end(w);
}

static void
schema_required(struct json_w *w, const struct fields *t)
{
	bool any = false;

	for (const struct field *f = t->field; f->type != F_NONE; f++) {
		if ((f->flags & F_REQUIRED) == 0)
			continue;
		if (!any) {
			json_w_key(w, "required");
			json_w_array(w);
		}
		any = true;
		json_w_str(w, f->name);
	}
	if (any)
		json_w_array_end(w);
}

static void
schema_object(struct json_w *w, const struct fields *t)
{
	json_w_object(w);
	json_w_key_str(w, "title", t->name);
	json_w_key_str(w, "type", "object");
	json_w_key(w, "properties");
	json_w_object(w);
	for (const struct field *f = t->field; f->type != F_NONE; f++) {
		if ((f->flags & F_ALIAS) != 0)
			continue;
		json_w_key(w, f->name);
		schema_field(w, f);
	}
	json_w_object_end(w);
	schema_required(w, t);
	if ((t->flags & FIELDS_LENIENT) == 0)
		json_w_key_bool(w, "additionalProperties", false);
	json_w_object_end(w);
}

void
fields_schema(const struct fields *t, struct json_w *w)
{
	schema_object(w, t);
}
