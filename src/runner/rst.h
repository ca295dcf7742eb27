/*
 * reStructuredText as HTML that is safe in a page.
 */
#ifndef RUNNER_RST_H
#define RUNNER_RST_H

#include <stdbool.h>

#include "runner/pipeline.h"

struct rst_text {
	const char *id; /* of the question, or NULL */
	const char *text;
	const char *html; /* NULL: none, pages show the text */
};

/* Nothing but sentences, which need no docutils. */
bool rst_is_plain(const char *text);
/* Of such a text: paragraphs. */
const char *rst_plain_html(struct arena *, const char *text);
/*
 * Converts all of them in one box; what cannot be converted keeps no HTML.
 * Where the box fails none has any, and *ret_why (else NULL) says why.
 */
struct err *rst_convert(struct grading *, struct rst_text *, size_t n,
    const char **ret_why) _must_check_;
/* {type: "rst", html, problems: {ID: html}}; whole may be NULL. */
const char *rst_document(struct arena *, const struct rst_text *whole,
    const struct rst_text *problems, size_t n);

#endif
