/*
 * Markdown as HTML that is safe in a page: no raw HTML, no link but http,
 * https, mailto and relative ones, tables and strike-through as on GitHub.
 * The only place that knows cmark-gfm.
 */
#ifndef MARKUP_MARKUP_H
#define MARKUP_MARKUP_H

#include <stddef.h>

#include "base/err.h"

/* Of Markdown; longer ones are refused. */
#define MARKUP_MAX ((size_t)1 << 20)

/*
 * A fragment (no html, head, body).  text is UTF-8; what is not becomes
 * U+FFFD.  ERR_TOO_LARGE beyond MARKUP_MAX.
 */
struct err *markup_html(struct arena *, const char *text, size_t n,
    const char **ret_html) _must_check_;

#endif
