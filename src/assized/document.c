/*
 * Theory: a result is stored as one JSON text (wire/result.h) and travels to
 * its reader member by member.  What a reader may not see is decided here, in
 * one place, for the present result, the previous one and the live view: of a
 * hidden test students get path, status, score and weight, nothing that its
 * data or their program's output on it would show, but for what a validator
 * wrote for them; what it wrote for staff only staff see.
 */
#include "assized/document.h"

#include <math.h>
#include <string.h>

#include "wire/names.h"

#define CODE_PENDING (-1)
#define CODE_CANCELLED (-2)

/* Of a result, as it is; tests go their own way. */
static const char *const result_members[] = {
	"compile",
	"tree",
	"feedback",
	"custom",
	"problems",
	"text",
	"tags",
	"archive",
	"pipeline",
};

/* The same, for staff: what the grader itself printed, and where it ran. */
static const char *const staff_members[] = {
	"stdout",
	"stderr",
	"provenance",
};

/* What students see of a hidden test. */
static const char *const hidden_members[] = {
	"path",
	"name",
	"status",
	"score",
	"weight",
	"team_message",
	"hidden",
};

/* What students see of no test. */
static const char for_staff[] = "judge_message";

static void
write_grade(struct json_w *w, const char *key, double grade)
{
	if (!isnan(grade))
		json_w_key_f64(w, key, grade);
}

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
	json_w_key(w, "users");
	json_w_array(w);
	for (size_t i = 0; i < s->users_n; i++)
		json_w_str(w, s->users[i]);
	json_w_array_end(w);
	json_w_key_str(w, "submitted_at", s->submitted_at);
	json_w_key_str(w, "language", s->language);
	json_w_key_str(w, "status", s->status);
	json_w_key_str(w, "verdict", s->verdict);
	json_w_key_i64(w, "verdict_code", verdict_code(s));
	json_w_key_str(w, "result", s->outcome);
	write_grade(w, "grade", s->grade);
	write_grade(w, "machine_grade", s->machine_grade);
	write_grade(w, "manual_grade", s->manual_grade);
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

static void
write_shown(struct json_w *w, const struct json *test)
{
	for (size_t i = 0; i < test->n; i++) {
		const struct json_member *m = &test->members[i];

		if (strcmp(m->name, for_staff) == 0)
			continue;
		json_w_key(w, m->name);
		json_w_value(w, &m->value);
	}
}

static void
write_test(struct json_w *w, const struct json *test, bool sees_all)
{
	if (sees_all) {
		json_w_value(w, test);
		return;
	}
	json_w_object(w);
	if (!is_hidden(test)) {
		write_shown(w, test);
		json_w_object_end(w);
		return;
	}
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

/* The stored text was made by wire_result_text; it parses. */
static void
write_result(struct json_w *w, struct arena *a, const char *text, bool sees_all)
{
	const struct json *result;

	if (text == NULL ||
	    json_parse(a, text, strlen(text), &json_limits_document, &result) !=
		NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(result_members); i++) {
		const struct json *m = json_member(result, result_members[i]);

		if (m == NULL)
			continue;
		json_w_key(w, result_members[i]);
		json_w_value(w, m);
	}
	write_tests(w, json_member(result, "tests"), sees_all);
	for (size_t i = 0; sees_all && i < ARRAY_LEN(staff_members); i++) {
		const struct json *m = json_member(result, staff_members[i]);

		if (m == NULL)
			continue;
		json_w_key(w, staff_members[i]);
		json_w_value(w, m);
	}
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

void
document_write(struct json_w *w, struct arena *a,
    const struct submission_view *v)
{
	const struct submission *s = v->row;

	document_write_brief(w, a, s);
	json_w_key_raw(w, "input", s->input);
	json_w_key_str(w, "waiting_reason", v->waiting_reason);
	if (v->n_progress > 0)
		write_progress(w, a, v);
	else
		write_result(w, a, s->result, v->sees_all);
	if (s->previous != NULL) {
		json_w_key(w, "previous");
		json_w_object(w);
		write_result(w, a, s->previous, v->sees_all);
		json_w_object_end(w);
	}
}
