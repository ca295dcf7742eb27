/*
 * PRE_FLIGHT of what is judged: the submission is compiled, then what the package brings to
 * judge it.
 */
#include "runner/compile.h"
#include "runner/programs.h"
#include "runner/template.h"

static void
refuse(struct grading *g, const struct compile *c)
{
	g->compile->status = WIRE_COMPILE_ERROR;
	if (c->output == NULL)
		g->compile->output = c->fault;
	judge_finish(g->judge, true, &g->judged);
	g->is_judged = true;
	grading_fail(g, g->compile->output, "%s", c->fault);
}

static struct err *
compile_submission(struct grading *g)
{
	const struct grading_job *job = g->job;
	struct compile c = {
		.grader = g->grader,
		.owner = job->owner,
		.cancel = job->cancel,
		.limits = &job->limits,
		.language = job->language,
		.cmd = g->cmd,
		.files = job->files,
		.files_n = job->files_n,
		.workspace = &g->workspace,
	};

	TRY(compile_run(g->arena, &c));
	g->command_files = c.command_files;
	g->compile = arena_new_of(g->arena, struct wire_compile);
	g->compile->status = WIRE_COMPILE_OK;
	g->compile->output = c.output;
	if (c.fault != NULL)
		refuse(g, &c);
	return NULL;
}

/* The verdict is JE, which nobody is charged with. */
static void
blame_package(struct grading *g, const struct built *b)
{
	judge_spoil(g->judge);
	judge_finish(g->judge, false, &g->judged);
	g->is_judged = true;
	g->blamed = arena_printf(g->arena, "the output validator: %s%s%s",
	    b->fault, b->output != NULL ? "\n" : "",
	    b->output != NULL ? b->output : "");
	grading_fail(g, NULL, "%s", BLAMED_FOR_ALL);
}

struct err *
judged_pre_flight(struct grading *g)
{
	const struct grading_job *job = g->job;
	const struct build build = {
		.grader = g->grader,
		.owner = job->owner,
		.cancel = job->cancel,
		.limits = &job->limits,
		.package_dir = job->package_dir,
	};

	TRY(compile_submission(g));
	if (g->is_judged || job->package->validator == NULL)
		return NULL;
	TRY(programs_get(job->programs, g->arena, &build,
	    job->package->validator, &g->validator));
	if (g->validator->fault != NULL)
		blame_package(g, g->validator);
	return NULL;
}
