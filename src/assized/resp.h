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
#include "base/sink.h"

#define RESP_HEADERS_BYTES 4096

/*
 * Writes a body piece by piece after the head is out; false if it broke off,
 * so that the client must not take it for all.
 */
struct req;
typedef bool resp_stream_fn(const struct req *, const struct sink *);

struct resp {
	struct arena *arena;
	int status;         /* 0: not yet answered */
	struct buf headers; /* complete lines */
	const char *type;   /* NULL: no body */
	const char *body;
	size_t body_n;
	resp_stream_fn *stream; /* instead of body, or NULL */
	const void *streamed;   /* what it writes */
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
/* 200 with a body that is made while it is sent. */
void resp_stream(struct resp *, const char *type, resp_stream_fn *,
    const void *streamed);
/* No body: 202, 204. */
void resp_empty(struct resp *, int status);
/* The head of the answer as CGI wants it, with its empty line. */
char *resp_head(const struct resp *) _must_check_;

#endif
