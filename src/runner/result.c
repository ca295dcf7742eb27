/*
 * The result of a grading: its tree, its records and where it came from, as
 * the documents that travel.
 */
#include "runner/pipeline.h"

#include "base/clock.h"
#include "grade/comparison.h"
#include "grade/tree_json.h"
#include "runner/template.h"
#include "wire/json.h"

#include <config.h>

#define DOCUMENT_MAX ((size_t)4 << 20)

static const char *const execution_names[] = {
	[EXECUTION_EMPTY] = "empty",
	[EXECUTION_RUNNING] = "running",
	[EXECUTION_SUCCESS] = "success",
	[EXECUTION_FAILED] = "failed",
	[EXECUTION_INTERRUPTED] = "interrupted",
};

static const char *const step_status_names[] = {
	[STEP_SUCCESS] = "success",
	[STEP_FAIL] = "fail",
	[STEP_INTERRUPTED] = "interrupted",
};

static void
write_tree(struct json_w *w, const struct grading *g)
{
	tree_write(w, g->judged.tree);
}

static void
write_pipeline(struct json_w *w, const struct grading *g)
{
	const struct step_record *r;
	const char *failed = NULL;
	int64_t completed = 0;

	for (r = g->records; r != NULL; r = r->next) {
		if (r->status != STEP_SUCCESS && failed == NULL)
			failed = r->name;
		completed += r->status == STEP_SUCCESS;
	}
	json_w_object(w);
	json_w_key_str(w, "status", execution_names[g->execution]);
	json_w_key_str(w, "failed_at_step", failed);
	json_w_key_i64(w, "total_steps_planned", (int64_t)g->steps_planned);
	json_w_key_i64(w, "steps_completed", completed);
	json_w_key_i64(w, "execution_time_ms", clock_mono_ms() - g->started_ms);
	json_w_key(w, "steps");
	json_w_array(w);
	for (r = g->records; r != NULL; r = r->next) {
		json_w_object(w);
		json_w_key_str(w, "name", r->name);
		json_w_key_str(w, "status", step_status_names[r->status]);
		json_w_key_i64(w, "execution_time_ms", r->ms);
		json_w_key_str(w, "message", r->message);
		json_w_key_raw(w, "error_details", r->error);
		json_w_object_end(w);
	}
	json_w_array_end(w);
	json_w_object_end(w);
}

static void
write_limits(struct json_w *w, const struct package_limits *l)
{
	json_w_object(w);
	json_w_key_i64(w, "time_ms", l->time_ms);
	json_w_key_i64(w, "wall_ms", l->wall_ms);
	json_w_key_i64(w, "memory_kb", l->memory_kb);
	json_w_key_i64(w, "output_kb", l->output_kb);
	json_w_key_i64(w, "file_kb", l->file_kb);
	json_w_key_i64(w, "processes", l->processes);
	json_w_key_i64(w, "compile_time_ms", l->compile_time_ms);
	json_w_key_i64(w, "compile_memory_kb", l->compile_memory_kb);
	json_w_object_end(w);
}

static void
write_second_runs(struct json_w *w, const struct grading *g)
{
	json_w_array(w);
	for (const struct second_run *s = g->seconds; s != NULL; s = s->next) {
		json_w_object(w);
		json_w_key_str(w, "test", g->tests[s->test].path);
		json_w_key_str(w, "first_status",
		    verdict_info(VERDICT_TLE)->slug);
		json_w_key_i64(w, "first_time_ms", s->first_ms);
		json_w_key_str(w, "status", verdict_info(s->verdict)->slug);
		json_w_key_i64(w, "time_ms", s->second_ms);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_provenance(struct json_w *w, const struct grading *g)
{
	const struct grading_job *job = g->job;

	json_w_object(w);
	json_w_key_str(w, "source_sha256", job->source_digest);
	json_w_key_str(w, "package_sha256", job->package_digest);
	json_w_key_str(w, "package_fingerprint", job->package->fingerprint);
	json_w_key_str(w, "template", job->package->template);
	json_w_key_str(w, "runner", g->grader->config->name);
	json_w_key_str(w, "runner_version", PACKAGE_VERSION);
	if (job->language != NULL) {
		json_w_key_str(w, "language", job->language->name);
		json_w_key_str(w, "tool", g->tool);
	}
	json_w_key_str(w, "locale", job->locale);
	if (job->state != NULL && *job->state != '\0')
		json_w_key_str(w, "state", job->state);
	json_w_key_raw(w, "model", g->model);
	json_w_key_str(w, "package_fault", g->blamed);
	if (g->seconds != NULL) {
		json_w_key(w, "second_runs");
		write_second_runs(w, g);
	}
	json_w_key_str(w, "sandbox", box_host_profile(g->grader->boxes));
	json_w_key(w, "limits");
	write_limits(w, &job->limits);
	json_w_object_end(w);
}

/* Against an earlier result that the submission carries as its baseline. */
static void
write_comparison(struct json_w *w, const struct grading *g)
{
	const char *input = g->job->input;
	struct comparison_test *tests;
	struct comparison_side before, after = { .grade = g->judged.grade };
	const struct json *j;

	if (input == NULL || g->job->package->method != PACKAGE_CRITERIA ||
	    json_parse(g->arena, input, strlen(input), &json_limits_document,
		&j) != NULL ||
	    !comparison_read(g->arena, json_member(j, "baseline"), &before))
		return;
	tests = arena_array(g->arena, g->tests_n + 1, sizeof(*tests));
	for (size_t i = 0; i < g->tests_n; i++)
		if (g->tests[i].has_score)
			tests[after.n++] =
			    (struct comparison_test) { g->tests[i].path,
				    g->tests[i].score };
	after.tests = tests;
	json_w_key(w, "comparison");
	comparison_write(w, &before, &after);
}

static void
write_feedback(struct json_w *w, const struct grading *g)
{
	json_w_object(w);
	json_w_key_str(w, "type", "markdown");
	json_w_key_str(w, "text", g->feedback);
	json_w_key_raw(w, "focus", g->focus);
	json_w_key_raw(w, "report", g->feedback_report);
	write_comparison(w, g);
	json_w_object_end(w);
}

static struct err *
document(struct grading *g,
    void (*write)(struct json_w *, const struct grading *),
    const char **ret_text)
{
	struct buf buf;
	struct json_w w;

	buf_init(&buf, g->arena, DOCUMENT_MAX);
	json_w_init(&w, &buf);
	write(&w, g);
	json_w_finish(&w);
	if (buf_overflowed(&buf))
		return ERR_WHY(g->arena, ERR_INTERNAL,
		    "a document of the result is too long");
	*ret_text = buf.p;
	return NULL;
}

struct err *
grading_result(struct grading *g, struct wire_result **ret_result)
{
	struct wire_result *r = arena_new_of(g->arena, struct wire_result);

	if (!g->is_judged)
		return ERR_WHY(g->arena, ERR_INTERNAL,
		    "the pipeline ended without a verdict");
	*r = g->more;
	r->verdict = (int)g->judged.verdict;
	r->grade = tree_round(g->judged.grade);
	r->compile = g->compile;
	r->tests = g->tests;
	r->n_tests = g->tests_n;
	if (g->judged.tree != NULL)
		TRY(document(g, write_tree, &r->tree));
	TRY(document(g, write_pipeline, &r->pipeline));
	TRY(document(g, write_provenance, &r->provenance));
	if (g->feedback != NULL)
		TRY(document(g, write_feedback, &r->feedback));
	*ret_result = r;
	return NULL;
}
