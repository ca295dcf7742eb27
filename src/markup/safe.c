#include "markup/safe.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"

#define NAME_MAX_BYTES 16

/* clang-format off */
static const char *const elements[] = { "a", "abbr", "aside", "blockquote",
	"br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "dfn",
	"div", "dl", "dt", "em", "figcaption", "figure", "footer", "h2", "h3",
	"h4", "h5", "h6", "header", "hr", "img", "ins", "kbd", "li", "ol", "p",
	"pre", "q", "s", "samp", "section", "small", "span", "strong", "sub",
	"sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul",
	"var", NULL };

static const char *const links[] = { "http://", "https://", "mailto:",
	"#feedback-", NULL };
static const char *const images[] = { "http://", "https://",
	"data:image/png;base64,", "data:image/gif;base64,",
	"data:image/jpeg;base64,", "data:image/webp;base64,", NULL };
static const char *const ids[] = { "feedback-", NULL };

static const struct {
	const char *name;
	const char *const *prefixes; /* of its value; NULL: any */
} attributes[] = {
	{ "alt", NULL },
	{ "class", NULL },
	{ "colspan", NULL },
	{ "href", links },
	{ "id", ids },
	{ "rowspan", NULL },
	{ "src", images },
	{ "start", NULL },
	{ "title", NULL },
};
/* clang-format on */

/* A name in small letters and digits; its length, 0 if there is none. */
static size_t
read_name(const char *p, char name[NAME_MAX_BYTES])
{
	size_t n = 0;

	while (n < NAME_MAX_BYTES - 1 &&
	    (islower((unsigned char)p[n]) ||
		(n > 0 && isdigit((unsigned char)p[n])))) {
		name[n] = p[n];
		n++;
	}
	name[n] = '\0';
	return n;
}

static bool
is_listed(const char *const *list, const char *name)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static bool
has_prefix_of(const char *const *list, const char *value)
{
	for (; *list != NULL; list++)
		if (strncasecmp(*list, value, strlen(*list)) == 0)
			return true;
	return false;
}

static bool
may_stand(const char *name, const char *value)
{
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		if (strcmp(attributes[i].name, name) == 0)
			return attributes[i].prefixes == NULL ||
			    has_prefix_of(attributes[i].prefixes, value);
	return false;
}

/* Behind a blank, a name and its value; NULL: it is none that may stand. */
static const char *
skip_attribute(const char *p)
{
	char name[NAME_MAX_BYTES];
	size_t n = read_name(++p, name);
	char quote;

	p += n;
	if (n == 0 || p[0] != '=' || (p[1] != '"' && p[1] != '\'') ||
	    !may_stand(name, p + 2))
		return NULL;
	quote = p[1];
	p += 2;
	while (*p != '\0' && *p != quote && *p != '<')
		p++;
	return *p == quote ? p + 1 : NULL;
}

/* Behind the tag that begins here; NULL: it is none that may stand. */
static const char *
skip_tag(const char *p)
{
	bool is_end = *++p == '/';
	char name[NAME_MAX_BYTES];

	p += is_end;
	p += read_name(p, name);
	if (!is_listed(elements, name))
		return NULL;
	while (p != NULL && *p == ' ' && !is_end && p[1] != '/')
		p = skip_attribute(p);
	if (p != NULL && p[0] == ' ' && p[1] == '/')
		p++;
	if (p != NULL && *p == '/' && !is_end)
		p++;
	return p != NULL && *p == '>' ? p + 1 : NULL;
}

bool
markup_is_safe(const char *html)
{
	while (*html != '\0') {
		if (*html == '<') {
			html = skip_tag(html);
			if (html == NULL)
				return false;
			continue;
		}
		if (*html == '>' ||
		    ((unsigned char)*html < ' ' &&
			strchr("\t\n\r", *html) == NULL))
			return false;
		html++;
	}
	return true;
}
