/* Questions of INGInious' tasks: quiz.json. */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "grade/quiz.h"
#include "package/import_inginious.h"

#define QUIZ_BYTES ((size_t)4 << 20)

/* With the names of before 2017. */
static const char *const old_types[][2] = {
	{ "multiple-choice", "multiple_choice" },
	{ "code-single-line", "code_single_line" },
	{ "code-file", "file" },
	{ "code_file", "file" },
};

static const char *
type_of(const struct json *question)
{
	const char *name = json_member_string(question, "type");

	for (size_t i = 0; name != NULL && i < ARRAY_LEN(old_types); i++)
		if (strcmp(old_types[i][0], name) == 0)
			return old_types[i][1];
	for (size_t i = 0; name != NULL && quiz_types[i] != NULL; i++)
		if (strcmp(quiz_types[i], name) == 0)
			return name;
	return NULL;
}

static const char *
question_at(const struct inginious_task *t, const char *id)
{
	return arena_printf(t->arena, "%s#/problems/%s", t->name, id);
}

void
inginious_note_hidden(struct inginious_task *t, const char *at, const char *key,
    const char *text)
{
	if (text != NULL && strcasestr(text, "hidden-until") != NULL)
		import_note(t->im, at,
		    "%s: hidden-until hides nothing here: take out what is "
		    "not to be read yet",
		    key);
}

static void
write_question(struct inginious_task *t, struct json_w *w,
    const struct json_member *m)
{
	const char *at = question_at(t, m->name);
	const struct json *q = &m->value;

	inginious_note_hidden(t, at, "header", json_member_string(q, "header"));
	json_w_key(w, m->name);
	json_w_object(w);
	for (size_t i = 0; i < q->n; i++) {
		const struct json_member *k = &q->members[i];
		int64_t size;

		if (strcmp(k->name, "max_size") == 0 &&
		    ((k->value.kind == JSON_INT &&
			 k->value.integer > QUIZ_FILE_MAX) ||
			(k->value.kind == JSON_STRING &&
			    str_to_i64(k->value.string, QUIZ_FILE_MAX,
				INT64_MAX, &size)))) {
			import_note(t->im, at,
			    "max_size: at most %lld bytes are taken",
			    (long long)QUIZ_FILE_MAX);
			continue;
		}
		if (strcmp(k->name, "boxes") == 0) {
			import_note(t->im, at,
			    "boxes: an answer is one text here");
			continue;
		}
		json_w_key(w, k->name);
		if (strcmp(k->name, "type") == 0)
			json_w_str(w, type_of(q));
		else
			json_w_value(w, &k->value);
	}
	json_w_object_end(w);
}

static void
write_questions(struct inginious_task *t, struct json_w *w,
    const struct json *problems)
{
	json_w_object(w);
	for (size_t i = 0; i < problems->n; i++) {
		const struct json_member *m = &problems->members[i];
		const char *type = json_member_string(&m->value, "type");

		if (type_of(&m->value) != NULL)
			write_question(t, w, m);
		else
			import_note(t->im, question_at(t, m->name),
			    "left out: there are no questions of the type "
			    "\"%.50s\"",
			    type != NULL ? type : "");
	}
	json_w_object_end(w);
}

/*
 * Keys of questions that mean nothing here; of a course's tasks also what is
 * wrong, since nobody checks them when they are imported.
 */
static void
note_quiz(struct inginious_task *t, const char *text)
{
	static const struct json_limits limits = { 100000, 16 };
	struct faults faults, warnings;
	const struct json *j;

	faults_init(&faults, t->arena);
	faults_init(&warnings, t->arena);
	if (json_parse(t->arena, text, strlen(text), &limits, &j) != NULL)
		return;
	quiz_read(t->arena, j, arena_printf(t->arena, "%s#", t->name), &faults,
	    &warnings);
	for (const struct field_fault *f = warnings.first; f != NULL;
	     f = f->next)
		import_note(t->im, f->pointer, "%s", f->detail);
	for (const struct field_fault *f = faults.first;
	     f != NULL && *t->at != '\0'; f = f->next)
		import_note(t->im, f->pointer, "to be mended: %s", f->detail);
}

void
inginious_put_quiz(struct inginious_task *t, const struct json *problems)
{
	static const struct json none = { .kind = JSON_OBJECT };
	const struct json *random = json_member(t->task, "input_random");
	struct json_w w;
	struct buf b;

	if (problems == NULL)
		problems = &none;
	if (problems->n == 0)
		import_note(t->im, t->name, "%s",
		    t->is_quiz
			? "has no problems"
			: "has no problems: whoever submits says nothing");
	buf_init(&b, t->arena, QUIZ_BYTES);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "text_format", quiz_formats[QUIZ_RST]);
	if (random != NULL && random->kind != JSON_NULL) {
		json_w_key(&w, "input_random");
		json_w_value(&w, random);
	}
	if (inginious_is_true(json_member(t->task, "regenerate_input_random")))
		json_w_key_bool(&w, "regenerate_input_random", true);
	json_w_key(&w, "problems");
	write_questions(t, &w, problems);
	json_w_object_end(&w);
	json_w_finish(&w);
	import_put_text(t->im, arena_printf(t->arena, "%squiz.json", t->at),
	    b.p);
	note_quiz(t, b.p);
}
