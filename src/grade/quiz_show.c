/*
 * What is shown of a quiz: random numbers, choices and their order follow
 * from who answers, so that nobody has to remember them.
 */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "grade/quiz_words.h"

#define SEED_MAX 512

/* 53 bits that depend on the seed, a name and a number. */
static uint64_t
draw(const struct quiz_seed *seed, int64_t attempt, const char *what, size_t i)
{
	unsigned char digest[ENC_SHA256];
	char text[SEED_MAX];
	uint64_t bits = 0;

	/* Longer names than there are would only be cut. */
	(void)snprintf(text, sizeof(text), "%s/%s/%s/%lld/%.64s/%zu",
	    seed->course, seed->problem, seed->user, (long long)attempt, what,
	    i);
	enc_sha256(text, strlen(text), digest);
	for (size_t k = 0; k < sizeof(bits); k++)
		bits = bits << 8 | digest[k];
	return bits >> 11;
}

double
quiz_random(const struct quiz *q, const struct quiz_seed *seed, size_t i)
{
	return (double)draw(seed, q->regenerate ? seed->attempt : 0, "@random",
		   i) /
	    (double)(UINT64_C(1) << 53);
}

static void
shuffle(size_t *list, size_t n, const struct quiz_question *q,
    const struct quiz_seed *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)(draw(seed, 0, q->id, i) % i);
		size_t other = list[k];

		list[k] = list[i - 1];
		list[i - 1] = other;
	}
}

/* Those that must be seen stand first; the others fill up to the limit. */
static size_t
choose(const struct quiz_question *q, const size_t *order, size_t *ret_list)
{
	size_t valid_max = q->is_multiple ? q->n_choices : 1;
	size_t n = 0;

	for (size_t i = 0; i < q->n_choices && n < valid_max; i++)
		if (q->choices[order[i]].is_valid)
			ret_list[n++] = order[i];
	for (size_t i = 0; i < q->n_choices && n < q->limit; i++)
		if (!q->choices[order[i]].is_valid)
			ret_list[n++] = order[i];
	return n;
}

/* Back into the author's order. */
static void
sort(size_t *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && list[k - 1] > list[k]; k--) {
			size_t other = list[k];

			list[k] = list[k - 1];
			list[k - 1] = other;
		}
}

size_t
quiz_shown(struct arena *a, const struct quiz_question *q,
    const struct quiz_seed *seed, const size_t **ret_indices)
{
	size_t *order = arena_array(a, q->n_choices + 1, sizeof(*order));
	size_t *list = arena_array(a, q->n_choices + 1, sizeof(*list));
	size_t n = q->n_choices;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	if (!q->is_fixed || q->limit > 0)
		shuffle(order, n, q, seed);
	*ret_indices = order;
	if (q->limit == 0)
		return n;
	n = choose(q, order, list);
	if (q->is_fixed)
		sort(list, n);
	else
		shuffle(list, n, q, seed);
	*ret_indices = list;
	return n;
}

static void
write_choices(struct json_w *w, struct arena *a, const struct quiz *quiz,
    const struct quiz_question *q, const struct quiz_seed *seed,
    const char *locale)
{
	const size_t *shown;
	size_t n = quiz_shown(a, q, seed, &shown);

	json_w_key_bool(w, "multiple", q->is_multiple);
	json_w_key(w, "choices");
	json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		json_w_object(w);
		json_w_key_str(w, "value", arena_printf(a, "%zu", shown[i]));
		json_w_key_str(w, "text",
		    quiz_translate(quiz, q->choices[shown[i]].text, locale));
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_file(struct json_w *w, const struct quiz_question *q)
{
	json_w_key_i64(w, "max_size", q->max_size);
	json_w_key_strs(w, "allowed_exts", q->extensions, q->n_extensions);
}

void
quiz_write_questions(struct json_w *w, struct arena *a, const struct quiz *quiz,
    const struct quiz_seed *seed, const char *locale)
{
	json_w_array(w);
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];

		json_w_object(w);
		json_w_key_str(w, "id", q->id);
		json_w_key_str(w, "type", quiz_types[q->type]);
		json_w_key_str(w, "name",
		    quiz_translate(quiz, q->name, locale));
		json_w_key_str(w, "header",
		    quiz_translate(quiz, q->header, locale));
		json_w_key_f64(w, "weight", q->weight);
		if (q->is_optional)
			json_w_key_bool(w, "optional", true);
		json_w_key_str(w, "default", q->preset);
		json_w_key_str(w, "language", q->language);
		if (q->type == QUIZ_CHOICE)
			write_choices(w, a, quiz, q, seed, locale);
		else if (q->type == QUIZ_FILE)
			write_file(w, q);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}
