/* The document of a quiz as it travels in snapshots; quiz_read reads it. */
#include "base/buf.h"
#include "grade/quiz.h"

static void
write_choice(struct json_w *w, const struct quiz_question *q)
{
	json_w_key_bool(w, "multiple", q->is_multiple);
	json_w_key_bool(w, "unshuffle", q->is_fixed);
	json_w_key_bool(w, "centralize", q->is_centralized);
	json_w_key_bool(w, "partial", q->is_partial);
	json_w_key_i64(w, "limit", (int64_t)q->limit);
	json_w_key_str(w, "error_message", q->error_message);
	json_w_key_str(w, "success_message", q->success_message);
	json_w_key(w, "choices");
	json_w_array(w);
	for (size_t i = 0; i < q->n_choices; i++) {
		json_w_object(w);
		json_w_key_str(w, "text", q->choices[i].text);
		json_w_key_bool(w, "valid", q->choices[i].is_valid);
		json_w_key_str(w, "feedback", q->choices[i].feedback);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_match(struct json_w *w, const struct quiz_question *q)
{
	json_w_key_bool(w, "centralize", q->is_centralized);
	json_w_key_str(w, "answer", q->answer);
	json_w_key_str(w, "default", q->preset);
}

static void
write_code(struct json_w *w, const struct quiz_question *q)
{
	json_w_key_bool(w, "optional", q->is_optional);
	json_w_key_str(w, "default", q->preset);
	json_w_key_str(w, "language", q->language);
}

static void
write_file(struct json_w *w, const struct quiz_question *q)
{
	json_w_key_bool(w, "optional", q->is_optional);
	json_w_key_i64(w, "max_size", q->max_size);
	json_w_key_strs(w, "allowed_exts", q->extensions, q->n_extensions);
}

typedef void write_fn(struct json_w *, const struct quiz_question *);

static write_fn *const writes[] = {
	[QUIZ_CHOICE] = write_choice,
	[QUIZ_MATCH] = write_match,
	[QUIZ_CODE] = write_code,
	[QUIZ_CODE_LINE] = write_code,
	[QUIZ_FILE] = write_file,
};
_Static_assert(ARRAY_LEN(writes) == QUIZ_TYPE__MAX, "one each");

static void
write_catalogues(struct json_w *w, const struct quiz *quiz)
{
	json_w_object(w);
	for (size_t i = 0; i < quiz->n_catalogues; i++) {
		const struct quiz_catalogue *c = &quiz->catalogues[i];

		json_w_key(w, c->locale);
		json_w_object(w);
		for (size_t k = 0; k < c->n; k++)
			json_w_key_str(w, c->phrases[k].text,
			    c->phrases[k].translation);
		json_w_object_end(w);
	}
	json_w_object_end(w);
}

void
quiz_write(struct json_w *w, const struct quiz *quiz)
{
	json_w_object(w);
	json_w_key_i64(w, "input_random", (int64_t)quiz->random);
	json_w_key_bool(w, "regenerate_input_random", quiz->regenerate);
	if (quiz->format != QUIZ_MARKDOWN)
		json_w_key_str(w, "text_format", quiz_formats[quiz->format]);
	json_w_key(w, "problems");
	json_w_array(w);
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];

		json_w_object(w);
		json_w_key_str(w, "id", q->id);
		json_w_key_str(w, "type", quiz_types[q->type]);
		json_w_key_str(w, "name", q->name);
		json_w_key_str(w, "header", q->header);
		json_w_key_f64(w, "weight", q->weight);
		writes[q->type](w, q);
		json_w_object_end(w);
	}
	json_w_array_end(w);
	if (quiz->n_catalogues > 0) {
		json_w_key(w, "translations");
		write_catalogues(w, quiz);
	}
	json_w_object_end(w);
}

const char *
quiz_extensions(struct arena *a, const struct quiz_question *q)
{
	const char *text = "";

	for (size_t i = 0; i < q->n_extensions; i++)
		text = arena_printf(a, "%s%s%s", text, i > 0 ? ", " : "",
		    q->extensions[i]);
	return text;
}
