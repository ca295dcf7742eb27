/*
 * Output on its way to a reader who may be slow, or gone: what cannot be
 * written at once waits here, and nothing more is read meanwhile.
 */
#ifndef BOX_RELAY_H
#define BOX_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Most bytes of a relay_take. */
#define RELAY_BYTES 65536

struct relay {
	int fd;  /* the reader's; -1: there is none, and nothing is kept */
	char *p; /* RELAY_BYTES */
	size_t at;
	size_t n;
	bool is_broken; /* nobody reads any more */
};

void relay_init(struct relay *, struct arena *, int fd);
/* Does something wait? */
bool relay_is_full(const struct relay *) _must_check_;
/* Takes n bytes; nothing may wait.  Never blocks, like the next one. */
void relay_take(struct relay *, const char *, size_t n);
void relay_push(struct relay *);
/* Pushes until nothing waits, or the reader took nothing for ms. */
void relay_flush(struct relay *, int64_t ms);

#endif
