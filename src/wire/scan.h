/*
 * The look at a JSON text before json-c sees it: everything of the grammar,
 * and all that json-c lets through or forgets.  Only json.c uses it.
 */
#ifndef WIRE_SCAN_H
#define WIRE_SCAN_H

#include <stddef.h>

#include "base/arena.h"
#include "wire/json.h"

/* An object of the text, in the order in which they open. */
struct scan_object {
	size_t at; /* offset of its '{' */
	size_t members;
};

struct scan {
	struct arena *arena;
	const char *text;
	size_t n;
	size_t at;       /* where it stands, or what it refuses */
	const char *why; /* NULL: good so far */
	const struct json_limits *limits;
	size_t values;
	unsigned depth;
	struct scan_object *objects;
	size_t n_objects;
	size_t cap_objects;
};

/* Scans the whole text; s->why is NULL if it may be parsed. */
void scan_text(struct scan *s, struct arena *, const char *text, size_t n,
    const struct json_limits *);
/* The error that says why at which line and column. */
struct err *scan_err(struct arena *, const char *text, size_t at,
    const char *why) _must_check_;

#endif
