#include "grade/function.h"

#include <string.h>

#include "base/str.h"
#include "wire/suggest.h"

const struct function *
function_find(const char *const *templates, const char *name)
{
	for (const struct function *f = functions; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0 &&
		    str_is_among(templates, f->template))
			return f;
	return NULL;
}

const char *
function_suggest(const char *const *templates, const char *name)
{
	const char *best = NULL;
	size_t nearest = SUGGEST_START;

	for (const struct function *f = functions; f->name != NULL; f++)
		if (str_is_among(templates, f->template) &&
		    suggest_is_nearer(name, f->name, &nearest))
			best = f->name;
	return best;
}

size_t
function_params(const struct function *f)
{
	size_t n = 0;

	while (n < FUNCTION_PARAMS_MAX && f->params[n].type != PARAM_NONE)
		n++;
	return n;
}

int
function_param(const struct function *f, const char *name)
{
	for (size_t i = 0; i < function_params(f); i++) {
		const struct param *p = &f->params[i];

		if (strcmp(p->name, name) == 0 ||
		    (p->alias != NULL && strcmp(p->alias, name) == 0))
			return (int)i;
	}
	return -1;
}

static const char *const type_texts[PARAM__MAX] = {
	[PARAM_TEXT] = "a text",
	[PARAM_COUNT] = "a whole number from 0 up",
	[PARAM_FLAG] = "true or false",
	[PARAM_TEXTS] = "a list of texts",
	[PARAM_COMMAND] = "a command, or an object with one for each language",
	[PARAM_CHOICE] = "one of the known words",
	[PARAM_SCALAR] = "a text, a number, true, false or null",
	[PARAM_RULES] = "a list of rules",
};

const char *
param_type_text(enum param_type type)
{
	return type_texts[type];
}

/* YAML makes a number of an unquoted 8. */
static bool
is_text(const struct json *v)
{
	return v->kind == JSON_STRING || v->kind == JSON_INT;
}

/* Where there are choices, each must be one of them. */
static bool
is_item(const struct param *p, const struct json *v)
{
	if (p->choices == NULL)
		return is_text(v);
	return v->kind == JSON_STRING && str_is_among(p->choices, v->string);
}

static bool
are_texts(const struct param *p, const struct json *v)
{
	if (v->kind != JSON_ARRAY)
		return is_item(p, v);
	for (size_t i = 0; i < v->n; i++)
		if (!is_item(p, &v->items[i]))
			return false;
	return true;
}

static bool
is_command(const struct json *v)
{
	if (v->kind != JSON_OBJECT)
		return v->kind == JSON_STRING;
	for (size_t i = 0; i < v->n; i++)
		if (v->members[i].value.kind != JSON_STRING)
			return false;
	return v->n > 0;
}

/* Each {id?, pattern or kind, language?}, or {id?, rule: {pattern, kind}}. */
static bool
are_rules(const struct json *v)
{
	if (v->kind != JSON_ARRAY)
		return false;
	for (size_t i = 0; i < v->n; i++) {
		const struct json *rule = &v->items[i];

		if (json_member(rule, "rule") != NULL)
			rule = json_member(rule, "rule");
		if (json_member_string(rule, "pattern") == NULL &&
		    json_member_string(rule, "kind") == NULL)
			return false;
	}
	return true;
}

static bool
is_of_type(const struct param *p, const struct json *v)
{
	switch (p->type) {
	case PARAM_TEXT:
		return is_text(v);
	case PARAM_COUNT:
		return v->kind == JSON_INT && v->integer >= 0 &&
		    v->integer <= PARAM_COUNT_MAX;
	case PARAM_FLAG:
		return v->kind == JSON_BOOL;
	case PARAM_TEXTS:
		return are_texts(p, v);
	case PARAM_COMMAND:
		return is_command(v);
	case PARAM_CHOICE:
		return v->kind == JSON_STRING &&
		    str_is_among(p->choices, v->string);
	case PARAM_SCALAR:
		return v->kind != JSON_ARRAY && v->kind != JSON_OBJECT;
	default:
		return are_rules(v);
	}
}

bool
param_check(const struct param *p, const struct json *value,
    const char *pointer, struct faults *f)
{
	const char *list = "";

	if (is_of_type(p, value))
		return true;
	if (p->choices == NULL) {
		faults_add(f, pointer, "%s must be %s, not %s", p->name,
		    type_texts[p->type], json_kind_name(value->kind));
		return false;
	}
	for (size_t i = 0; p->choices[i] != NULL; i++)
		list = arena_printf(f->arena, "%s%s%s", list, i > 0 ? ", " : "",
		    p->choices[i]);
	faults_add(f, pointer, "%s must be %s of %s", p->name,
	    p->type == PARAM_TEXTS ? "a list" : "one", list);
	return false;
}
