/*
 * A string that is being built, in an arena, up to a mandatory limit.
 *
 * Appending never fails loudly: beyond the limit nothing more is added and
 * the buffer remembers it.  Ask once, at the end, with buf_overflowed.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *p;  /* always NUL-terminated */
	size_t n; /* bytes, without the NUL */
	size_t cap;
	size_t limit; /* most bytes, without the NUL */
	bool overflowed;
};

/* An empty buffer in the caller's storage. */
void buf_init(struct buf *, struct arena *, size_t limit);
/* Empty again; the memory stays. */
void buf_reset(struct buf *);
bool buf_overflowed(const struct buf *);

void buf_putc(struct buf *, char);
void buf_puts(struct buf *, const char *);
void buf_put(struct buf *, const void *, size_t);
void buf_printf(struct buf *, const char *fmt, ...) _printf_(2, 3);
/*
 * Makes room for n more bytes and returns where they go; the caller writes at
 * most n there and adds what it wrote to b->n with buf_added.  NULL (and
 * overflowed) where the limit is passed.
 */
char *buf_room(struct buf *, size_t n) _must_check_;
void buf_added(struct buf *, size_t n);

#endif
