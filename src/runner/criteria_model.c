/*
 * AI_BATCH of criteria: all tests that ask a language model, and the report
 * that it may write, in one exchange.  What it did not answer is not graded,
 * and counts as the criteria say.
 */
#include <fnmatch.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "grade/feedback.h"
#include "runner/criteria.h"
#include "runner/template.h"

#define MODEL_FILES_MAX 200

/* By the function's name: what the model is to verify. */
static const struct task {
	const char *function;
	const char *what;
} tasks[] = {
	{ "ai_sorting_algorithm", "sorts, by the sorting algorithm" },
	{ "ai_search_algorithm", "searches, by the search algorithm" },
	{ "ai_graph_algorithm", "works on graphs, by the graph algorithm" },
};

static const struct task *
task_of(const struct criteria_test *t)
{
	for (size_t i = 0; i < ARRAY_LEN(tasks); i++)
		if (strcmp(tasks[i].function, t->function->name) == 0)
			return &tasks[i];
	return NULL;
}

static const char *
files_text(struct arena *a, const struct criteria_test *t)
{
	struct buf b;

	if (t->files == NULL)
		return "all files";
	buf_init(&b, a, 64 << 10);
	for (size_t i = 0; t->files[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", t->files[i]);
	return b.p;
}

static const char *
question_text(struct arena *a, const struct criteria_test *t)
{
	if (strcmp(t->function->name, "ai_check") == 0)
		return arena_printf(a, "%s (Look at: %s.)",
		    criteria_text(a, t, "prompt"), files_text(a, t));
	return arena_printf(a,
	    "Verify that the submission %s \"%s\", and implements it itself: "
	    "calling a library that does it is no implementation. 100 if it "
	    "is that algorithm and correct, else 0. (Look at: %s.)",
	    task_of(t)->what, criteria_text(a, t, "algorithm_name"),
	    files_text(a, t));
}

static bool
asks_model(const struct criteria_test *t)
{
	return task_of(t) != NULL || strcmp(t->function->name, "ai_check") == 0;
}

/* Is the model to write a report, too? */
static bool
wants_report(const struct criteria_run *run)
{
	return run->feedback.mode == FEEDBACK_AI &&
	    feedback_is_wanted(&run->feedback);
}

bool
criteria_wants_model(const struct grading *g)
{
	const struct criteria *c = g->job->package->criteria;

	for (size_t i = 0; i < c->n; i++)
		if (asks_model(&c->tests[i]))
			return true;
	return wants_report(g->run);
}

/* Text files of the submission; of a report: those that it names. */
static void
take_files(const struct grading *g, const struct feedback_ai *ai,
    struct model_batch *batch)
{
	struct model_file *files =
	    arena_array(g->arena, MODEL_FILES_MAX + 1, sizeof(*files));
	size_t n = 0;

	for (size_t i = 0; i < g->job->files_n && n < MODEL_FILES_MAX; i++) {
		const struct zip_file *f = &g->job->files[i];
		bool is_named = ai->n_submission_files_to_read == 0 ||
		    batch->n_questions > 0;

		for (size_t k = 0; k < ai->n_submission_files_to_read; k++)
			is_named = is_named ||
			    fnmatch(ai->submission_files_to_read[k], f->path,
				0) == 0;
		if (is_named && str_is_utf8(f->p, f->n))
			files[n++] =
			    (struct model_file) { f->path, f->p, f->n };
	}
	batch->files = files;
	batch->n_files = n;
}

static void
take_questions(const struct grading *g, struct model_batch *batch)
{
	const struct criteria *c = g->job->package->criteria;
	struct model_question *list =
	    arena_array(g->arena, MODEL_QUESTIONS_MAX + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < c->n && n < MODEL_QUESTIONS_MAX; i++)
		if (asks_model(&c->tests[i]))
			list[n++] = (struct model_question) {
				c->tests[i].path,
				question_text(g->arena, &c->tests[i]),
			};
	batch->questions = list;
	batch->n_questions = n;
}

static const char *
or_usual(const char *text, const char *usual)
{
	return text != NULL ? text : usual;
}

/* Which model, how many tokens, what it cost. */
static struct err *
record(struct grading *g, const struct model_reply *reply)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, g->arena, 64 << 10);
	json_w_init(&w, &b);
	model_write(&w, g->grader->model, reply);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR_WHY(g->arena, ERR_INTERNAL, "record too long");
	g->model = b.p;
	return NULL;
}

struct err *
criteria_ask_model(struct grading *g)
{
	struct criteria_run *run = g->run;
	const struct feedback_ai *ai = run->feedback.ai;
	const struct model_report report = {
		.persona = or_usual(ai->feedback_persona, "Code Buddy"),
		.tone = or_usual(ai->feedback_tone, "encouraging but direct"),
		.solutions = or_usual(ai->provide_solutions, "hint"),
		.context = ai->assignment_context,
		.extra = ai->extra_orientations,
	};
	struct model_batch batch = {
		.locale = g->job->locale,
		.cancel =
		    g->job->cancel != NULL ? &g->job->cancel->is_set : NULL,
	};

	if (wants_report(run))
		batch.report = &report;
	take_questions(g, &batch);
	take_files(g, ai, &batch);
	run->questions = batch.questions;
	run->questions_n = batch.n_questions;
	run->reply = arena_new_of(g->arena, struct model_reply);
	TRY(model_ask(g->grader->model, g->arena, &batch, run->reply));
	TRY(record(g, run->reply));
	g->message = run->reply->failure != NULL
	    ? run->reply->failure
	    : arena_printf(g->arena, "%zu tests were put to a language model",
		  batch.n_questions);
	return NULL;
}

/* NULL: it was not asked. */
static const struct model_answer *
answer_to(const struct criteria_run *run, const char *path)
{
	for (size_t i = 0; i < run->questions_n; i++)
		if (strcmp(run->questions[i].id, path) == 0)
			return &run->reply->answers[i];
	return NULL;
}

static struct err *
probe_model(struct probe *p)
{
	const struct criteria_run *run = p->grading->run;
	const struct model_answer *answer = answer_to(run, p->test->path);

	if (answer == NULL || !answer->is_answered) {
		p->is_not_graded = true;
		if (answer == NULL)
			return probe_say(p, 0,
			    "not graded: too many tests ask a language model");
		p->record->judge_message = answer->text;
		return probe_say(p, 0,
		    "not graded: there is no answer of a language model");
	}
	if (answer->manipulation)
		p->record->judge_message = "the submission seems to address "
					   "the language model that grades it";
	return probe_say(p, answer->score, "%s", answer->text);
}

const struct probe_function model_functions[] = {
	{ "ai_sorting_algorithm", PROBE_FILES, probe_model },
	{ "ai_search_algorithm", PROBE_FILES, probe_model },
	{ "ai_graph_algorithm", PROBE_FILES, probe_model },
	{ "ai_check", PROBE_FILES, probe_model },
	{ NULL, PROBE_FILES, NULL },
};
