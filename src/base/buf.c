#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char empty[1];

void
buf_init(struct buf *b, struct arena *a, size_t limit)
{
	*b = (struct buf) { .arena = a, .p = empty, .limit = limit };
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->overflowed = false;
	if (b->cap > 0)
		b->p[0] = '\0';
}

bool
buf_overflowed(const struct buf *b)
{
	return b->overflowed;
}

char *
buf_room(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->overflowed || n > b->limit - b->n) {
		b->overflowed = true;
		return NULL;
	}
	if (b->cap < b->n + n + 1) {
		cap = b->cap < 64 ? 64 : 2 * b->cap;
		if (cap < b->n + n + 1)
			cap = b->n + n + 1;
		p = arena_alloc(b->arena, cap);
		if (b->n > 0)
			memcpy(p, b->p, b->n);
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

void
buf_added(struct buf *b, size_t n)
{
	assert(b->n + n < b->cap);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_put(struct buf *b, const void *s, size_t n)
{
	char *p;

	if (n == 0 || (p = buf_room(b, n)) == NULL)
		return;
	memcpy(p, s, n);
	buf_added(b, n);
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if (n == 0 || (p = buf_room(b, (size_t)n)) == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_added(b, (size_t)n);
}
