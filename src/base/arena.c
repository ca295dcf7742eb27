/*
 * Theory: an arena is a list of blocks.  The newest block is filled from its
 * start; a request that does not fit gets a new block, twice as big as the
 * last one or as big as the request.  The first block belongs to the struct
 * itself and survives a reset, so that a worker's request arena settles at
 * one block and costs no malloc at all.
 *
 * Under AddressSanitizer the unused tail of each block is poisoned, so that a
 * read behind an allocation is seen although the memory is ours.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define RED_ZONE 16
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE 0
#endif

#define FIRST_BLOCK 4096
#define LARGEST_STEP (1u << 20)
#define ALIGN (_Alignof(max_align_t))

struct block {
	struct block *older;
	size_t size;
	size_t used;
	max_align_t data[];
};

struct deferred {
	struct deferred *older;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	const char *name;
	size_t limit;
	size_t used;
	struct block *newest;
	struct deferred *deferred;
};

static _noreturn_ void
die(const struct arena *a, const char *what, size_t size)
{
	fprintf(stderr, "arena %s: %s: %zu bytes wanted, %zu of %zu used\n",
	    a->name, what, size, a->used, a->limit);
	abort();
}

static struct block *
new_block(const struct arena *a, size_t size, struct block *older)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		die(a, "out of memory", size);
	b->older = older;
	b->size = size;
	b->used = 0;
	POISON(b->data, size);
	return b;
}

struct arena *
arena_new(const char *name, size_t limit)
{
	struct arena tmp = { .name = name, .limit = limit };
	struct arena *a = malloc(sizeof(*a));

	if (a == NULL)
		die(&tmp, "out of memory", sizeof(*a));
	*a = tmp;
	a->newest = new_block(a, FIRST_BLOCK, NULL);
	return a;
}

static void
free_block(struct block *b)
{
	UNPOISON(b->data, b->size);
	free(b);
}

void
arena_reset(struct arena *a)
{
	struct block *b;

	/* What runs here may still use the arena, so run it first. */
	while (a->deferred != NULL) {
		struct deferred *d = a->deferred;

		a->deferred = d->older;
		d->fn(d->arg);
	}
	while ((b = a->newest)->older != NULL) {
		a->newest = b->older;
		free_block(b);
	}
	a->newest->used = 0;
	a->used = 0;
	POISON(a->newest->data, a->newest->size);
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free_block(a->newest);
	free(a);
}

void
arena_freep(struct arena **a)
{
	arena_free(*a);
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

size_t
arena_left(const struct arena *a)
{
	return a->limit - a->used;
}

void *
arena_try_alloc(struct arena *a, size_t size)
{
	struct block *b = a->newest;
	size_t want;
	size_t step;
	char *p;

	if (__builtin_add_overflow(size, ALIGN - 1 + RED_ZONE, &want))
		return NULL;
	want &= ~(ALIGN - 1);
	if (want > a->limit - a->used)
		return NULL;
	if (want > b->size - b->used) {
		step = b->size >= LARGEST_STEP ? LARGEST_STEP : 2 * b->size;
		b = new_block(a, want > step ? want : step, b);
		a->newest = b;
	}
	p = (char *)b->data + b->used;
	b->used += want;
	a->used += want;
	UNPOISON(p, size);
	memset(p, 0, size);
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	void *p = arena_try_alloc(a, size);

	if (p == NULL)
		die(a, "limit passed", size);
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		die(a, "size overflow", SIZE_MAX);
	return arena_alloc(a, total);
}

void *
arena_grow(struct arena *a, void *p, size_t n, size_t *cap, size_t size)
{
	size_t more;
	void *q;

	assert(n <= *cap);
	if (n < *cap)
		return p;
	more = *cap == 0 ? 8 : 2 * *cap;
	q = arena_array(a, more, size);
	if (n > 0)
		memcpy(q, p, n * size);
	*cap = more;
	return q;
}

char *
arena_memdup(struct arena *a, const void *p, size_t n)
{
	char *q;

	assert(n < SIZE_MAX);
	q = arena_alloc(a, n + 1);
	if (n > 0)
		memcpy(q, p, n);
	return q;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_memdup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = arena_new_of(a, struct deferred);

	d->older = a->deferred;
	d->fn = fn;
	d->arg = arg;
	a->deferred = d;
}
