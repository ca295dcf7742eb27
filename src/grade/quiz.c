/* Grading answers. */
#include "grade/quiz_words.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "grade/tree.h"

#define RESULT_TEXT_MAX ((size_t)1 << 20)

bool
quiz_is_closed(const struct quiz_question *q)
{
	return q->type == QUIZ_CHOICE || q->type == QUIZ_MATCH;
}

const struct quiz_question *
quiz_find(const struct quiz *quiz, const char *id)
{
	for (size_t i = 0; i < quiz->n; i++)
		if (strcmp(quiz->questions[i].id, id) == 0)
			return &quiz->questions[i];
	return NULL;
}

/* Only one way to write it: "00", " 0" and "+0" choose nothing. */
bool
quiz_index(const struct quiz_question *q, const struct json *j,
    int64_t *ret_index)
{
	int64_t max = (int64_t)q->n_choices - 1;

	if (j->kind == JSON_INT) {
		*ret_index = j->integer;
		return j->integer >= 0 && j->integer <= max;
	}
	return j->kind == JSON_STRING && (j->string[0] != '0' || j->n == 1) &&
	    j->string[0] != '-' && str_to_i64(j->string, 0, max, ret_index);
}

/*
 * -- blanks
 */

/* Beyond those of ASCII: what Unicode calls white space. */
static const char *const blanks[] = { "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80",
	"\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
	"\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
	"\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
	"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80" };

static bool
is_blank(char c)
{
	return (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= ' ');
}

/* Bytes of the blank at the start of s; 0: there is none. */
static size_t
blank_first(struct str s)
{
	if (s.n > 0 && is_blank(s.p[0]))
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
		size_t n = strlen(blanks[i]);

		if (s.n >= n && memcmp(s.p, blanks[i], n) == 0)
			return n;
	}
	return 0;
}

static size_t
blank_last(struct str s)
{
	if (s.n > 0 && is_blank(s.p[s.n - 1]))
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
		size_t n = strlen(blanks[i]);

		if (s.n >= n && memcmp(s.p + s.n - n, blanks[i], n) == 0)
			return n;
	}
	return 0;
}

struct str
quiz_strip(struct str s)
{
	size_t n;

	while ((n = blank_first(s)) > 0)
		s = (struct str) { s.p + n, s.n - n };
	while ((n = blank_last(s)) > 0)
		s.n -= n;
	return s;
}

/*
 * -- one question
 */

struct grading {
	struct arena *arena;
	const struct quiz *quiz;
	const char *locale;
	struct quiz_result *result;
};

/* What was chosen, each once, in the order in which it was said. */
static size_t
read_choices(struct arena *a, const struct quiz_question *q,
    const struct json *j, size_t **ret_list)
{
	size_t *list = arena_array(a, q->n_choices + 1, sizeof(*list));
	const struct json *items = j->kind == JSON_ARRAY ? j->items : j;
	size_t n_items = j->kind == JSON_ARRAY ? j->n : 1;
	size_t n = 0;

	for (size_t i = 0; i < n_items; i++) {
		int64_t index = -1;
		size_t k = 0;

		if (!quiz_index(q, &items[i], &index))
			continue;
		while (k < n && list[k] != (size_t)index)
			k++;
		if (k == n && n < q->n_choices)
			list[n++] = (size_t)index;
	}
	*ret_list = list;
	return n;
}

struct count {
	size_t valid;  /* there are */
	size_t hits;   /* of them chosen */
	size_t misses; /* others chosen */
};

static struct count
count_choices(const struct quiz_question *q, const size_t *chosen, size_t n)
{
	struct count c = { 0 };

	for (size_t i = 0; i < q->n_choices; i++)
		c.valid += q->choices[i].is_valid;
	for (size_t i = 0; i < n; i++)
		if (q->choices[chosen[i]].is_valid)
			c.hits++;
		else
			c.misses++;
	return c;
}

static void
add(const struct grading *g, struct quiz_mark *mark, const char *text)
{
	mark->parts[mark->n_parts++] = text;
	if (mark->text == NULL)
		mark->text = text;
	else
		mark->text =
		    arena_printf(g->arena, "%s\n\n%s", mark->text, text);
}

static void
add_author(const struct grading *g, struct quiz_mark *mark, const char *text)
{
	if (text != NULL && *text != '\0')
		add(g, mark, quiz_translate(g->quiz, text, g->locale));
}

static void
say_choice(const struct grading *g, const struct quiz_question *q,
    struct quiz_mark *mark)
{
	if (mark->is_right)
		add_author(g, mark, q->success_message);
	else if (q->error_message != NULL && *q->error_message != '\0')
		add_author(g, mark, q->error_message);
	else if (!q->is_centralized)
		add(g, mark,
		    quiz_message(q->is_multiple ? QUIZ_MSG_WRONG_MULTIPLE
						: QUIZ_MSG_WRONG,
			g->locale));
}

static void
grade_choice(const struct grading *g, const struct quiz_question *q,
    const struct json *j, struct quiz_mark *mark)
{
	size_t *chosen;
	size_t n = read_choices(g->arena, q, j, &chosen);
	struct count c = count_choices(q, chosen, n);

	if (q->is_multiple) {
		mark->is_right = c.hits == c.valid && c.misses == 0;
		g->result->invalid += c.valid - c.hits + c.misses;
	} else {
		mark->is_right = c.hits == 1 && n == 1;
		g->result->invalid += mark->is_right ? 0 : 1;
	}
	if (mark->is_right)
		mark->score = 100;
	else if (q->is_multiple && q->is_partial && c.hits > c.misses)
		mark->score =
		    100.0 * (double)(c.hits - c.misses) / (double)c.valid;
	say_choice(g, q, mark);
	for (size_t i = 0; i < n; i++)
		add_author(g, mark, q->choices[chosen[i]].feedback);
}

static void
grade_match(const struct grading *g, const struct quiz_question *q,
    const struct json *j, struct quiz_mark *mark)
{
	struct str answer = { "", 0 };

	if (j->kind == JSON_STRING)
		answer = quiz_strip((struct str) { j->string, j->n });
	mark->is_right = str_is(answer, q->answer);
	mark->score = mark->is_right ? 100 : 0;
	if (!q->is_centralized)
		add(g, mark,
		    quiz_message(mark->is_right ? QUIZ_MSG_CORRECT
						: QUIZ_MSG_WRONG,
			g->locale));
}

/*
 * -- the whole
 */

static void
put_number(struct buf *b, const char *message, size_t n)
{
	const char *gap = strstr(message, "{}");

	buf_put(b, message, (size_t)(gap - message));
	buf_printf(b, "%zu", n);
	buf_puts(b, gap + 2);
}

static void
say_whole(const struct grading *g)
{
	struct quiz_result *r = g->result;
	struct buf b;

	buf_init(&b, g->arena, RESULT_TEXT_MAX);
	if (r->wrong > 0)
		put_number(&b, quiz_message(QUIZ_MSG_WRONG_COUNT, g->locale),
		    r->wrong);
	if (r->invalid > 0) {
		buf_puts(&b, "\n\n\n");
		put_number(&b, quiz_message(QUIZ_MSG_INVALID_COUNT, g->locale),
		    r->invalid);
	}
	r->text = b.n > 0 ? b.p : "";
}

static const char *
empty_state(struct arena *a, const struct quiz *quiz)
{
	struct buf b;

	/* Ids need no escapes; QUIZ_QUESTIONS_MAX of them are far below it. */
	buf_init(&b, a, RESULT_TEXT_MAX);
	buf_putc(&b, '{');
	for (size_t i = 0; i < quiz->n; i++)
		buf_printf(&b, "%s\"%s\": \"\"", i > 0 ? ", " : "",
		    quiz->questions[i].id);
	buf_putc(&b, '}');
	return b.p;
}

/* Rounding makes nobody perfect. */
static double
grade_of(const struct quiz *quiz, const struct quiz_result *r)
{
	double sum = 0, weights = 0;

	if (r->wrong == 0)
		return 100;
	for (size_t i = 0; i < quiz->n; i++) {
		sum += quiz->questions[i].weight * r->marks[i].score;
		weights += quiz->questions[i].weight;
	}
	return fmin(tree_round(sum / weights), 99.99);
}

void
quiz_grade(struct arena *a, const struct quiz *quiz, const struct json *answers,
    const char *locale, struct quiz_result *ret_result)
{
	static const struct json nothing = { .kind = JSON_NULL };
	struct quiz_mark *marks = arena_array(a, quiz->n + 1, sizeof(*marks));
	struct grading g = { a, quiz, locale, ret_result };

	*ret_result = (struct quiz_result) { .marks = marks };
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];
		const struct json *j = json_member(answers, q->id);

		if (j == NULL)
			j = &nothing;
		/* A message, and one for each choice. */
		marks[i].parts =
		    arena_array(a, q->n_choices + 1, sizeof(char *));
		if (q->type == QUIZ_CHOICE)
			grade_choice(&g, q, j, &marks[i]);
		else
			grade_match(&g, q, j, &marks[i]);
		ret_result->wrong += !marks[i].is_right;
	}
	ret_result->grade = grade_of(quiz, ret_result);
	ret_result->state = empty_state(a, quiz);
	say_whole(&g);
}
