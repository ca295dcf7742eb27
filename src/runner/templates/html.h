/*
 * A page as a browser reads it: HTML5's own algorithm (libgumbo), then a flat
 * list of elements.  The only file that knows libgumbo is html.c.
 *
 * Pages are hostile.  Nothing here recurses, and a page with more than
 * HTML_TAGS_MAX tags, more than HTML_BYTES_MAX bytes, or for which the
 * algorithm wants more than HTML_MEMORY_MAX bytes, is refused: some pages
 * make it copy without end.
 */
#ifndef RUNNER_TEMPLATES_HTML_H
#define RUNNER_TEMPLATES_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define HTML_BYTES_MAX ((size_t)1 << 20)
#define HTML_TAGS_MAX 30000
#define HTML_MEMORY_MAX ((size_t)64 << 20)

struct html_attribute {
	const char *name; /* in lower case */
	const char *value;
};

#define HTML_NO_PARENT ((size_t)-1)

struct html_element {
	const char *tag;  /* in lower case */
	size_t parent;    /* index, or HTML_NO_PARENT */
	bool is_implied;  /* not written: <head> of a page without one */
	bool is_unclosed; /* its end tag is missing, where it needs one */
	bool is_crossed;  /* <b><i></b></i>: ends do not match */
	size_t start;     /* bytes from the beginning, where it is written */
	size_t end;       /* of its end tag; 0: none is written */
	size_t attributes_n;
	const struct html_attribute *attributes;
};

struct html {
	const struct html_element *elements; /* in the page's order */
	size_t n;
	const char *refused; /* why there are none; or NULL */
};

/* The arena must have room for twice HTML_MEMORY_MAX. */
const struct html *html_parse(struct arena *, const char *p, size_t n);
/* The value, or NULL if it has no such attribute. */
const char *html_attribute(const struct html_element *, const char *name);
/* Is the element somewhere inside one with that tag? */
bool html_is_inside(const struct html *, const struct html_element *,
    const char *tag);
/* The first one with that tag that is written, or NULL. */
const struct html_element *html_find(const struct html *, const char *tag);

#endif
