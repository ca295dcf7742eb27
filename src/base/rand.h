/*
 * Random bytes and the ids made of them.
 */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* From the kernel; aborts if it has none. */
void rand_bytes(void *, size_t);
/* Uniform in 0..n-1; n > 0. */
uint32_t rand_below(uint32_t n);

/*
 * A new id: the prefix ("sb", "jb", "rn", "rj", "pk", "bx"), '_' and a ULID
 * (26 characters of Crockford's base 32: 48 bits of wall time in ms, 80
 * random bits).  Ids made by one process within one millisecond ascend.
 */
char *rand_id(struct arena *, const char *prefix) _must_check_;
/* Is s the prefix, '_' and a well-formed upper-case ULID? */
bool rand_is_id(const char *s, const char *prefix) _must_check_;
/* A random UUID (version 4, RFC 9562), 36 characters. */
char *rand_uuid(struct arena *) _must_check_;

#endif
