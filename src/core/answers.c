#include "core/answers.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "wire/json.h"

#define INPUT_BYTES (1 << 20)
/* Of the stored snapshot; what is above it was refused at the upload. */
static const struct json_limits quiz_limits = { 100000, 16 };

struct err *
answers_quiz(struct arena *a, const struct snapshot *s,
    const struct quiz **ret_quiz)
{
	const struct json *j;
	struct faults faults, warnings;
	struct err *e =
	    json_parse(a, s->quiz, strlen(s->quiz), &quiz_limits, &j);

	faults_init(&faults, a);
	faults_init(&warnings, a);
	if (e == NULL)
		*ret_quiz = quiz_read(a, j, "", &faults, &warnings);
	if (e != NULL || faults.n > 0)
		return ERR_WHY(a, ERR_INTERNAL, "the stored quiz: %s %s",
		    e == NULL ? faults.first->pointer : "",
		    e == NULL ? faults.first->detail : e->detail);
	return NULL;
}

/*
 * -- files that answer questions
 */

static bool
is_file(const struct quiz *quiz, const char *id, const struct json *j)
{
	const struct quiz_question *q = quiz_find(quiz, id);

	return q != NULL && q->type == QUIZ_FILE && j->kind == JSON_OBJECT;
}

static struct zip_file
take_file(struct arena *a, const char *id, const struct json *j)
{
	const char *value = json_member_string(j, "value");
	struct zip_file file = { 0 };

	file.path =
	    arena_printf(a, "%s/%s", id, json_member_string(j, "filename"));
	file.p = enc_base64_decode(a, value, strlen(value), &file.n);
	return file;
}

/*
 * -- what the grader is told
 */

struct telling {
	const struct answers_ask *ask;
	const struct quiz *quiz;
	const struct json *answers; /* or NULL */
	const char *locale;
	bool is_all; /* also what is not the student's */
};

static void
write_answers(struct json_w *w, const struct telling *t)
{
	for (size_t i = 0; t->answers != NULL && i < t->answers->n; i++) {
		const struct json_member *m = &t->answers->members[i];

		if (m->name[0] == '@' || m->value.kind == JSON_NULL)
			continue;
		json_w_key(w, m->name);
		if (!is_file(t->quiz, m->name, &m->value)) {
			json_w_value(w, &m->value);
			continue;
		}
		json_w_object(w);
		json_w_key_str(w, "filename",
		    json_member_string(&m->value, "filename"));
		json_w_object_end(w);
	}
}

static void
write_random(struct json_w *w, const struct quiz *quiz,
    const struct quiz_seed *seed)
{
	json_w_array(w);
	for (size_t i = 0; i < quiz->random; i++)
		json_w_f64(w, quiz_random(quiz, seed, i));
	json_w_array_end(w);
}

/* "2026-11-21T09:05:00.123Z" as "2026-11-21 09:05:00.123000". */
static const char *
time_text(struct arena *a, int64_t ms)
{
	char text[CLOCK_TEXT];
	char *copy;

	clock_format(ms, text);
	copy = arena_printf(a, "%.23s000", text);
	copy[10] = ' ';
	return copy;
}

static const char *
tell(struct arena *a, const struct telling *t)
{
	const struct answers_ask *ask = t->ask;
	struct buf b;
	struct json_w w;

	buf_init(&b, a, INPUT_BYTES);
	json_w_init(&w, &b);
	json_w_object(&w);
	write_answers(&w, t);
	if (t->is_all) {
		json_w_key_str(&w, "@username", ask->users);
		json_w_key_str(&w, "@email", "");
		json_w_key_str(&w, "@lang",
		    t->locale != NULL ? t->locale : "en");
		json_w_key_str(&w, "@time", time_text(a, ask->in->received_ms));
		json_w_key_str(&w, "@attempts",
		    arena_printf(a, "%lld", (long long)ask->seed.attempt + 1));
		json_w_key(&w, "@random");
		write_random(&w, t->quiz, &ask->seed);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}

/*
 * -- the whole
 */

/* A file that came as a part of a form, named as its question. */
static void
take_part(struct faults *f, const struct submit *in, size_t i, struct json *j,
    struct json_member *members)
{
	struct arena *a = f->arena;
	const char *id = in->fields[i];
	struct json_member *file = arena_array(a, 2, sizeof(*file));
	const char *slash = strrchr(in->files[i].path, '/');
	const char *name = slash != NULL ? slash + 1 : in->files[i].path;
	const char *value = enc_base64(a, in->files[i].p, in->files[i].n);

	if (json_member(j, id) != NULL) {
		faults_add(f, json_pointer_member(a, "/input", id),
		    "is answered twice");
		return;
	}
	file[0] = (struct json_member) { .name = "filename",
		.value = { .kind = JSON_STRING,
		    .string = name,
		    .n = strlen(name) } };
	file[1] = (struct json_member) { .name = "value",
		.value = { .kind = JSON_STRING,
		    .string = value,
		    .n = strlen(value) } };
	members[j->n].name = id;
	members[j->n].value =
	    (struct json) { .kind = JSON_OBJECT, .n = 2, .members = file };
	j->n++;
}

/* A form sends an empty part for a file that was not chosen. */
static bool
is_nothing(const struct zip_file *file)
{
	return file->n == 0 && file->path[0] == '\0';
}

/* The answers, and the files of a form that answer questions. */
static void
take_parts(struct faults *f, const struct quiz *quiz, const struct submit *in,
    const struct json **answers)
{
	size_t n = *answers != NULL ? (*answers)->n : 0;
	struct json_member *members =
	    arena_array(f->arena, n + in->n_files + 1, sizeof(*members));
	struct json *j = arena_new_of(f->arena, struct json);

	for (size_t i = 0; i < n; i++)
		members[i] = (*answers)->members[i];
	*j = (struct json) { .kind = JSON_OBJECT, .n = n, .members = members };
	for (size_t i = 0; i < in->n_files; i++) {
		const struct quiz_question *q =
		    in->fields == NULL ? NULL : quiz_find(quiz, in->fields[i]);

		if (q != NULL && q->type == QUIZ_FILE) {
			if (!is_nothing(&in->files[i]))
				take_part(f, in, i, j, members);
			continue;
		}
		faults_add(f, "/files", "questions are answered in \"input\"");
		break;
	}
	*answers = j;
}

static struct err *
read_answers(struct arena *a, const struct answers_ask *ask,
    const struct quiz *quiz, const struct json **ret_answers)
{
	const char *text = ask->in->input;
	struct faults f;

	faults_init(&f, a);
	*ret_answers = NULL;
	if (text != NULL)
		TRY(json_parse(a, text, strlen(text), &json_limits_document,
		    ret_answers));
	if (ask->in->n_files > 0 &&
	    (*ret_answers == NULL || (*ret_answers)->kind == JSON_OBJECT))
		take_parts(&f, quiz, ask->in, ret_answers);
	quiz_check(quiz, &ask->seed, *ret_answers, &f);
	if (ask->in->code != NULL)
		faults_add(&f, "/code", "questions are answered in \"input\"");
	return faults_err(&f, ERR_ANSWERS);
}

static void
add_files(struct arena *a, const struct telling *t, const char *input,
    struct source *source)
{
	size_t n = t->answers != NULL ? t->answers->n : 0;
	struct zip_file *files = arena_array(a, n + 1, sizeof(*files));

	files[source->n_files++] = (struct zip_file) {
		.path = "input.json",
		.p = input,
		.n = strlen(input),
	};
	for (size_t i = 0; i < n; i++) {
		const struct json_member *m = &t->answers->members[i];

		if (is_file(t->quiz, m->name, &m->value))
			files[source->n_files++] =
			    take_file(a, m->name, &m->value);
	}
	source->files = files;
}

struct err *
answers_pack(struct arena *a, const struct answers_ask *ask,
    struct source *ret_source)
{
	struct telling t = { .ask = ask };
	struct source source = { 0 };
	const char *given, *told;

	TRY(answers_quiz(a, ask->snapshot, &t.quiz));
	TRY(read_answers(a, ask, t.quiz, &t.answers));
	t.locale = json_member_string(t.answers, "@lang");
	if (t.locale == NULL || *t.locale == '\0')
		t.locale = ask->in->locale;
	given = tell(a, &t);
	t.is_all = t.quiz->random > 0 ||
	    strcmp(ask->snapshot->template, "script") == 0;
	told = tell(a, &t);
	if (given == NULL || told == NULL)
		return ERR(a, ERR_TOO_LARGE,
		    "the answers are larger than %d bytes together",
		    INPUT_BYTES);
	source.locale = t.locale;
	add_files(a, &t, given, &source);
	TRY(zip_write(a, source.files, source.n_files, &source.zip,
	    &source.zip_n));
	source.input = source_describe(a, &source, told, 2 * INPUT_BYTES);
	if (source.input == NULL)
		return ERR(a, ERR_TOO_LARGE, "the answers are too large");
	*ret_source = source;
	return NULL;
}

struct err *
answers_write_questions(struct arena *a, struct json_w *w,
    const struct snapshot *s, const struct quiz_seed *seed, const char *locale)
{
	const struct quiz *quiz;

	if (s->quiz == NULL)
		return NULL;
	TRY(answers_quiz(a, s, &quiz));
	json_w_key(w, "questions");
	quiz_write_questions(w, a, quiz, seed, locale);
	json_w_key_str(w, "text_format", quiz_formats[quiz->format]);
	if (quiz->random > 0) {
		json_w_key(w, "random");
		write_random(w, quiz, seed);
	}
	return NULL;
}
