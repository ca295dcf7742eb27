#include "runner/template.h"

static const struct leaf input_output_leaves[] = {
	{ "judge_case", leaf_judge_case },
	{ NULL, NULL },
};

static const struct template templates[] = {
	{ .name = "input_output",
	    .needs_sandbox = true,
	    .leaves = input_output_leaves },
	{ .name = "quiz" },
};

static const struct method *const methods[PACKAGE_METHOD__MAX] = {
	[PACKAGE_JUDGED] = &method_judged,
	[PACKAGE_QUIZ] = &method_quiz,
};

const struct method *
method_find(enum package_method method)
{
	return methods[method];
}

const struct template *
template_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(templates); i++)
		if (strcmp(templates[i].name, name) == 0)
			return &templates[i];
	return NULL;
}

const struct leaf *
template_leaf(const struct template *t, const char *name)
{
	for (const struct leaf *l = t->leaves; l->name != NULL; l++)
		if (strcmp(l->name, name) == 0)
			return l;
	return NULL;
}
