/*
 * Where bytes go that are made piece by piece.
 */
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct sink {
	/* All n bytes; false: nobody takes any more. */
	bool (*write)(void *ctx, const void *p, size_t n);
	void *ctx;
};

static inline bool
sink_write(const struct sink *s, const void *p, size_t n)
{
	return s->write(s->ctx, p, n);
}

#endif
