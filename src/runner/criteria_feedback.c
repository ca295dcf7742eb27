/*
 * FEEDBACK of criteria: the report of grade/feedback.h from the tests and
 * their losses; what a language model wrote comes before it.
 */
#include "base/buf.h"
#include "base/str.h"
#include "grade/feedback.h"
#include "runner/criteria.h"
#include "runner/template.h"
#include "wire/json.h"

#define FEEDBACK_MAX ((size_t)256 << 10)
#define JSON_MAX ((size_t)512 << 10)
#define PARAMETER_MAX 80
#define OUTPUT_SHOWN_MAX 16384

/* "tag=h1, required_count=2": texts as they are, the rest as JSON. */
static const char *
parameters_of(struct arena *a, const struct criteria_test *t)
{
	const char *text = NULL;

	for (size_t i = 0; i < FUNCTION_PARAMS_MAX; i++) {
		const struct json *j = t->values[i];
		const char *value;

		if (j == NULL)
			continue;
		value = j->kind == JSON_STRING ? j->string : json_text(a, j);
		if (strlen(value) > PARAMETER_MAX ||
		    strpbrk(value, "`\r\n") != NULL)
			continue;
		text = arena_printf(a, "%s%s%s=%s", text != NULL ? text : "",
		    text != NULL ? ", " : "", t->function->params[i].name,
		    value);
	}
	return text;
}

static const char *
files_of(struct arena *a, const struct criteria_test *t)
{
	const char *text = NULL;

	for (size_t i = 0; t->files != NULL && t->files[i] != NULL; i++)
		text = arena_printf(a, "%s%s%s", text != NULL ? text : "",
		    text != NULL ? ", " : "", t->files[i]);
	return text;
}

static const char *
shortened(struct arena *a, const char *report, size_t max)
{
	if (report == NULL || strlen(report) <= max)
		return report;
	return arena_printf(a, "%.*s [...]", (int)str_utf8_cut(report, max),
	    report);
}

/* Of hidden tests it says whether they failed, not with what. */
static struct feedback_test
test_of(const struct grading *g, size_t i, size_t max)
{
	const struct criteria_run *run = g->run;
	const struct criteria_test *t = &run->criteria->tests[i];

	if (t->hidden)
		return (struct feedback_test) {
			.name = t->name,
			.score = g->tests[i].score,
		};
	return (struct feedback_test) {
		.name = t->name,
		.score = g->tests[i].score,
		.files = files_of(g->arena, t),
		.parameters = parameters_of(g->arena, t),
		.report = shortened(g->arena, g->tests[i].report, max),
	};
}

static struct feedback_input
input_of(const struct grading *g, size_t max)
{
	const struct criteria_run *run = g->run;
	struct feedback_input in = {
		.template = g->job->package->template,
		.locale = g->job->locale,
		.final = run->tree->final,
	};

	for (int c = 0; c < TREE__MAX; c++) {
		struct feedback_test *tests;
		struct tree_loss *losses;
		size_t n;

		tree_focus(run->tree, g->arena, c, &losses, &n);
		tests = arena_array(g->arena, n + 1, sizeof(*tests));
		for (size_t i = 0; i < n; i++)
			tests[i] = test_of(g, losses[i].test->index, max);
		in.tests[c] = tests;
		in.n[c] = n;
	}
	return in;
}

static struct err *
write_report(struct grading *g, const struct feedback_config *config,
    const struct feedback_input *in)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, g->arena, JSON_MAX);
	json_w_init(&w, &b);
	feedback_write(&w, config, in);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR_WHY(g->arena, ERR_TOO_LARGE, "report too long");
	g->feedback_report = b.p;
	return NULL;
}

/* Set-up failed: there is nothing else to say. */
static struct err *
report_preflight(struct grading *g)
{
	const struct criteria_run *run = g->run;
	struct buf b;

	buf_init(&b, g->arena, FEEDBACK_MAX);
	buf_printf(&b, "## %s\n\n",
	    feedback_word(g->job->locale, WORD_PREFLIGHT));
	if (run->refused != NULL)
		buf_printf(&b, "%s\n", run->refused);
	else
		feedback_block(&b, feedback_word(g->job->locale, WORD_ERROR),
		    g->compile->output, strlen(g->compile->output),
		    OUTPUT_SHOWN_MAX);
	if (buf_overflowed(&b))
		return ERR_WHY(g->arena, ERR_INTERNAL, "feedback too long");
	g->feedback = b.p;
	return NULL;
}

/* Rather less of each report than none at all. */
static struct err *
report_tests(struct grading *g, const struct feedback_config *config,
    const char **ret_text)
{
	static const size_t report_max[] = { SIZE_MAX, 1000, 100 };
	struct err *e = NULL;

	for (size_t i = 0; i < ARRAY_LEN(report_max); i++) {
		const struct feedback_input in = input_of(g, report_max[i]);

		e = feedback_markdown(g->arena, config, &in, FEEDBACK_MAX,
		    ret_text);
		if (e == NULL)
			e = write_report(g, config, &in);
		if (e == NULL || e->code != ERR_TOO_LARGE)
			break;
	}
	return e;
}

struct err *
criteria_feedback(struct grading *g)
{
	const struct criteria_run *run = g->run;
	const struct feedback_config *config = &run->feedback;
	const char *text = NULL;

	if (!feedback_is_wanted(config))
		return NULL;
	if (g->compile != NULL)
		return report_preflight(g);
	TRY(report_tests(g, config, &text));
	if (run->reply != NULL && run->reply->feedback != NULL)
		text = arena_printf(g->arena, "%s\n\n---\n\n%s",
		    run->reply->feedback, text);
	else if (config->mode == FEEDBACK_AI)
		text = arena_printf(g->arena, "%s\n*%s*\n", text,
		    feedback_word(g->job->locale, WORD_NO_MODEL));
	g->feedback = text;
	return NULL;
}
