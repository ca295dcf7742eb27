#include "runner/template.h"

/* clang-format off */
static const struct template templates[] = {
	{ .name = "input_output", .needs_sandbox = true,
	  .functions = input_output_functions },
	{ .name = "static_analysis", .needs_structure = true,
	  .functions = static_analysis_functions },
	{ .name = "webdev", .needs_structure = true,
	  .functions = webdev_functions },
	{ .name = "api", .needs_sandbox = true, .functions = api_functions },
	{ .name = PACKAGE_OWN_TEMPLATE, .needs_sandbox = true },
	{ .name = "quiz" },
	{ .name = "script", .needs_sandbox = true },
};
/* clang-format on */

static const struct method *const methods[PACKAGE_METHOD__MAX] = {
	[PACKAGE_JUDGED] = &method_judged,
	[PACKAGE_QUIZ] = &method_quiz,
	[PACKAGE_CRITERIA] = &method_criteria,
	[PACKAGE_SCRIPT] = &method_script,
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
