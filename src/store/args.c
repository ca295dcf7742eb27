/*
 * Parameters of statements: everything goes as $n, nothing into the text.
 */
#include "store/db.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "base/buf.h"

/* Above what a body of the largest roster makes of it. */
#define ARRAY_TEXT_MAX ((size_t)16 << 20)

void
db_args_init(struct db_args *x, struct arena *a)
{
	*x = (struct db_args) { .arena = a };
}

void
db_text(struct db_args *x, const char *s)
{
	assert(x->n < DB_ARGS_MAX);
	x->values[x->n] = s;
	x->formats[x->n] = 0;
	x->n++;
}

void
db_i64(struct db_args *x, int64_t n)
{
	db_text(x, arena_printf(x->arena, "%lld", (long long)n));
}

void
db_i64_or_null(struct db_args *x, const int64_t *n)
{
	if (n == NULL)
		db_text(x, NULL);
	else
		db_i64(x, *n);
}

void
db_bool(struct db_args *x, bool b)
{
	db_text(x, b ? "t" : "f");
}

void
db_bool_or_null(struct db_args *x, const bool *b)
{
	if (b == NULL)
		db_text(x, NULL);
	else
		db_bool(x, *b);
}

void
db_double(struct db_args *x, double d)
{
	db_text(x, arena_printf(x->arena, "%.17g", d));
}

void
db_bytes(struct db_args *x, const void *p, size_t n)
{
	assert(x->n < DB_ARGS_MAX && n <= INT_MAX);
	x->values[x->n] = n > 0 ? p : "";
	x->lengths[x->n] = (int)n;
	x->formats[x->n] = 1;
	x->n++;
}

static void
put_quoted(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

void
db_texts(struct db_args *x, const char *const *items, size_t n)
{
	struct buf b;

	if (items == NULL && n == 0) {
		db_text(x, NULL);
		return;
	}
	buf_init(&b, x->arena, ARRAY_TEXT_MAX);
	buf_putc(&b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		put_quoted(&b, items[i]);
	}
	buf_putc(&b, '}');
	assert(!buf_overflowed(&b));
	db_text(x, b.p);
}

void
db_i64s(struct db_args *x, const int64_t *items, size_t n)
{
	struct buf b;

	buf_init(&b, x->arena, ARRAY_TEXT_MAX);
	buf_putc(&b, '{');
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%lld", i > 0 ? "," : "", (long long)items[i]);
	buf_putc(&b, '}');
	assert(!buf_overflowed(&b));
	db_text(x, b.p);
}
