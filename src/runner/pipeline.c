#include "runner/pipeline.h"

#include <stdarg.h>

#include "base/clock.h"
#include "base/log.h"
#include "runner/steps.h"
#include "runner/template.h"

/* Does one of the templates? */
#define ANY_TEMPLATE(g, member)                            \
	for (size_t i = 0; (g)->templates[i] != NULL; i++) \
		if ((g)->templates[i]->member)             \
			return true;                       \
	return false

static bool
wants_sandbox(const struct grading *g)
{
	if (g->job->package->functions_n > 0)
		return true;
	ANY_TEMPLATE(g, needs_sandbox);
}

static bool
wants_pre_flight(const struct grading *g)
{
	return g->method->pre_flight != NULL;
}

static bool
wants_model(const struct grading *g)
{
	return g->method->wants_model != NULL && g->method->wants_model(g);
}

static bool
wants_structure(const struct grading *g)
{
	if (g->method->analyse == NULL)
		return false;
	ANY_TEMPLATE(g, needs_structure);
}

static bool
has_tree(const struct grading *g)
{
	return g->is_judged && g->judged.tree != NULL;
}

static bool
wants_feedback(const struct grading *g)
{
	return g->is_judged && g->method->feedback != NULL;
}

/* clang-format off */
const struct step pipeline_steps[] = {
	/* name           takes part        run                 flags; done */
	{ "LOAD_TEMPLATE", NULL,             step_load_template, 0,
	  "Template loaded successfully" },
	{ "BUILD_TREE",    NULL,             step_build_tree,    0,
	  "Criteria tree built successfully" },
	{ "SANDBOX",       wants_sandbox,    step_sandbox,       0, NULL },
	{ "PRE_FLIGHT",    wants_pre_flight, step_pre_flight,    0,
	  "All preflight checks passed" },
	{ "AI_BATCH",      wants_model,      step_ask,           0, NULL },
	{ "STRUCTURAL_ANALYSIS", wants_structure, step_analyse,  0, NULL },
	{ "GRADE",         NULL,             step_grade,         0,
	  "Grading completed" },
	{ "FOCUS",         has_tree,         step_focus,
	  STEP_OPTIONAL, NULL },
	{ "FEEDBACK",      wants_feedback,   step_feedback,
	  STEP_AFTER_FAILURE | STEP_OPTIONAL, "Feedback generated" },
	/* EXPORT follows the landing, on the server: assize-exporter. */
	{ NULL, NULL, NULL, 0, NULL }
};
/* clang-format on */

void
grading_fail(struct grading *g, const char *details, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g->failure = arena_vprintf(g->arena, fmt, ap);
	va_end(ap);
	g->failure_details = details;
}

static struct step_record *
add_record(struct grading *g, const char *name)
{
	struct step_record *r = arena_new_of(g->arena, struct step_record);

	r->name = name;
	*g->last_record = r;
	g->last_record = &r->next;
	return r;
}

/* Runs one step and records it; an error only where it ends the grading. */
static struct err *
run_step(struct grading *g, const struct step *step)
{
	int64_t from = clock_mono_ms();
	struct step_record *r;
	struct err *e;

	g->failure = g->failure_details = NULL;
	g->message = step->done;
	e = step->run(g);
	r = add_record(g, step->name);
	r->ms = clock_mono_ms() - from;
	if (e != NULL) {
		r->status = STEP_INTERRUPTED;
		r->message = err_info(e->code)->title;
		if ((step->flags & STEP_OPTIONAL) == 0)
			return e;
		log_err(LOG_WARNING, "step_interrupted", e);
		return NULL;
	}
	if (g->failure != NULL) {
		r->status = STEP_FAIL;
		r->message = g->failure;
		r->error = g->failure_details;
		g->execution = EXECUTION_FAILED;
	} else {
		r->message = g->message;
	}
	return NULL;
}

/* After a failure few steps are run, though more were to be. */
static bool
is_next(struct grading *g, const struct step *step)
{
	if (step->takes_part != NULL && !step->takes_part(g))
		return false;
	g->steps_planned++;
	return g->execution != EXECUTION_FAILED ||
	    (step->flags & STEP_AFTER_FAILURE) != 0;
}

static struct err *
run_steps(struct grading *g)
{
	g->execution = EXECUTION_RUNNING;
	for (const struct step *step = pipeline_steps; step->name != NULL;
	     step++) {
		if (event_is_set(g->job->cancel))
			return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
		if (is_next(g, step))
			TRY(run_step(g, step));
	}
	if (g->execution == EXECUTION_RUNNING)
		g->execution = EXECUTION_SUCCESS;
	return NULL;
}

struct err *
pipeline_run(const struct grader *grader, struct arena *a,
    const struct grading_job *job, struct wire_result **ret_result)
{
	struct grading g = {
		.arena = a,
		.grader = grader,
		.job = job,
		.started_ms = clock_mono_ms(),
	};
	struct err *e;

	g.last_record = &g.records;
	e = run_steps(&g);
	if (g.workspace.name != NULL)
		box_forget(grader->boxes, job->owner);
	workspace_remove(&g.workspace);
	if (e != NULL)
		return e;
	if (job->ret_archive != NULL)
		*job->ret_archive = (struct str) { g.archive, g.archive_n };
	if (job->ret_blamed != NULL)
		*job->ret_blamed = g.blamed;
	return grading_result(&g, ret_result);
}
