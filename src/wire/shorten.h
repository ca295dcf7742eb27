/*
 * The text of a result while it comes in.  NOJ's runners quote all that a
 * program printed, which may be a gigabyte, and little of it is kept: strings
 * that are the value of a member "stdout" or "stderr" lose here what stands
 * behind their first bytes, at the boundary of a character.  All else passes
 * as it is; whether it is JSON, json_parse says afterwards.
 */
#ifndef WIRE_SHORTEN_H
#define WIRE_SHORTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum shorten_at {
	SHORTEN_OUTSIDE,
	SHORTEN_STRING,
	SHORTEN_ESCAPE, /* behind a backslash */
	SHORTEN_HEX,    /* of \uXXXX */
};

struct shorten {
	char *p; /* n bytes so far; the caller's, for at most max */
	size_t n;
	size_t max;
	size_t keep; /* bytes of an output, as UTF-8 without escapes */
	/* The rest is for shorten.c. */
	enum shorten_at at;
	bool is_output; /* the value that comes is one */
	bool is_dropped;
	bool is_half; /* a surrogate whose other half comes next */
	size_t length;
	char name[8]; /* of the last string, if it fits */
	size_t name_n;
	unsigned int hex;
	int hex_n;
};

void shorten_init(struct shorten *, char *p, size_t max, size_t keep);
/* Takes the next n bytes.  False: more than max are left. */
bool shorten_add(struct shorten *, const char *text, size_t n) _must_check_;

#endif
