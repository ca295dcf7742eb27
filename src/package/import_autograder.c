/*
 * The autograder's assignments: criteria.json, setup.json and feedback.json
 * of a repository, or the configuration that its API answers with, as
 * config.json.
 */
#include <string.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/str.h"
#include "grade/feedback.h"
#include "grade/function.h"
#include "package/import.h"
#include "wire/json.h"
#include "wire/suggest.h"

#define DOCUMENT_MAX ((size_t)4 << 20)

static const struct json_limits limits = { 50000, 40 };

/* Their names of languages and templates, and ours. */
static const struct pair {
	const char *theirs;
	const char *ours;
} languages[] = { { "python", "python3" }, { "java", "java" },
	{ "node", "javascript" }, { "javascript", "javascript" },
	{ "cpp", "cpp" }, { "c", "c" }, { NULL, NULL } },
  templates[] = { { "webdev", "webdev" }, { "web_dev", "webdev" },
	  { "api", "api" }, { "api_testing", "api" },
	  { "input_output", "input_output" },
	  { "static_analysis", "static_analysis" }, { NULL, NULL } };

static const char *
ours(const struct pair *table, const char *theirs)
{
	for (; table->theirs != NULL; table++)
		if (strcmp(table->theirs, theirs) == 0)
			return table->ours;
	return NULL;
}

struct sources {
	const struct json *config; /* of the API, or NULL */
	const struct json *criteria;
	const struct json *setup;
	const struct json *feedback;
};

static struct err *
read_document(struct import *im, const char *name, const struct json **ret)
{
	static const char *const dirs[] = { "", ".github/autograder/",
		"submission/.github/autograder/" };
	struct err *e;
	char *p = NULL;
	size_t n = 0;

	*ret = NULL;
	for (size_t i = 0; p == NULL && i < ARRAY_LEN(dirs); i++)
		TRY(import_read(im,
		    arena_printf(im->arena, "%s%s", dirs[i], name),
		    DOCUMENT_MAX, &p, &n));
	if (p == NULL || str_trim((struct str) { p, n }).n == 0)
		return NULL;
	e = json_parse(im->arena, p, n, &limits, ret);
	if (e != NULL)
		return ERR(im->arena, ERR_IMPOSSIBLE, "%s: %s", name,
		    e->detail);
	return NULL;
}

/* An object that holds something, or NULL. */
static const struct json *
filled(const struct json *j)
{
	return j != NULL && j->kind == JSON_OBJECT && j->n > 0 ? j : NULL;
}

static struct err *
read_sources(struct import *im, struct sources *s)
{
	if (im->dir < 0)
		return ERR(im->arena, ERR_IMPOSSIBLE, "%s: is no directory",
		    im->source);
	TRY(read_document(im, "config.json", &s->config));
	TRY(read_document(im, "criteria.json", &s->criteria));
	TRY(read_document(im, "setup.json", &s->setup));
	TRY(read_document(im, "feedback.json", &s->feedback));
	if (s->criteria == NULL)
		s->criteria = json_member(s->config, "criteria_config");
	if (s->setup == NULL)
		s->setup = json_member(s->config, "setup_config");
	if (s->feedback == NULL)
		s->feedback = json_member(s->config, "feedback_config");
	s->setup = filled(s->setup);
	s->feedback = filled(s->feedback);
	if (filled(s->criteria) == NULL)
		return ERR(im->arena, ERR_IMPOSSIBLE,
		    "%s: there is no criteria.json", im->source);
	return NULL;
}

/* -- criteria --------------------------------------------------------------- */

/* Are all functions of this template's?  Counts those that are. */
static size_t
count_functions(const struct json *node, const char *template)
{
	const struct json *children[] = { json_member(node, "subjects"),
		json_member(node, "tests") };
	const char *const names[] = { template, NULL };
	size_t n = 0;

	for (size_t c = 0; c < ARRAY_LEN(children); c++)
		for (size_t i = 0; children[c] != NULL &&
		     children[c]->kind == JSON_ARRAY && i < children[c]->n;
		     i++) {
			const struct json *child = &children[c]->items[i];
			const char *type = json_member_string(child, "type");

			if (c == 0)
				n += count_functions(child, template);
			else if (type != NULL ||
			    (type = json_member_string(child, "name")) != NULL)
				n += function_find(names, type) != NULL;
		}
	return n;
}

/* The templates: those that are named, else those whose functions are used. */
static const char *const *
find_templates(struct import *im, const struct sources *s)
{
	static const char *const all[] = { "input_output", "static_analysis",
		"webdev", "api" };
	static const char *const categories[] = { "base", "bonus", "penalty" };
	const char **list = arena_array(im->arena, 16, sizeof(*list));
	const char *named = json_member_string(s->config, "template_name");
	struct str rest = str_of(named != NULL ? named : ""), word;
	size_t n = 0;

	while (named != NULL && n < 8 && str_cut(&rest, ',', &word)) {
		const char *theirs = str_dup(im->arena, str_trim(word));
		const char *name = ours(templates, theirs);

		if (name != NULL)
			list[n++] = name;
		else
			import_note(im, "config.json#/template_name",
			    "there is no template %s", theirs);
	}
	for (size_t t = 0; named == NULL && t < ARRAY_LEN(all); t++) {
		size_t used = 0;

		for (size_t c = 0; c < ARRAY_LEN(categories); c++)
			used += count_functions(json_member(s->criteria,
						    categories[c]),
			    all[t]);
		if (used > 0)
			list[n++] = all[t];
	}
	return list;
}

static const char *const test_keys[] = { "name", "type", "file", "weight",
	"parameters", NULL };

/* One parameter, if the function has it. */
static void
put_parameter(struct import *im, struct json_w *w, const struct function *f,
    const char *where, const struct json_member *m)
{
	if (f != NULL && function_param(f, m->name) < 0) {
		import_note(im, where,
		    "%s has no parameter %s; it was not looked at there either",
		    f->name, m->name);
		return;
	}
	json_w_key(w, m->name);
	json_w_value(w, &m->value);
}

static bool
is_overridden(const struct json *test, const char *name)
{
	return !str_is_among(test_keys, name) &&
	    json_member(test, name) != NULL;
}

/*
 * The last value of each name in the list, unless it stands beside the list:
 * that one wins.
 */
static void
put_parameters(struct import *im, struct json_w *w, const struct json *test,
    const struct function *f, const char *where)
{
	const struct json *list = json_member(test, "parameters");

	json_w_key(w, "parameters");
	json_w_object(w);
	for (size_t i = 0;
	     list != NULL && list->kind == JSON_ARRAY && i < list->n; i++) {
		struct json_member m = { 0 };
		const struct json *value =
		    json_member(&list->items[i], "value");
		bool again = false;

		m.name = json_member_string(&list->items[i], "name");
		if (m.name == NULL || value == NULL)
			continue;
		for (size_t k = i + 1; k < list->n; k++) {
			const char *other =
			    json_member_string(&list->items[k], "name");

			again = again ||
			    (other != NULL && strcmp(other, m.name) == 0);
		}
		m.value = *value;
		if (!again && !is_overridden(test, m.name))
			put_parameter(im, w, f, where, &m);
	}
	for (size_t i = 0;
	     list != NULL && list->kind == JSON_OBJECT && i < list->n; i++)
		if (!is_overridden(test, list->members[i].name))
			put_parameter(im, w, f, where, &list->members[i]);
	for (size_t i = 0; i < test->n; i++)
		if (!str_is_among(test_keys, test->members[i].name))
			put_parameter(im, w, f, where, &test->members[i]);
	json_w_object_end(w);
}

static void
put_test(struct import *im, struct json_w *w, const struct json *test,
    const char *const *names, const char *where)
{
	const char *type = json_member_string(test, "type");
	const struct function *f;

	if (type == NULL)
		type = json_member_string(test, "name");
	f = type != NULL ? function_find(names, type) : NULL;
	if (type != NULL && f == NULL)
		import_note(im, where, "there is no test function %s", type);
	json_w_object(w);
	for (size_t i = 0; i < test->n; i++) {
		const struct json_member *m = &test->members[i];

		if (m->value.kind == JSON_NULL ||
		    strcmp(m->name, "parameters") == 0 ||
		    !str_is_among(test_keys, m->name))
			continue;
		json_w_key(w, m->name);
		json_w_value(w, &m->value);
	}
	put_parameters(im, w, test, f, where);
	json_w_object_end(w);
}

static void put_node(struct import *, struct json_w *, const struct json *,
    const char *const *names, const char *where);

static void
put_children(struct import *im, struct json_w *w, const struct json_member *m,
    const char *const *names, const char *where)
{
	bool are_tests = strcmp(m->name, "tests") == 0;

	json_w_key(w, m->name);
	json_w_array(w);
	for (size_t i = 0; i < m->value.n; i++) {
		const struct json *child = &m->value.items[i];
		const char *at = json_pointer_item(im->arena,
		    json_pointer_member(im->arena, where, m->name), i);

		if (child->kind != JSON_OBJECT)
			continue;
		if (are_tests)
			put_test(im, w, child, names, at);
		else
			put_node(im, w, child, names, at);
	}
	json_w_array_end(w);
}

static void
put_node(struct import *im, struct json_w *w, const struct json *node,
    const char *const *names, const char *where)
{
	static const char *const keys[] = { "subject_name", "weight",
		"subjects_weight", NULL };

	json_w_object(w);
	for (size_t i = 0; i < node->n; i++) {
		const struct json_member *m = &node->members[i];

		if (m->value.kind == JSON_NULL)
			continue;
		if (m->value.kind == JSON_ARRAY &&
		    (strcmp(m->name, "tests") == 0 ||
			strcmp(m->name, "subjects") == 0)) {
			put_children(im, w, m, names, where);
		} else if (str_is_among(keys, m->name)) {
			json_w_key(w, m->name);
			json_w_value(w, &m->value);
		} else {
			import_note(im, where, "%s is not known there",
			    m->name);
		}
	}
	json_w_object_end(w);
}

static void
put_criteria(struct import *im, const struct sources *s,
    const char *const *names)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, im->arena, DOCUMENT_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	for (size_t i = 0; i < s->criteria->n; i++) {
		const struct json_member *m = &s->criteria->members[i];
		const char *where =
		    arena_printf(im->arena, "criteria.json#/%s", m->name);

		if (m->value.kind == JSON_NULL ||
		    strcmp(m->name, "test_library") == 0)
			continue;
		if (strcmp(m->name, "base") != 0 &&
		    strcmp(m->name, "bonus") != 0 &&
		    strcmp(m->name, "penalty") != 0) {
			import_note(im, where, "is no category");
			continue;
		}
		json_w_key(&w, m->name);
		put_node(im, &w, &m->value, names, where);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	import_put(im, "criteria.json", b.p, b.n);
}

/* -- the rest ---------------------------------------------------------------- */

static void
put_setup(struct import *im, const struct json *setup)
{
	struct json_w w;
	struct buf b;

	if (setup == NULL)
		return;
	buf_init(&b, im->arena, DOCUMENT_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	for (size_t i = 0; i < setup->n; i++) {
		const struct json_member *m = &setup->members[i];
		const char *where =
		    arena_printf(im->arena, "setup.json#/%s", m->name);
		const char *name = ours(languages, m->name);

		if (strcmp(m->name, "required_files") == 0 ||
		    strcmp(m->name, "setup_commands") == 0)
			import_note(im, where,
			    "stands outside of a language and was not looked "
			    "at there; now it holds for all");
		else if (strcmp(m->name, "assets") == 0 ||
		    strcmp(m->name, "global") == 0)
			import_note(im, where,
			    "put the files themselves into the package: their "
			    "sources are keys of a bucket");
		else if (name == NULL) {
			import_note(im, where, "is no language of theirs");
			continue;
		}
		json_w_key(&w, name != NULL ? name : m->name);
		json_w_value(&w, &m->value);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	import_put(im, "setup.json", b.p, b.n);
}

/* Their unknown keys ended a grading; ours would refuse the package. */
static void
put_feedback(struct import *im, const struct sources *s)
{
	const struct json *wanted = json_member(s->config, "include_feedback");
	struct feedback_config config;
	struct faults faults;
	struct json_w w;
	struct buf b;

	if (s->feedback == NULL && wanted == NULL)
		return;
	faults_init(&faults, im->arena);
	feedback_config_read(s->feedback, "feedback.json#", &faults, &config);
	for (const struct field_fault *f = faults.first; f != NULL; f = f->next)
		import_note(im, f->pointer, "%s: mend it by hand", f->detail);
	buf_init(&b, im->arena, DOCUMENT_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	if (wanted != NULL && wanted->kind == JSON_BOOL)
		json_w_key_bool(&w, "include_feedback", wanted->boolean);
	for (size_t i = 0; s->feedback != NULL && i < s->feedback->n; i++) {
		json_w_key(&w, s->feedback->members[i].name);
		json_w_value(&w, &s->feedback->members[i].value);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	import_put(im, "feedback.json", b.p, b.n);
}

static void
put_languages(struct import *im, struct buf *b, const struct json *list)
{
	bool is_first = true;

	if (list == NULL || list->kind != JSON_ARRAY)
		return;
	for (size_t i = 0; i < list->n; i++) {
		const char *theirs = list->items[i].kind == JSON_STRING
		    ? list->items[i].string
		    : "";
		const char *name = ours(languages, theirs);

		if (name == NULL) {
			import_note(im, "config.json#/languages",
			    "there is no language %s", theirs);
			continue;
		}
		buf_printf(b, "%s%s", is_first ? "languages: [" : ", ", name);
		is_first = false;
	}
	if (!is_first)
		buf_puts(b, "]\n");
}

static void
put_head(struct import *im, const struct sources *s, const char *const *names)
{
	const char *id =
	    json_member_string(s->config, "external_assignment_id");
	const char *name = im->options.name;
	struct buf b;

	if (name == NULL)
		name = id != NULL ? id : "Assignment";
	buf_init(&b, im->arena, DOCUMENT_MAX);
	buf_printf(&b,
	    "problem_format_version: 2023-07-draft\nname: %s\nuuid: %s\n",
	    import_quote(im->arena, name), rand_uuid(im->arena));
	import_put(im, "problem.yaml", b.p, b.n);

	buf_init(&b, im->arena, DOCUMENT_MAX);
	buf_puts(&b, "template: [");
	for (size_t i = 0; names[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", names[i]);
	buf_puts(&b, "]\n");
	put_languages(im, &b, json_member(s->config, "languages"));
	import_put(im, "assize.yaml", b.p, b.n);
}

struct err *
import_autograder(struct import *im)
{
	struct sources s = { 0 };
	const char *const *names;

	TRY(read_sources(im, &s));
	names = find_templates(im, &s);
	if (names[0] == NULL)
		return ERR(im->arena, ERR_IMPOSSIBLE,
		    "criteria.json uses no test function that is known");
	put_head(im, &s, names);
	put_criteria(im, &s, names);
	put_setup(im, s.setup);
	put_feedback(im, &s);
	return NULL;
}
