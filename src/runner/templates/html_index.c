#include "runner/templates/html.h"

#include <stdlib.h>
#include <string.h>

#define SEATS 256

/* A word, and the how manieth of the list it is. */
struct word {
	struct str text;
	size_t at;
	size_t n;
};

bool
html_next_word(const char **at, struct str *ret_word)
{
	const char *s = *at + strspn(*at, " \t\r\n\f");

	ret_word->p = s;
	ret_word->n = strcspn(s, " \t\r\n\f");
	*at = s + ret_word->n;
	return ret_word->n > 0;
}

/* Equal words stand together, the first of them first. */
static int
by_text(const void *a, const void *b)
{
	const struct word *p = a, *q = b;
	int order;

	if (p->text.n != q->text.n)
		return p->text.n < q->text.n ? -1 : 1;
	order = memcmp(p->text.p, q->text.p, p->text.n);
	return order != 0 ? order : p->at < q->at ? -1 : 1;
}

static int
by_place(const void *a, const void *b)
{
	const struct word *p = a, *q = b;

	return p->at < q->at ? -1 : 1;
}

static int
by_id(const void *a, const void *b)
{
	const struct html_id *p = a, *q = b;
	int order = strcmp(p->id, q->id);

	return order != 0 ? order : p->element < q->element ? -1 : 1;
}

static size_t
seat_of(struct str word)
{
	size_t sum = word.n;

	for (size_t i = 0; i < word.n; i++)
		sum = sum * 31 + (unsigned char)word.p[i];
	return sum % SEATS;
}

/*
 * Pages say the same few words again and again: who still sits where a word
 * belongs is not listed twice.  Words that drive out each other are listed
 * more often, and counted together when they are in order.
 */
static struct word *
list_words(struct arena *a, const struct html *h, size_t *ret_n)
{
	size_t seats[SEATS] = { 0 };
	struct word *words = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < h->n; i++) {
		const char *classes = html_attribute(&h->elements[i], "class");
		struct str word;

		while (classes != NULL && html_next_word(&classes, &word)) {
			size_t *seat = &seats[seat_of(word)];

			if (*seat < n && str_eq(words[*seat].text, word)) {
				words[*seat].n++;
				continue;
			}
			words = arena_grow(a, words, n, &cap, sizeof(*words));
			words[n] = (struct word) { word, n, 1 };
			*seat = n++;
		}
	}
	*ret_n = n;
	return words;
}

static void
index_classes(struct arena *a, struct html *h)
{
	size_t all, n = 0;
	struct word *words = list_words(a, h, &all);
	struct html_class *classes;

	if (all == 0)
		return;
	qsort(words, all, sizeof(*words), by_text);
	for (size_t i = 1; i < all; i++)
		if (str_eq(words[i].text, words[n].text))
			words[n].n += words[i].n;
		else
			words[++n] = words[i];
	n++;
	qsort(words, n, sizeof(*words), by_place);
	classes = arena_array(a, n, sizeof(*classes));
	for (size_t i = 0; i < n; i++)
		classes[i] = (struct html_class) { words[i].text, words[i].n };
	h->classes = classes;
	h->classes_n = n;
}

void
html_index(struct arena *a, struct html *h)
{
	struct html_id *ids = arena_array(a, h->n + 1, sizeof(*ids));

	index_classes(a, h);
	for (size_t i = 0; i < h->n; i++) {
		const char *id = html_attribute(&h->elements[i], "id");

		if (id != NULL)
			ids[h->ids_n++] = (struct html_id) { id, i };
	}
	qsort(ids, h->ids_n, sizeof(*ids), by_id);
	h->ids = ids;
}

bool
html_has_id(const struct html *h, const char *id, const char *tag)
{
	size_t i = str_from(&h->ids->id, h->ids_n, sizeof(*h->ids), id);

	for (; i < h->ids_n && strcmp(h->ids[i].id, id) == 0; i++)
		if (tag == NULL ||
		    strcmp(h->elements[h->ids[i].element].tag, tag) == 0)
			return true;
	return false;
}
