/*
 * Columns of a row, in order.  What the statement's text does not give is a
 * mistake of ours, so that it is asserted.
 */
#include "store/db.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/str.h"

struct db_row
db_row(const PGresult *r, struct arena *a, int row)
{
	assert(row < PQntuples(r));
	return (struct db_row) { .result = r, .arena = a, .row = row };
}

/* NULL for NULL; lives as long as the result. */
static const char *
next(struct db_row *r)
{
	int c = r->column++;

	assert(c < PQnfields(r->result));
	if (PQgetisnull(r->result, r->row, c))
		return NULL;
	return PQgetvalue(r->result, r->row, c);
}

const char *
row_text(struct db_row *r)
{
	const char *s = next(r);

	return s != NULL ? arena_strdup(r->arena, s) : NULL;
}

int64_t
row_i64(struct db_row *r, int64_t if_null)
{
	const char *s = next(r);
	int64_t n = if_null;
	bool ok = s == NULL || str_to_i64(s, INT64_MIN, INT64_MAX, &n);

	assert(ok);
	return n;
}

double
row_double(struct db_row *r)
{
	const char *s = next(r);
	double d = NAN;
	bool ok = s == NULL || str_to_double(s, &d);

	assert(ok);
	return d;
}

bool
row_bool(struct db_row *r)
{
	const char *s = next(r);

	return s != NULL && s[0] == 't';
}

bool
row_is(struct db_row *r, const char *text)
{
	const char *s = next(r);

	return s != NULL && strcmp(s, text) == 0;
}

int
row_choice(struct db_row *r, const char *const *names)
{
	const char *s = next(r);
	int i = 0;

	while (s != NULL && names[i] != NULL && strcmp(s, names[i]) != 0)
		i++;
	assert(s != NULL && names[i] != NULL);
	return i;
}

const char *const *
row_texts(struct db_row *r, size_t *ret_n)
{
	const char *s = next(r);
	struct str rest = str_of(s != NULL ? s : "");
	struct str part;
	const char **items = NULL;
	size_t cap = 0;
	size_t n = 0;

	while (rest.n > 0 && str_cut(&rest, '\n', &part)) {
		items = arena_grow(r->arena, items, n, &cap, sizeof(*items));
		items[n++] = str_dup(r->arena, part);
	}
	*ret_n = n;
	return items;
}

size_t
db_page(const PGresult *r, size_t limit, bool *ret_more)
{
	size_t n = (size_t)PQntuples(r);

	*ret_more = n > limit;
	return n > limit ? limit : n;
}

struct store_blob *
db_blob(const PGresult *r, struct arena *a)
{
	struct store_blob *b;

	if (PQntuples(r) == 0)
		return NULL;
	b = arena_new_of(a, struct store_blob);
	b->digest =
	    arena_memdup(a, PQgetvalue(r, 0, 0), (size_t)PQgetlength(r, 0, 0));
	b->n = (size_t)PQgetlength(r, 0, 1);
	b->p = arena_memdup(a, PQgetvalue(r, 0, 1), b->n);
	return b;
}
