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
#include "base/str.h"

#define HTML_BYTES_MAX ((size_t)1 << 20)
#define HTML_TAGS_MAX 30000
#define HTML_MEMORY_MAX ((size_t)64 << 20)

struct html_attribute {
	const char *name; /* in lower case */
	const char *value;
};

#define HTML_NONE ((size_t)-1)

struct html_element {
	const char *tag;  /* in lower case */
	size_t parent;    /* index, or HTML_NONE */
	size_t next;      /* the next whose tag has the same number */
	bool is_implied;  /* not written: <head> of a page without one */
	bool is_unclosed; /* its end tag is missing, where it needs one */
	bool is_crossed;  /* <b><i></b></i>: ends do not match */
	size_t start;     /* bytes from the beginning, where it is written */
	size_t end;       /* of its end tag; 0: none is written */
	size_t attributes_n;
	const struct html_attribute *attributes;
};

/* A word of class attributes, once; and how often it stands there. */
struct html_class {
	struct str name;
	size_t n;
};

struct html_id {
	const char *id;
	size_t element;
};

#define HTML_TAG_NUMBERS 512 /* those that libgumbo knows are fewer */

struct html {
	const struct html_element *elements; /* in the page's order */
	size_t n;
	const char *refused;              /* why there are none; or NULL */
	size_t first[HTML_TAG_NUMBERS];   /* element; or HTML_NONE */
	const struct html_class *classes; /* as they first stand there */
	size_t classes_n;
	const struct html_id *ids; /* sorted */
	size_t ids_n;
};

/* The arena must have room for twice HTML_MEMORY_MAX. */
const struct html *html_parse(struct arena *, const char *p, size_t n);
/* The value, or NULL if it has no such attribute. */
const char *html_attribute(const struct html_element *, const char *name);
/* Is there an element with that tag somewhere inside one with the outer? */
bool html_is_inside(const struct html *, const char *tag, const char *outer);
/*
 * The elements with that tag (in lower case), one after the other: the first
 * is after NULL, after the last is NULL.
 */
const struct html_element *html_next(const struct html *, const char *tag,
    const struct html_element *after);
/* The first one with that tag that is written, or NULL. */
const struct html_element *html_find(const struct html *, const char *tag);
/* Has an element with that tag (NULL: any) the id? */
bool html_has_id(const struct html *, const char *id, const char *tag);
/* Words between blanks, one after the other: false at the end. */
bool html_next_word(const char **at, struct str *ret_word);

/* -- what the files of this module share ---------------------------------- */

/* html_index.c: fills classes and ids from the elements. */
void html_index(struct arena *, struct html *);

#endif
