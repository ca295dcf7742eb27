/*
 * Test functions of the package's own: the programs in functions/, and what
 * the document "functions" says of their parameters:
 *
 *	functions: {words: {parameters: {least: count,
 *	    file: {type: text, required: false}}}}
 */
#include <string.h>

#include "base/str.h"
#include "package/sections.h"

#define FUNCTIONS_MAX 100

static const struct {
	const char *name;
	enum param_type type;
} types[] = {
	{ "text", PARAM_TEXT },
	{ "count", PARAM_COUNT },
	{ "flag", PARAM_FLAG },
	{ "texts", PARAM_TEXTS },
	{ "scalar", PARAM_SCALAR },
};

/* "functions/words.py" is words. */
static const char *
name_of(struct arena *a, const struct package_program *p)
{
	const char *slash = strrchr(p->path, '/');
	const char *name = slash != NULL ? slash + 1 : p->path;

	return str_dup(a, (struct str) { name, strcspn(name, ".") });
}

static bool
take_type(const struct json *j, struct param *p)
{
	const struct json *required = json_member(j, "required");
	const char *type =
	    j->kind == JSON_STRING ? j->string : json_member_string(j, "type");

	p->is_required = required == NULL || required->kind != JSON_BOOL ||
	    required->boolean;
	for (size_t i = 0; type != NULL && i < ARRAY_LEN(types); i++)
		if (strcmp(types[i].name, type) == 0) {
			p->type = types[i].type;
			return true;
		}
	return false;
}

static void
take_parameters(struct pkg_reader *r, const struct package_doc *doc,
    const char *pointer, const struct json *j, struct function *f)
{
	if (j == NULL)
		return;
	if (j->kind != JSON_OBJECT || j->n >= FUNCTION_PARAMS_MAX) {
		faults_add(&r->faults, pkg_doc_at(r, doc, pointer),
		    "must be an object of at most %d parameters",
		    FUNCTION_PARAMS_MAX - 1);
		return;
	}
	for (size_t i = 0; i < j->n; i++) {
		struct param *p = &f->params[i];

		p->name = j->members[i].name;
		if (!take_type(&j->members[i].value, p))
			faults_add(&r->faults,
			    pkg_doc_at(r, doc,
				json_pointer_member(r->arena, pointer,
				    p->name)),
			    "must be text, count, flag, texts or scalar, or "
			    "an object with that as type");
	}
}

static struct function *
find_own(struct function *own, const char *name)
{
	for (; own->name != NULL; own++)
		if (strcmp(own->name, name) == 0)
			return own;
	return NULL;
}

void
pkg_take_functions(struct pkg_reader *r, const struct package_doc *doc)
{
	struct function *own = r->own_functions;
	const struct json *j = doc->json;

	if (j->kind != JSON_OBJECT) {
		faults_add(&r->faults, doc->where, "must be a map");
		return;
	}
	for (size_t i = 0; i < j->n; i++) {
		const char *name = j->members[i].name;
		const char *at = json_pointer_member(r->arena, "", name);
		struct function *f = find_own(own, name);

		if (f == NULL)
			faults_add(&r->faults, pkg_doc_at(r, doc, at),
			    "there is no program functions/%.100s.*", name);
		else
			take_parameters(r, doc,
			    arena_printf(r->arena, "%s/parameters", at),
			    json_member(&j->members[i].value, "parameters"), f);
	}
}

void
pkg_read_functions(struct pkg_reader *r)
{
	struct package *p = r->package;
	struct function *own;
	size_t n = 0;

	p->functions = pkg_list_programs(r, "functions/", &n);
	if (n > FUNCTIONS_MAX) {
		faults_add(&r->faults, "functions", "more than %d",
		    FUNCTIONS_MAX);
		n = 0;
	}
	own = arena_array(r->arena, n + 1, sizeof(*own));
	for (size_t i = 0; i < n; i++) {
		own[i].template = PACKAGE_OWN_TEMPLATE;
		own[i].name = name_of(r->arena, &p->functions[i]);
	}
	p->functions_n = n;
	p->own_functions = r->own_functions = own;
}
