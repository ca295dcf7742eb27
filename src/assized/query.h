/*
 * Query strings by table: every key that a route knows, and nothing else.
 */
#ifndef ASSIZED_QUERY_H
#define ASSIZED_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum query_type {
	QUERY_TEXT, /* min..max bytes of UTF-8 */
	QUERY_INT,  /* min..max */
	QUERY_TIME, /* RFC 3339 */
	QUERY_NAME, /* min..max of [A-Za-z0-9_-] */
};

struct query_key {
	const char *name; /* NULL ends the table */
	enum query_type type;
	int64_t min;
	int64_t max;
};

#define QUERY_MAX_KEYS 16

struct query {
	const struct query_key *keys;
	struct query_value {
		const char *text; /* decoded; NULL: not given */
		int64_t number;   /* QUERY_INT; QUERY_TIME in ms */
	} value[QUERY_MAX_KEYS];
};

/*
 * text may be NULL, keys too (none allowed).  ERR_FIELDS with a fault
 * "?name" for each key that is unknown, given twice or not acceptable;
 * lenient: unknown keys are skipped.
 */
struct err *query_parse(struct arena *, const struct query_key *keys,
    const char *text, bool lenient, struct query *ret_query) _must_check_;
/* The name must be one of the table's. */
const char *query_text(const struct query *, const char *name);
int64_t query_int(const struct query *, const char *name, int64_t fallback);

#endif
