#include "markup/markup.h"

#include <stdlib.h>
#include <string.h>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <pthread.h>

/* Without CMARK_OPT_UNSAFE: raw HTML is left out, as are links to scripts. */
#define OPTIONS (CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8)

static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *const extensions[] = { "table", "strikethrough",
	"autolink" };

static void
free_parser(cmark_parser **p)
{
	if (*p != NULL)
		cmark_parser_free(*p);
}

static void
free_node(cmark_node **n)
{
	if (*n != NULL)
		cmark_node_free(*n);
}

static void
free_text(char **p)
{
	free(*p);
}

struct err *
markup_html(struct arena *a, const char *text, size_t n, const char **ret_html)
{
	_cleanup_(free_parser) cmark_parser *parser = NULL;
	_cleanup_(free_node) cmark_node *root = NULL;
	_cleanup_(free_text) char *html = NULL;

	if (n > MARKUP_MAX)
		return ERR(a, ERR_TOO_LARGE, "more than %zu bytes of Markdown",
		    MARKUP_MAX);
	pthread_once(&once, cmark_gfm_core_extensions_ensure_registered);
	parser = cmark_parser_new(OPTIONS);
	for (size_t i = 0; i < ARRAY_LEN(extensions); i++)
		cmark_parser_attach_syntax_extension(parser,
		    cmark_find_syntax_extension(extensions[i]));
	cmark_parser_feed(parser, text, n);
	root = cmark_parser_finish(parser);
	html = cmark_render_html(root, OPTIONS,
	    cmark_parser_get_syntax_extensions(parser));
	*ret_html = arena_strdup(a, html);
	return NULL;
}
