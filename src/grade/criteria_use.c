/*
 * What was read, for those who grade by it.
 */
#include "grade/criteria.h"

#include <assert.h>
#include <fnmatch.h>
#include <string.h>

#include "base/str.h"

static double
number(const struct json *j, double fallback)
{
	if (j == NULL || j->kind == JSON_NULL)
		return fallback;
	return j->kind == JSON_INT ? (double)j->integer : j->number;
}

static void
add_children(struct tree *t, struct tree_node *n, const struct json *j,
    const struct criteria *c, size_t *next)
{
	const struct json *subjects = json_member(j, "subjects");
	const struct json *tests = json_member(j, "tests");
	const struct json *share = json_member(j, "subjects_weight");

	n->has_subjects_weight = share != NULL && share->kind != JSON_NULL;
	n->subjects_weight = number(share, 0);
	for (size_t i = 0; subjects != NULL && i < subjects->n; i++) {
		const struct json *s = &subjects->items[i];
		const char *name = json_member_string(s, "subject_name");
		struct tree_node *child = tree_subject_add(t, n,
		    name != NULL ? name : json_member_string(s, "name"),
		    number(json_member(s, "weight"), 0));

		assert(child != NULL);
		add_children(t, child, s, c, next);
	}
	for (size_t i = 0; tests != NULL && i < tests->n; i++) {
		const struct criteria_test *test = &c->tests[*next];
		struct tree_test *leaf =
		    tree_test_add(t, n, test->name, test->weight);

		assert(leaf != NULL);
		leaf->index = (*next)++;
	}
}

struct tree *
criteria_tree(struct arena *a, const struct criteria *c)
{
	struct tree *t = tree_new(a);
	size_t next = 0;

	for (int i = 0; i < TREE__MAX; i++) {
		const struct json *j = json_member(c->document,
		    tree_category_name((enum tree_category)i));

		if (j != NULL && j->kind == JSON_OBJECT)
			add_children(t,
			    tree_category(t, (enum tree_category)i,
				number(json_member(j, "weight"), 100)),
			    j, c, &next);
	}
	assert(next == c->n);
	return t;
}

static const struct param *
find(const struct criteria_test *t, const char *name,
    const struct json **ret_value)
{
	int i = function_param(t->function, name);

	assert(i >= 0);
	*ret_value = t->values[i];
	return &t->function->params[i];
}

static const char *
text_of(struct arena *a, const struct json *v)
{
	if (v->kind == JSON_STRING)
		return v->string;
	return arena_printf(a, "%lld", (long long)v->integer);
}

const char *
criteria_text(struct arena *a, const struct criteria_test *t, const char *name)
{
	const struct json *v;
	const struct param *p = find(t, name, &v);

	if (v != NULL)
		return text_of(a, v);
	return p->text != NULL ? p->text : "";
}

int64_t
criteria_count(const struct criteria_test *t, const char *name)
{
	const struct json *v;
	const struct param *p = find(t, name, &v);

	return v != NULL ? v->integer : p->number;
}

bool
criteria_flag(const struct criteria_test *t, const char *name)
{
	const struct json *v;
	const struct param *p = find(t, name, &v);

	return v != NULL ? v->boolean : p->text != NULL;
}

const char *const *
criteria_texts(struct arena *a, const struct criteria_test *t, const char *name)
{
	const struct json *v;
	const char **texts;
	size_t n;

	find(t, name, &v);
	n = v == NULL ? 0 : v->kind == JSON_ARRAY ? v->n : 1;
	texts = arena_array(a, n + 1, sizeof(*texts));
	for (size_t i = 0; i < n; i++)
		texts[i] = text_of(a, v->kind == JSON_ARRAY ? &v->items[i] : v);
	return texts;
}

const struct json *
criteria_value(const struct criteria_test *t, const char *name)
{
	const struct json *v;

	find(t, name, &v);
	return v;
}

/* clang-format off */
/* Names of languages that older documents use. */
static const char *const old_names[][2] = {
	{ "python3",    "python" },
	{ "javascript", "node" },
	{ "cpp",        "c++" },
};
/* clang-format on */

const char *
criteria_command(const struct criteria_test *t, const char *name,
    const char *language)
{
	const struct json *v;
	const struct param *p = find(t, name, &v);
	const char *command;

	if (v == NULL)
		return p->text;
	if (v->kind == JSON_STRING)
		return v->string;
	command = language == NULL ? NULL : json_member_string(v, language);
	for (size_t i = 0;
	     command == NULL && language != NULL && i < ARRAY_LEN(old_names);
	     i++)
		if (strcmp(old_names[i][0], language) == 0)
			command = json_member_string(v, old_names[i][1]);
	return command;
}

bool
criteria_takes_file(const struct criteria_test *t, const char *path)
{
	if (t->files == NULL)
		return true;
	for (const char *const *f = t->files; *f != NULL; f++)
		if (strcmp(*f, path) == 0 || strcmp(*f, "all") == 0 ||
		    fnmatch(*f, path, FNM_PERIOD) == 0)
			return true;
	return false;
}
