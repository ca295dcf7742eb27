#include "runner/criteria.h"

#include <math.h>

#include "base/buf.h"
#include "runner/setup.h"
#include "runner/template.h"

static struct err *
load(struct grading *g)
{
	if (g->job->language == NULL)
		return NULL;
	return grading_find_language(g);
}

static void
free_memory(void *memory)
{
	arena_free(memory);
}

/* Faults in it were refused when the package was uploaded. */
static void
read_feedback(const struct grading *g, struct feedback_config *ret_config)
{
	struct faults faults;

	faults_init(&faults, g->arena);
	feedback_config_read(g->job->package->docs[PACKAGE_DOC_FEEDBACK].json,
	    "", &faults, ret_config);
}

static struct err *
build(struct grading *g)
{
	const struct criteria *c = g->job->package->criteria;
	struct criteria_run *run = arena_new_of(g->arena, struct criteria_run);
	struct arena *memory = arena_new("parsed", PARSED_MEMORY);

	arena_defer(g->arena, free_memory, memory);
	run->parsed = parsed_new(memory, g->job->files, g->job->files_n);
	run->criteria = c;
	read_feedback(g, &run->feedback);
	run->tree = criteria_tree(g->arena, c);
	g->run = run;
	g->tests_n = c->n;
	g->tests = arena_array(g->arena, c->n + 1, sizeof(*g->tests));
	for (size_t i = 0; i < c->n; i++)
		g->tests[i] = (struct wire_test) {
			.path = c->tests[i].path,
			.name = c->tests[i].name,
			.status = WIRE_SKIPPED,
			.weight = c->tests[i].weight,
			.has_weight = true,
			.hidden = c->tests[i].hidden,
		};
	return NULL;
}

static const struct probe_function *
find_function(const struct grading *g, const struct function *function)
{
	const struct probe_function *f = NULL;
	const char *name = function->name;

	if (strcmp(function->template, PACKAGE_OWN_TEMPLATE) == 0)
		return &own_function;
	for (size_t i = 0; f == NULL && g->templates[i] != NULL; i++)
		if (g->templates[i]->functions != NULL)
			f = probe_find(g->templates[i]->functions, name);
	return f != NULL ? f : probe_find(model_functions, name);
}

/* A program that did not end well says how; else the score does. */
static int
status_of(const struct probe *p)
{
	if (p->score >= 100)
		return WIRE_AC;
	return p->verdict != VERDICT_AC ? (int)p->verdict : WIRE_WA;
}

static struct err *
run_test(struct grading *g, size_t i)
{
	struct criteria_run *run = g->run;
	const struct criteria_test *test = &run->criteria->tests[i];
	const struct probe_function *f = find_function(g, test->function);
	struct probe p = {
		.arena = g->arena,
		.test = test,
		.files = g->job->files,
		.n = g->job->files_n,
		.language =
		    g->job->language != NULL ? g->job->language->name : NULL,
		.locale = g->job->locale,
		.parsed = run->parsed,
		.grading = g,
		.record = &g->tests[i],
		.verdict = VERDICT_AC,
	};

	if (f == NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "this runner has no test function \"%s\"",
		    test->function->name);
	TRY(probe_run(&p, f));
	g->tests[i].status = p.is_not_graded ? WIRE_SKIPPED : status_of(&p);
	g->tests[i].score = fmax(0, fmin(100, p.score));
	g->tests[i].has_score = true;
	g->tests[i].report = p.report;
	return NULL;
}

/* AC if the grade is 100; what all died of, if all did of the same. */
static enum verdict
sum_up(const struct grading *g, double grade)
{
	int common = -1;

	if (grade >= 100)
		return VERDICT_AC;
	for (size_t i = 0; i < g->tests_n; i++) {
		int status = g->tests[i].status;

		if (status == WIRE_AC || status == WIRE_SKIPPED ||
		    status == common)
			continue;
		if (common >= 0)
			return VERDICT_WA;
		common = status;
	}
	return common >= 0 ? (enum verdict)common : VERDICT_WA;
}

static void
set_score(void *arg, const char *path, struct tree_test *t)
{
	const struct grading *g = arg;
	const struct criteria_run *run = g->run;

	t->score = g->tests[t->index].score;
	t->status = wire_test_statuses[g->tests[t->index].status];
	t->report = g->tests[t->index].report;
	t->is_dropped = g->tests[t->index].status == WIRE_SKIPPED &&
	    !run->criteria->not_graded_is_zero;
	(void)path;
}

/* Does a test look at syntax trees? */
static bool
needs_trees(const struct grading *g)
{
	const struct criteria_run *run = g->run;

	for (size_t i = 0; i < g->tests_n; i++) {
		const struct probe_function *f =
		    find_function(g, run->criteria->tests[i].function);

		if (f != NULL &&
		    (f->kind == PROBE_TREES || f->kind == PROBE_JS))
			return true;
	}
	return false;
}

static struct err *
analyse(struct grading *g)
{
	return needs_trees(g) ? criteria_parse(g) : NULL;
}

/* All of the base asks a language model that did not answer. */
static struct err *
nothing_graded(struct grading *g)
{
	g->blamed = "no test of the base could be graded: there is no answer "
		    "of a language model";
	g->judged.verdict = VERDICT_JE;
	g->judged.first_failed = g->tests_n;
	g->is_judged = true;
	grading_fail(g, NULL, "%s", BLAMED_FOR_ALL);
	return NULL;
}

static struct err *
grade(struct grading *g)
{
	const struct grading_job *job = g->job;
	struct criteria_run *run = g->run;

	for (size_t i = 0; i < g->tests_n; i++) {
		if (event_is_set(job->cancel))
			return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
		TRY(run_test(g, i));
		if (job->progress != NULL)
			job->progress(job->progress_arg, g->tests, i, 1);
	}
	tree_each_test(run->tree, g->arena, set_score, g);
	if (!tree_drop(run->tree))
		return nothing_graded(g);
	tree_score(run->tree);
	g->judged.tree = run->tree;
	g->judged.grade = run->tree->final;
	g->judged.verdict = sum_up(g, tree_round(run->tree->final));
	g->judged.first_failed = g->tests_n;
	g->is_judged = true;
	g->message = arena_printf(g->arena, "Grading completed: %.15g/100",
	    tree_round(run->tree->final));
	return NULL;
}

const struct method method_criteria = {
	.load = load,
	.build = build,
	.pre_flight = criteria_pre_flight,
	.wants_model = criteria_wants_model,
	.ask = criteria_ask_model,
	.analyse = analyse,
	.grade = grade,
	.feedback = criteria_feedback,
};
