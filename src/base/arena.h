/*
 * An arena: memory that is freed all at once.
 *
 * Every request, job and process has one.  Nothing in it is freed singly, so
 * code that fails in the middle just returns.  An arena has a hard limit; to
 * go beyond it, like to be out of memory, is a fault that ends the process
 * unless the caller asks with arena_try_alloc, because every size that a
 * client may choose is bounded before it comes here.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;

/*
 * A new arena that hands out at most limit bytes.  The name (not copied)
 * appears in the message when it is exceeded.  Never NULL.
 */
struct arena *arena_new(const char *name, size_t limit);
/* Runs what was deferred, latest first, and frees everything.  NULL is fine. */
void arena_free(struct arena *);
/* Like arena_free and arena_new, but keeps the first block. */
void arena_reset(struct arena *);
/* Bytes handed out since the start or the last reset. */
size_t arena_used(const struct arena *);
/* Bytes that may still be handed out. */
size_t arena_left(const struct arena *);

/* Zeroed memory, aligned for any type.  Never NULL. */
void *arena_alloc(struct arena *, size_t size) _must_check_;
/* An array of zeroed elements; the product is checked. */
void *arena_array(struct arena *, size_t n, size_t size) _must_check_;
/* Like arena_alloc, but NULL where the limit would be passed. */
void *arena_try_alloc(struct arena *, size_t size) _must_check_;
/*
 * The array p of *cap elements, moved where necessary so that it has room for
 * one more than n; *cap is raised.  p may be NULL with *cap 0.
 */
void *arena_grow(struct arena *, void *p, size_t n, size_t *cap,
    size_t size) _must_check_;

/* A copy with a NUL behind it. */
char *arena_memdup(struct arena *, const void *, size_t) _must_check_;
char *arena_strdup(struct arena *, const char *) _must_check_;
char *arena_printf(struct arena *, const char *fmt, ...)
    _printf_(2, 3) _must_check_;
char *arena_vprintf(struct arena *, const char *fmt, va_list)
    _printf_(2, 0) _must_check_;

/* fn(arg) runs when the arena ends: for the rare handle that lives as long. */
void arena_defer(struct arena *, void (*fn)(void *), void *arg);

#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))

/* For _cleanup_. */
void arena_freep(struct arena **);

#endif
