/*
 * A style sheet as lists of what it says, after the CSS Syntax Module
 * (tokens, blocks, declarations, rules; nested ones too).  What is not CSS
 * is skipped, as a browser skips it; nothing recurses.
 */
#ifndef RUNNER_TEMPLATES_CSS_H
#define RUNNER_TEMPLATES_CSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define CSS_BYTES_MAX ((size_t)512 << 10)
/* What a sheet takes of the arena at most. */
#define CSS_MEMORY_MAX ((size_t)128 << 20)

enum css_kind {
	CSS_END,
	CSS_IDENT,
	CSS_FUNCTION, /* "name(" */
	CSS_AT,       /* "@media" */
	CSS_HASH,     /* "#name" */
	CSS_STRING,
	CSS_URL, /* url(...) without quotes */
	CSS_NUMBER,
	CSS_PERCENTAGE,
	CSS_DIMENSION, /* 10em; the unit stands at text + unit */
	CSS_BLANK,
	CSS_MARK, /* one character of its own: { } : ; , . > ... */
};

struct css_token {
	enum css_kind kind;
	const char *text; /* in the sheet; not NUL-terminated */
	size_t n;
	size_t unit; /* CSS_DIMENSION */
};

struct css_declaration {
	const char *property; /* lower case, but custom properties */
	size_t from;          /* tokens of the value: from..to */
	size_t to;
};

struct css_rule {
	const char *at; /* "media"; NULL: a rule with selectors */
	size_t from;    /* tokens of selectors or condition: from..to */
	size_t to;
	bool has_block;
};

struct css {
	const struct css_token *tokens;
	size_t n;
	const struct css_declaration *declarations;
	size_t declarations_n;
	const struct css_rule *rules;
	size_t rules_n;
	const char *text; /* the sheet without comments, NUL-terminated */
};

/* Beyond CSS_BYTES_MAX the rest is not read. */
const struct css *css_parse(struct arena *, const char *p, size_t n);
/* The value of a declaration: lower case, blanks made one, no comments. */
const char *css_value(struct arena *, const struct css *,
    const struct css_declaration *);

#endif
