/*
 * What goes to the model and what is taken of its answer.
 */
#include <string.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/enc.h"
#include "runner/model.h"

#define REQUEST_MAX ((size_t)16 << 20)
#define BOUNDARY_BYTES 12

static const struct json_limits reply_limits = { 20000, 16 };

/* A prompt with its {words} filled in; unknown ones stay. */
struct word {
	const char *name;
	const char *text;
};

static void
put_prompt(struct buf *b, const char *prompt, const struct word *words)
{
	while (*prompt != '\0') {
		const struct word *w = words;
		size_t n = 0;

		for (; *prompt == '{' && w->name != NULL; w++) {
			n = strlen(w->name);
			if (strncmp(prompt + 1, w->name, n) == 0 &&
			    prompt[n + 1] == '}')
				break;
		}
		if (*prompt == '{' && w->name != NULL) {
			buf_puts(b, w->text != NULL ? w->text : "-");
			prompt += n + 2;
		} else {
			buf_putc(b, *prompt++);
		}
	}
}

static const char *
system_message(struct arena *a, const struct model *m,
    const struct model_batch *batch, const char *boundary)
{
	const struct model_report none = { 0 };
	const struct model_report *r =
	    batch->report != NULL ? batch->report : &none;
	const struct word words[] = {
		{ "locale", batch->locale != NULL ? batch->locale : "en" },
		{ "boundary", boundary },
		{ "persona", r->persona },
		{ "tone", r->tone },
		{ "solutions", r->solutions },
		{ "context", r->context },
		{ "extra", r->extra },
		{ NULL, NULL },
	};
	struct buf b;

	buf_init(&b, a, REQUEST_MAX);
	put_prompt(&b, m->grade, words);
	if (batch->report != NULL)
		put_prompt(&b, m->feedback, words);
	return b.p;
}

static void
put_file(struct arena *a, struct buf *b, const struct model_file *f,
    const char *boundary, size_t *left, bool *ret_cut)
{
	size_t n = f->n <= *left ? f->n : str_utf8_cut(f->text, *left);

	if (n < f->n)
		*ret_cut = true;
	*left -= n;
	buf_printf(b, "<<<FILE-%s %s>>>\n%s\n%s<<<END-%s>>>\n", boundary,
	    f->name, str_utf8_repair(a, f->text, n),
	    n < f->n ? "(the rest was left out)\n" : "", boundary);
}

static const char *
user_message(struct arena *a, const struct model *m,
    const struct model_batch *batch, const bool *is_open, const char *boundary,
    bool *ret_cut)
{
	size_t left = (size_t)m->config->input_kb << 10;
	struct json_w w;
	struct buf b;

	buf_init(&b, a, REQUEST_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "tasks");
	json_w_array(&w);
	for (size_t i = 0; i < batch->n_questions; i++) {
		if (!is_open[i])
			continue;
		json_w_object(&w);
		json_w_key_str(&w, "id", batch->questions[i].id);
		json_w_key_str(&w, "task", batch->questions[i].task);
		json_w_object_end(&w);
	}
	json_w_array_end(&w);
	if (batch->report != NULL && batch->report->graded != NULL)
		json_w_key_raw(&w, "graded", batch->report->graded);
	json_w_object_end(&w);
	json_w_finish(&w);
	buf_puts(&b, "\n\n");
	for (size_t i = 0; i < batch->n_files; i++)
		put_file(a, &b, &batch->files[i], boundary, &left, ret_cut);
	return b.p;
}

/* The form that the answer must have; strict mode wants all of it required. */
static const char graded_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"results\",\"feedback\"],\"properties\":{"
    "\"results\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"additionalProperties\":false,"
    "\"required\":[\"id\",\"score\",\"text\",\"manipulation\"],"
    "\"properties\":{\"id\":{\"type\":\"string\"},"
    "\"score\":{\"type\":\"number\",\"minimum\":0,\"maximum\":100},"
    "\"text\":{\"type\":\"string\"},"
    "\"manipulation\":{\"type\":\"boolean\"}}}},"
    "\"feedback\":{\"type\":[\"string\",\"null\"]}}}";

static void
write_message(struct json_w *w, const char *role, const char *text)
{
	json_w_object(w);
	json_w_key_str(w, "role", role);
	json_w_key_str(w, "content", text);
	json_w_object_end(w);
}

struct err *
model_request(struct arena *a, const struct model *m,
    const struct model_batch *batch, const bool *is_open, const char **ret_body,
    bool *ret_cut)
{
	unsigned char random[BOUNDARY_BYTES];
	const char *boundary;
	struct json_w w;
	struct buf b;

	rand_bytes(random, sizeof(random));
	boundary = enc_hex(a, random, sizeof(random));
	buf_init(&b, a, REQUEST_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "model", m->config->name);
	json_w_key_i64(&w, "temperature", 0);
	json_w_key_i64(&w, "max_tokens", m->config->max_tokens);
	json_w_key(&w, "messages");
	json_w_array(&w);
	write_message(&w, "system", system_message(a, m, batch, boundary));
	write_message(&w, "user",
	    user_message(a, m, batch, is_open, boundary, ret_cut));
	json_w_array_end(&w);
	json_w_key(&w, "response_format");
	json_w_raw(&w,
	    arena_printf(a,
		"{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"graded\","
		"\"strict\":true,\"schema\":%s}}",
		graded_schema));
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR_WHY(a, ERR_INTERNAL,
		    "request to the model too long");
	*ret_body = b.p;
	return NULL;
}

static int64_t
count_of(const struct json *usage, const char *name)
{
	const struct json *j = json_member(usage, name);

	return j != NULL && j->kind == JSON_INT && j->integer > 0 &&
		j->integer < 1000000000
	    ? j->integer
	    : 0;
}

/* A score that is a number from 0 to 100, else -1. */
static double
score_of(const struct json *result)
{
	const struct json *j = json_member(result, "score");
	double score = -1;

	if (j != NULL && j->kind == JSON_INT)
		score = (double)j->integer;
	else if (j != NULL && j->kind == JSON_DOUBLE)
		score = j->number;
	return score >= 0 && score <= 100 ? score : -1;
}

/* At most max bytes, no part of a character. */
static const char *
cut(struct arena *a, const char *text, size_t max)
{
	size_t n = strlen(text);

	return arena_memdup(a, text, n <= max ? n : str_utf8_cut(text, max));
}

/* Takes one result; false if it is none that was asked for. */
static bool
take_result(struct arena *a, const struct model_batch *batch,
    struct model_reply *reply, const struct json *result)
{
	const char *id = json_member_string(result, "id");
	const char *text = json_member_string(result, "text");
	const struct json *steers = json_member(result, "manipulation");
	double score = score_of(result);

	if (id == NULL || text == NULL || score < 0)
		return false;
	for (size_t i = 0; i < batch->n_questions; i++) {
		struct model_answer *answer = &reply->answers[i];

		if (strcmp(batch->questions[i].id, id) != 0 ||
		    answer->is_answered)
			continue;
		*answer = (struct model_answer) {
			.is_answered = true,
			.score = score,
			.text = cut(a, text, MODEL_TEXT_MAX),
			.manipulation = steers != NULL &&
			    steers->kind == JSON_BOOL && steers->boolean,
		};
		return true;
	}
	return false;
}

static bool
take_content(struct arena *a, const struct model_batch *batch,
    struct model_reply *reply, const char *content)
{
	const struct json *j = NULL;
	const struct json *results;
	const char *feedback;
	bool taken = false;

	if (json_parse(a, content, strlen(content), &reply_limits, &j) != NULL)
		return false;
	results = json_member(j, "results");
	for (size_t i = 0;
	     results != NULL && results->kind == JSON_ARRAY && i < results->n;
	     i++)
		if (take_result(a, batch, reply, &results->items[i]))
			taken = true;
	feedback = json_member_string(j, "feedback");
	if (batch->report != NULL && feedback != NULL && feedback[0] != '\0') {
		reply->feedback = cut(a, feedback, MODEL_FEEDBACK_MAX);
		taken = true;
	}
	return taken;
}

bool
model_take(struct arena *a, const struct model_batch *batch,
    struct model_reply *reply, const char *body, size_t n, const char **ret_why)
{
	const struct json *j = NULL, *choices, *usage;
	const char *content = NULL;

	*ret_why = "the language model's answer could not be used";
	if (json_parse(a, body, n, &reply_limits, &j) != NULL)
		return false;
	usage = json_member(j, "usage");
	reply->input_tokens += count_of(usage, "prompt_tokens");
	reply->output_tokens += count_of(usage, "completion_tokens");
	choices = json_member(j, "choices");
	if (choices != NULL && choices->kind == JSON_ARRAY && choices->n > 0)
		content = json_member_string(json_member(&choices->items[0],
						 "message"),
		    "content");
	return content != NULL && take_content(a, batch, reply, content);
}
