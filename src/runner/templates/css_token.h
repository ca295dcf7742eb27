/*
 * The tokens of CSS, one after the other.
 */
#ifndef RUNNER_TEMPLATES_CSS_TOKEN_H
#define RUNNER_TEMPLATES_CSS_TOKEN_H

#include "runner/templates/css.h"

struct css_input {
	const char *p;
	size_t n;
	size_t at;
};

/* CSS_END at the end; comments are passed over. */
struct css_token css_token_next(struct css_input *);

#endif
