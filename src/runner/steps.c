#include "runner/steps.h"

#include "runner/template.h"

static struct err *
find_templates(struct grading *g)
{
	const char *const *names = g->job->package->templates;
	size_t n = 0;

	while (names[n] != NULL)
		n++;
	g->templates = arena_array(g->arena, n + 1, sizeof(*g->templates));
	for (size_t i = 0; i < n; i++) {
		g->templates[i] = template_find(names[i]);
		if (g->templates[i] == NULL)
			return ERR_WHY(g->arena, ERR_UNAVAILABLE,
			    "this runner has no template \"%s\"", names[i]);
	}
	g->method = method_find(g->job->package->method);
	if (g->method == NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "this runner cannot grade what is %s",
		    package_method_name(g->job->package->method));
	return NULL;
}

struct err *
grading_find_language(struct grading *g)
{
	const struct language *language = g->job->language;

	if (language == NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "a submission without a language");
	g->tool = tools_version(g->grader->tools, g->arena, language);
	if (g->tool == NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "this runner does not serve \"%s\"", language->name);
	g->cmd = g->grader->tools->cmds[language->id];
	g->memory_kb = g->job->limits.memory_kb;
	g->scaled = *g->job;
	g->scaled.limits = language_cmd_limits(g->cmd, &g->job->limits);
	g->job = &g->scaled;
	return NULL;
}

struct err *
step_load_template(struct grading *g)
{
	TRY(find_templates(g));
	return g->method->load == NULL ? NULL : g->method->load(g);
}

struct err *
step_build_tree(struct grading *g)
{
	return g->method->build(g);
}

struct err *
step_sandbox(struct grading *g)
{
	if (g->method->sandbox != NULL)
		return g->method->sandbox(g);
	return workspace_make(g->arena, g->grader->work,
	    g->grader->config->work_dir, &g->workspace);
}

struct err *
step_pre_flight(struct grading *g)
{
	return g->method->pre_flight(g);
}

struct err *
step_analyse(struct grading *g)
{
	return g->method->analyse(g);
}

struct err *
step_ask(struct grading *g)
{
	return g->method->ask(g);
}

struct err *
step_grade(struct grading *g)
{
	return g->method->grade(g);
}

struct err *
step_feedback(struct grading *g)
{
	return g->method->feedback(g);
}
