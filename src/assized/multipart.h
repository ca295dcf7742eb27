/*
 * multipart/form-data (RFC 7578), strictly and without copying.
 */
#ifndef ASSIZED_MULTIPART_H
#define ASSIZED_MULTIPART_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Text lives in the arena, the bytes in the body that was parsed. */
struct part {
	const char *name;
	const char *filename; /* NULL: not a file */
	const char *p;
	size_t n;
};

struct parts {
	struct part *part;
	size_t n;
};

#define MULTIPART_MAX_PARTS 256

/*
 * ERR_REQUEST if the body is not what its content type says, or a part has
 * no name; ERR_FILES beyond MULTIPART_MAX_PARTS.
 */
struct err *multipart_parse(struct arena *, const char *content_type,
    const char *body, size_t n, struct parts *ret_parts) _must_check_;

#endif
