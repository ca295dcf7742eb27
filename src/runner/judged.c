/*
 * The method "judged": the tests in the package's data/, in the order and with
 * the laziness that it says.
 */
#include <math.h>

#include "base/str.h"
#include "runner/grader.h"
#include "runner/template.h"

static bool
finds_files(const struct grading_job *job)
{
	const struct package *p = job->package;

	for (size_t i = 0; i < p->plan.test_n; i++)
		if (p->tests[i].files.paths[0] != NULL)
			return true;
	return !str_has_prefix(p->format, "legacy") &&
	    package_include_for(p, job->language->name) != NULL;
}

/*
 * Does it find what was submitted with it?  What is compiled finds only what
 * else there is, since its sources are of no use to it.
 */
static bool
finds_own(const struct grading *g)
{
	const struct grading_job *job = g->job;

	if (g->cmd->makes == NULL)
		return job->files_n > 1;
	for (size_t i = 0; i < job->files_n; i++)
		if (!language_has_file(job->language, job->files[i].path))
			return true;
	return false;
}

static struct err *
load(struct grading *g)
{
	const struct package *package = g->job->package;

	if (strcmp(package->validation, "default") != 0 &&
	    package->validator_n == 0)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "this runner cannot validate by \"%s\"",
		    package->validation);
	if (package->is_submit_answer && g->job->language == NULL)
		return NULL;
	TRY(grading_find_language(g));
	g->finds_own = finds_own(g);
	g->has_files = g->finds_own || finds_files(g->job);
	return NULL;
}

static struct err *
build(struct grading *g)
{
	const struct judge_plan *plan = &g->job->package->plan;

	g->judge = judge_new(g->arena, plan);
	if (g->job->all_tests)
		judge_run_all(g->judge);
	g->tests_n = plan->test_n;
	g->tests = arena_array(g->arena, plan->test_n, sizeof(*g->tests));
	for (size_t i = 0; i < plan->test_n; i++)
		g->tests[i] = (struct wire_test) {
			.path = plan->tests[i].path,
			.name = plan->tests[i].name,
			.status = WIRE_SKIPPED,
			.weight = plan->tests[i].weight,
			.has_weight = true,
			.hidden = plan->tests[i].hidden,
		};
	return NULL;
}

static void
leave_for_student(struct grading *g, size_t i,
    const struct judge_outcome *outcome)
{
	struct wire_test *t = &g->tests[i];

	t->status = (int)outcome->verdict;
	t->score = fmax(0, fmin(100, judge_score(g->judge, i)));
	t->has_score = true;
	t->has_points =
	    g->job->package->plan.has_points && judge_has_run(g->judge, i);
	t->points = tree_round(judge_points(g->judge, i));
	t->report = outcome->report;
}

/* The package failed in the present test: there will be no other one. */
static void
blame_package(struct grading *g, size_t i)
{
	const struct wire_test *t = &g->tests[i];

	g->blamed = arena_printf(g->arena, "test %s: %s", t->path,
	    t->judge_message != NULL ? t->judge_message : "");
	grading_fail(g, NULL, "%s", BLAMED_FOR_ALL);
}

static struct err *
grade(struct grading *g)
{
	_cleanup_(arena_freep) struct arena *scratch = NULL;
	const struct grading_job *job = g->job;
	size_t i, done = 0;

	scratch = arena_new("test", judge_case_memory(g));
	while ((i = judge_next(g->judge)) < g->tests_n) {
		struct judge_outcome outcome = { .verdict = VERDICT_JE };

		TRY(leaf_judge_case(g, scratch, i, &outcome));
		arena_reset(scratch);
		judge_report(g->judge, i, &outcome);
		leave_for_student(g, i, &outcome);
		if (outcome.verdict == VERDICT_JE)
			blame_package(g, i);
		TRY(grader_run_all(g, scratch));
		arena_reset(scratch);
		if (job->progress != NULL && i + 1 > done) {
			job->progress(job->progress_arg, g->tests, done,
			    i + 1 - done);
			done = i + 1;
		}
	}
	judge_finish(g->judge, false, &g->judged);
	g->is_judged = true;
	return NULL;
}

const struct method method_judged = {
	.load = load,
	.build = build,
	.pre_flight = judged_pre_flight,
	.grade = grade,
	.feedback = judged_feedback,
};
