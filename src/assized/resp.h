/*
 * An answer that is being built, and how it is written.
 */
#ifndef ASSIZED_RESP_H
#define ASSIZED_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

#define RESP_HEADERS_BYTES 4096

struct resp {
	struct arena *arena;
	int status;         /* 0: not yet answered */
	struct buf headers; /* complete lines */
	const char *type;   /* NULL: no body */
	const char *body;
	size_t body_n;
};

void resp_init(struct resp *, struct arena *);
/*
 * Adds a header line.  Names are ours; a value with CR, LF or another
 * control character is left out, since a client may have chosen it.
 */
void resp_header(struct resp *, const char *name, const char *value);
/* When to ask again. */
void resp_retry_after(struct resp *, int64_t seconds);
/* A body; p is not copied. */
void resp_body(struct resp *, int status, const char *type, const void *p,
    size_t n);
/* No body: 202, 204. */
void resp_empty(struct resp *, int status);
/* The head of the answer as CGI wants it, with its empty line. */
char *resp_head(const struct resp *) _must_check_;

#endif
