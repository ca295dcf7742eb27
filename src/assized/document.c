/*
 * Theory: a result is stored as one JSON text (wire/result.h) and travels to
 * its reader member by member.  What a reader may not see is decided here, by
 * the tables below, for the present result, the previous one and the live
 * view: of a hidden test students get path, status, score and weight, nothing
 * that its data or their program's output on it would show, but for what a
 * validator wrote for them; what graders and validators wrote for staff, and
 * what failed inside of us, only staff see.
 */
#include "assized/document.h"

#include <string.h>

#include "assized/shown.h"
#include "wire/names.h"

#define CODE_PENDING (-1)
#define CODE_CANCELLED (-2)

/* Who sees a member: everybody who sees the submission, or those who teach. */
enum seen_by { BY_ALL, BY_STAFF };

/*
 * What a document takes from a result.  Of two lines with one name the first
 * that is there counts; tests go their own way.
 */
static const struct taken {
	const char *name; /* in the document */
	const char *in;   /* the member that holds it; NULL: the result */
	const char *from;
	enum seen_by by;
} members[] = {
	/* clang-format off */
	{ "compile",	   NULL,	"compile",	 BY_ALL },
	{ "tree",	   NULL,	"tree",		 BY_ALL },
	{ "focus",	   "feedback",	"focus",	 BY_ALL },
	{ "feedback",	   NULL,	"feedback",	 BY_ALL },
	{ "text",	   NULL,	"text",		 BY_ALL },
	{ "text",	   "feedback",	"text",		 BY_ALL },
	{ "response_type", "feedback",	"type",		 BY_ALL },
	{ "custom",	   NULL,	"custom",	 BY_ALL },
	{ "problems",	   NULL,	"problems",	 BY_ALL },
	{ "tags",	   NULL,	"tags",		 BY_ALL },
	{ "pipeline",	   NULL,	"pipeline",	 BY_ALL },
	{ "stdout",	   NULL,	"stdout",	 BY_STAFF },
	{ "stderr",	   NULL,	"stderr",	 BY_STAFF },
	{ "provenance",	   NULL,	"provenance",	 BY_STAFF },
	/* clang-format on */
};

/* What students see of a hidden test. */
static const char *const hidden_members[] = {
	"path",
	"name",
	"status",
	"score",
	"points",
	"weight",
	"team_message",
	"hidden",
};

/* What students see nowhere: of a test, of a step of the pipeline. */
static const char *const for_staff[] = {
	"judge_message",
	"error_details",
};

static int64_t
verdict_code(const struct submission *s)
{
	for (int i = 0; s->verdict != NULL && wire_verdicts[i] != NULL; i++)
		if (strcmp(wire_verdicts[i], s->verdict) == 0)
			return i;
	return strcmp(s->status, "cancelled") == 0 ? CODE_CANCELLED
						   : CODE_PENDING;
}

void
document_write_brief(struct json_w *w, struct arena *a,
    const struct submission *s)
{
	json_w_key_str(w, "id", s->id);
	json_w_key_str(w, "course", s->course);
	json_w_key_str(w, "problem", s->problem);
	json_w_key_strs(w, "users", s->users, s->users_n);
	json_w_key_str(w, "submitted_at", s->submitted_at);
	json_w_key_str(w, "language", s->language);
	json_w_key_str(w, "status", s->status);
	json_w_key_str(w, "verdict", s->verdict);
	json_w_key_i64(w, "verdict_code", verdict_code(s));
	json_w_key_str(w, "result", s->outcome);
	json_w_key_f64(w, "grade", s->grade);
	json_w_key_f64(w, "machine_grade", s->machine_grade);
	json_w_key_f64(w, "manual_grade", s->manual_grade);
	json_w_key_bool(w, "late", s->is_late);
	if (s->penalty > 0)
		json_w_key_f64(w, "penalty", s->penalty);
	if (s->time_ms >= 0)
		json_w_key_i64(w, "time_ms", s->time_ms);
	if (s->memory_kb >= 0)
		json_w_key_i64(w, "memory_kb", s->memory_kb);
	json_w_key_i64(w, "attempt", s->attempt);
	json_w_key_bool(w, "evaluated", s->is_evaluated);
	json_w_key_str(w, "judged_at", s->judged_at);
	json_w_key_str(w, "judged_by", s->judged_by);
}

static bool
is_hidden(const struct json *test)
{
	const struct json *hidden = json_member(test, "hidden");

	/* What does not say is hidden. */
	return hidden == NULL || hidden->kind != JSON_BOOL || hidden->boolean;
}

static bool
is_for_staff(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(for_staff); i++)
		if (strcmp(name, for_staff[i]) == 0)
			return true;
	return false;
}

/* The object without what is for staff. */
static void
write_shown(struct json_w *w, const struct json *j)
{
	json_w_object(w);
	for (size_t i = 0; i < j->n; i++)
		if (!is_for_staff(j->members[i].name)) {
			json_w_key(w, j->members[i].name);
			json_w_value(w, &j->members[i].value);
		}
	json_w_object_end(w);
}

static void
write_test(struct json_w *w, const struct json *test, bool sees_all)
{
	if (sees_all) {
		json_w_value(w, test);
		return;
	}
	if (!is_hidden(test)) {
		write_shown(w, test);
		return;
	}
	json_w_object(w);
	for (size_t i = 0; i < ARRAY_LEN(hidden_members); i++) {
		const struct json *m = json_member(test, hidden_members[i]);

		if (m == NULL)
			continue;
		json_w_key(w, hidden_members[i]);
		json_w_value(w, m);
	}
	json_w_object_end(w);
}

static void
write_tests(struct json_w *w, const struct json *tests, bool sees_all)
{
	json_w_key(w, "tests");
	json_w_array(w);
	if (tests != NULL && tests->kind == JSON_ARRAY)
		for (size_t i = 0; i < tests->n; i++)
			write_test(w, &tests->items[i], sees_all);
	json_w_array_end(w);
}

/* How many steps, the exporter's counted. */
static void
write_count(struct json_w *w, const struct json_member *m, bool counts_export)
{
	json_w_key_i64(w, m->name,
	    (m->value.kind == JSON_INT ? m->value.integer : 0) + counts_export);
}

/*
 * What failed in a set-up is the student's; what else failed is ours.  The
 * exporter's step comes from the outbox: nobody else knows of it.
 */
static void
write_steps(struct json_w *w, const struct json *steps,
    const struct json *export, bool sees_all)
{
	json_w_array(w);
	for (size_t i = 0; steps->kind == JSON_ARRAY && i < steps->n; i++) {
		const struct json *step = &steps->items[i];
		const char *name = json_member_string(step, "name");
		const char *status = json_member_string(step, "status");
		bool is_setup = name != NULL && status != NULL &&
		    strcmp(name, "PRE_FLIGHT") == 0 &&
		    strcmp(status, "fail") == 0;

		if (step->kind != JSON_OBJECT)
			continue;
		if (sees_all || is_setup)
			json_w_value(w, step);
		else
			write_shown(w, step);
	}
	if (json_member(export, "status") != NULL)
		json_w_value(w, export);
	json_w_array_end(w);
}

static void
write_pipeline(struct json_w *w, const struct json *pipeline,
    const struct json *export, bool sees_all)
{
	bool is_done = json_member(export, "status") != NULL;

	json_w_object(w);
	for (size_t i = 0; i < pipeline->n; i++) {
		const struct json_member *m = &pipeline->members[i];

		if (!sees_all && is_for_staff(m->name))
			continue;
		if (strcmp(m->name, "total_steps_planned") == 0) {
			write_count(w, m, export != NULL);
			continue;
		}
		if (strcmp(m->name, "steps_completed") == 0) {
			write_count(w, m, is_done);
			continue;
		}
		json_w_key(w, m->name);
		if (strcmp(m->name, "steps") == 0)
			write_steps(w, &m->value, export, sees_all);
		else
			json_w_value(w, &m->value);
	}
	json_w_object_end(w);
}

/* A result and what is known of it elsewhere. */
struct written {
	const struct json *result;
	const struct json *export; /* of the present one, or NULL */
	bool sees_all;
};

static void
write_members(struct json_w *w, const struct written *x)
{
	const struct json *result = x->result;
	bool sees_all = x->sees_all;
	const char *last = "";

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const struct taken *m = &members[i];
		const struct json *in =
		    m->in == NULL ? result : json_member(result, m->in);
		const struct json *value = json_member(in, m->from);

		if (value == NULL || strcmp(m->name, last) == 0 ||
		    (m->by == BY_STAFF && !sees_all))
			continue;
		last = m->name;
		json_w_key(w, m->name);
		if (value->kind == JSON_OBJECT &&
		    strcmp(m->name, "pipeline") == 0)
			write_pipeline(w, value, x->export, sees_all);
		else if (strcmp(m->name, "feedback") == 0)
			shown_feedback_write(w, value);
		else
			json_w_value(w, value);
	}
}

/* The stored text was made by wire_result_text; it parses. */
static void
write_result(struct json_w *w, struct arena *a, const char *text,
    const char *export, bool sees_all)
{
	struct written x = { .sees_all = sees_all };

	if (text == NULL ||
	    json_parse(a, text, strlen(text), &json_limits_document,
		&x.result) != NULL)
		return;
	if (!sees_all)
		x.result = shown_by_now(a, text, x.result);
	if (export != NULL &&
	    json_parse(a, export, strlen(export), &json_limits_body,
		&x.export) != NULL)
		x.export = NULL;
	write_members(w, &x);
	write_tests(w, json_member(x.result, "tests"), sees_all);
}

static void
write_progress(struct json_w *w, struct arena *a,
    const struct submission_view *v)
{
	json_w_key(w, "tests");
	json_w_array(w);
	for (size_t i = 0; i < v->n_progress; i++) {
		const struct json *test;

		if (json_parse(a, v->progress[i], strlen(v->progress[i]),
			&json_limits_body, &test) == NULL)
			write_test(w, test, v->sees_all);
	}
	json_w_array_end(w);
}

static void
write_people(struct json_w *w, const struct submission *s)
{
	json_w_key_str(w, "comment", s->comment);
	json_w_key_str(w, "graded_by", s->graded_by);
	json_w_key_str(w, "graded_at", s->graded_at);
	if (s->removed_n == 0)
		return;
	json_w_key_strs(w, "removed", s->removed, s->removed_n);
}

static void
write_waiting(struct json_w *w, const struct submission_view *v)
{
	json_w_key_str(w, "waiting_reason", v->waiting_reason);
	if (v->position > 0)
		json_w_key_i64(w, "position", v->position);
	if (v->expected_s >= 0)
		json_w_key_i64(w, "expected_wait", v->expected_s);
}

void
document_write_waiting(struct json_w *w, const struct submission_view *v)
{
	const struct submission *s = v->row;

	json_w_key_str(w, "id", s->id);
	json_w_key_str(w, "course", s->course);
	json_w_key_str(w, "problem", s->problem);
	json_w_key_str(w, "language", s->language);
	json_w_key_str(w, "submitted_at", s->submitted_at);
	json_w_key_str(w, "status", s->status);
	json_w_key_i64(w, "attempt", s->attempt);
	write_waiting(w, v);
}

void
document_write(struct json_w *w, struct arena *a,
    const struct submission_view *v)
{
	const struct submission *s = v->row;

	document_write_brief(w, a, s);
	json_w_key_raw(w, "input", s->input);
	write_people(w, s);
	write_waiting(w, v);
	json_w_key_str(w, "state", s->state);
	json_w_key_str(w, "archive", s->archive);
	json_w_key_raw(w, "ssh", s->ssh);
	if (v->n_progress > 0)
		write_progress(w, a, v);
	else
		write_result(w, a, s->result, s->export, v->sees_all);
	if (s->previous != NULL) {
		json_w_key(w, "previous");
		json_w_object(w);
		write_result(w, a, s->previous, NULL, v->sees_all);
		json_w_object_end(w);
	}
}
