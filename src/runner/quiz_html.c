#include "runner/quiz_html.h"

#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "grade/quiz_words.h"
#include "runner/rst.h"

#define HTML_ARENA ((size_t)32 << 20)
/* What a batch may need; with less left everything is forgotten. */
#define HTML_ROOM ((size_t)12 << 20)
#define PROBLEM_HTML_MAX ((size_t)1 << 20)
/* Texts that are converted at once: a second for docutils. */
#define BATCH_TEXTS 300
#define BATCH_BYTES ((size_t)128 << 10)

struct piece {
	const char *text; /* the package's */
	const char *html; /* or NULL: it cannot be converted */
};

struct quiz_html {
	struct arena *arena;
	/* Of the rest; held while texts are converted. */
	pthread_mutex_t lock;
	struct piece *pieces;
	size_t n, cap;
};

struct quiz_html *
quiz_html_new(struct arena *a)
{
	struct quiz_html *h = arena_new_of(a, struct quiz_html);

	h->arena = arena_new("quiz html", HTML_ARENA);
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void
quiz_html_free(struct quiz_html *h)
{
	if (h == NULL)
		return;
	pthread_mutex_destroy(&h->lock);
	arena_free(h->arena);
}

static void
free_html(struct quiz_html **h)
{
	quiz_html_free(*h);
}

static void
unlock(pthread_mutex_t **lock)
{
	pthread_mutex_unlock(*lock);
}

static void
make_room(struct quiz_html *h)
{
	if (arena_left(h->arena) > HTML_ROOM)
		return;
	arena_free(h->arena);
	h->arena = arena_new("quiz html", HTML_ARENA);
	h->pieces = NULL;
	h->n = h->cap = 0;
}

static struct piece *
find(const struct quiz_html *h, const char *text)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->pieces[i].text, text) == 0)
			return &h->pieces[i];
	return NULL;
}

/*
 * -- what is to be converted
 */

struct batch {
	const struct quiz_html *html;
	struct rst_text *texts;
	size_t n;
	size_t bytes;
	size_t max; /* texts */
};

static void
want(struct batch *b, const char *text)
{
	if (text == NULL || b->n == b->max || rst_is_plain(text) ||
	    find(b->html, text) != NULL)
		return;
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->texts[i].text, text) == 0)
			return;
	b->texts[b->n++] = (struct rst_text) { .text = text };
	b->bytes += strlen(text);
}

static void
want_result(struct batch *b, const struct quiz *quiz,
    const struct quiz_result *r)
{
	for (size_t i = 0; i < quiz->n; i++)
		for (size_t k = 0; k < r->marks[i].n_parts; k++)
			want(b, r->marks[i].parts[k]);
}

/* As many of the others as there is time for, in the language of the job. */
static void
want_others(struct batch *b, const struct quiz *quiz, const char *locale)
{
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];

		for (size_t k = 0; k < q->n_choices + 2; k++) {
			const char *text = k < q->n_choices
			    ? q->choices[k].feedback
			    : k == q->n_choices ? q->error_message
						: q->success_message;

			if (b->n == BATCH_TEXTS || b->bytes > BATCH_BYTES)
				return;
			if (text != NULL)
				want(b, quiz_translate(quiz, text, locale));
		}
	}
}

/*
 * -- keeping
 */

static void
keep(struct quiz_html *h, const struct rst_text *t)
{
	struct piece *p = find(h, t->text);

	if (p == NULL) {
		h->pieces =
		    arena_grow(h->arena, h->pieces, h->n, &h->cap, sizeof(*p));
		p = &h->pieces[h->n++];
		p->text = t->text;
	}
	p->html = t->html != NULL ? arena_strdup(h->arena, t->html) : NULL;
}

/*
 * Has all that the result says; a text that takes all the time there is must
 * not take the others' with it, nor be tried for each job.
 */
static struct err *
fill(struct grading *g, struct quiz_html *h, const struct quiz_result *r)
{
	const struct quiz *quiz = g->job->package->quiz;
	struct batch b = { .html = h };
	const char *why;
	size_t needed;

	for (size_t i = 0; i < quiz->n; i++)
		b.max += r->marks[i].n_parts;
	make_room(h);
	b.texts =
	    arena_array(g->arena, b.max + BATCH_TEXTS + 1, sizeof(*b.texts));
	want_result(&b, quiz, r);
	needed = b.n;
	if (needed == 0)
		return NULL;
	b.max += BATCH_TEXTS;
	want_others(&b, quiz, g->job->locale);
	TRY(rst_convert(g, b.texts, b.n, &why));
	if (why != NULL && b.n > needed) {
		b.n = needed;
		TRY(rst_convert(g, b.texts, b.n, &why));
	}
	if (why != NULL)
		g->message = why;
	for (size_t i = 0; i < b.n; i++)
		keep(h, &b.texts[i]);
	return NULL;
}

/*
 * -- the document
 */

/* NULL if one of the parts has none. */
static const char *
html_of(struct arena *a, const struct quiz_html *h,
    const struct quiz_mark *mark)
{
	struct buf b;

	buf_init(&b, a, PROBLEM_HTML_MAX);
	for (size_t i = 0; i < mark->n_parts; i++) {
		const char *text = mark->parts[i];
		const struct piece *p = find(h, text);
		const char *html = rst_is_plain(text) ? rst_plain_html(a, text)
		    : p != NULL                       ? p->html
						      : NULL;

		if (html == NULL)
			return NULL;
		buf_puts(&b, html);
	}
	return buf_overflowed(&b) ? NULL : b.p;
}

struct err *
quiz_html(struct grading *g, const struct quiz_result *r)
{
	const struct quiz *quiz = g->job->package->quiz;
	_cleanup_(free_html) struct quiz_html *own = NULL;
	struct quiz_html *h = g->job->html;
	struct rst_text whole = { .text = r->text };
	struct rst_text *problems =
	    arena_array(g->arena, quiz->n + 1, sizeof(*problems));
	size_t n = 0;

	if (h == NULL)
		h = own = quiz_html_new(g->arena);
	pthread_mutex_lock(&h->lock);
	_cleanup_(unlock) pthread_mutex_t *held _unused_ = &h->lock;

	TRY(fill(g, h, r));
	/* The words on the whole are ours. */
	whole.html = rst_plain_html(g->arena, r->text);
	for (size_t i = 0; i < quiz->n; i++)
		if (r->marks[i].text != NULL)
			problems[n++] = (struct rst_text) {
				.id = quiz->questions[i].id,
				.html = html_of(g->arena, h, &r->marks[i]),
			};
	g->more.feedback = rst_document(g->arena, &whole, problems, n);
	return NULL;
}
