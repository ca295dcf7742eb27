#include "wire/suggest.h"

#include <string.h>

#define NAME_MAX_ 32

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Insertions, deletions and replacements between two short names. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_ + 1];
	size_t n = strlen(b);
	size_t diagonal;
	size_t above;

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1,
			    diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

bool
suggest_is_nearer(const char *name, const char *candidate, size_t *nearest)
{
	size_t d;

	if (strlen(name) > NAME_MAX_ || strlen(candidate) > NAME_MAX_)
		return false;
	d = distance(name, candidate);
	if (d >= *nearest || d >= strlen(candidate))
		return false;
	*nearest = d;
	return true;
}

const char *
suggest_member(const struct fields *t, const char *name)
{
	const char *best = NULL;
	size_t nearest = SUGGEST_START;

	for (const struct field *f = t->field; f->type != F_NONE; f++)
		if (suggest_is_nearer(name, f->name, &nearest))
			best = f->name;
	return best;
}
