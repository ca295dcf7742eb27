#include "assized/multipart.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"

#define MAX_BOUNDARY 70
#define MAX_PART_HEADERS 8192
#define MAX_PARAMETER 1024

/* The rest of what is parsed. */
struct cursor {
	const char *p;
	const char *end;
};

static struct err *
malformed(struct arena *a, const char *what)
{
	return ERR(a, ERR_REQUEST, "malformed multipart body: %s", what);
}

static bool
is_parameter_name_end(char c)
{
	return c == ';' || c == ' ' || c == '\t';
}

/* Reads a quoted or plain parameter value at *p; NULL if it is neither. */
static char *
take_value(struct arena *a, const char **p, const char *end)
{
	struct buf value;
	const char *s = *p;
	bool quoted = s < end && *s == '"';

	buf_init(&value, a, MAX_PARAMETER);
	if (quoted)
		s++;
	for (;; s++) {
		if (s == end) {
			if (quoted)
				return NULL;
			break;
		}
		if (quoted ? *s == '"' : is_parameter_name_end(*s))
			break;
		/* Of the escapes only these two are used by clients. */
		if (quoted && *s == '\\' && s + 1 < end &&
		    (s[1] == '"' || s[1] == '\\'))
			s++;
		buf_putc(&value, *s);
	}
	*p = quoted ? s + 1 : s;
	return buf_overflowed(&value) ? NULL : arena_strdup(a, value.p);
}

/*
 * The value of a parameter such as name="x" of a header's value; *ret_value
 * is NULL where it is absent; false if the header is malformed.
 */
static bool
find_parameter(struct arena *a, struct str header, const char *name,
    char **ret_value)
{
	const char *p = header.p;
	const char *end = header.p + header.n;
	size_t n = strlen(name);

	*ret_value = NULL;
	while ((p = memchr(p, ';', (size_t)(end - p))) != NULL) {
		const char *start;
		size_t name_n;
		char *value;

		p++;
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		start = p;
		while (p < end && *p != '=' && !is_parameter_name_end(*p))
			p++;
		if (p == end || *p != '=')
			return p == end && start == p;
		name_n = (size_t)(p - start);
		p++;
		value = take_value(a, &p, end);
		if (value == NULL)
			return false;
		if (name_n == n && strncasecmp(start, name, n) == 0) {
			*ret_value = value;
			return true;
		}
		if (p == end)
			return true;
	}
	return true;
}

static struct err *
read_boundary(struct arena *a, const char *content_type, char **ret_delimiter)
{
	char *boundary;

	if (!find_parameter(a, str_of(content_type), "boundary", &boundary) ||
	    boundary == NULL || boundary[0] == '\0' ||
	    strlen(boundary) > MAX_BOUNDARY)
		return malformed(a, "no usable boundary in Content-Type");
	*ret_delimiter = arena_printf(a, "\r\n--%s", boundary);
	return NULL;
}

static struct err *
read_header(struct arena *a, struct str line, struct part *part)
{
	static const char wanted[] = "content-disposition:";
	struct str value;
	char *name;
	char *filename;

	if (line.n < sizeof(wanted) - 1 ||
	    strncasecmp(line.p, wanted, sizeof(wanted) - 1) != 0)
		return NULL;
	value = str_trim((struct str) { line.p + sizeof(wanted) - 1,
	    line.n - (sizeof(wanted) - 1) });
	/* A name that ends at it would be another name. */
	if (memchr(value.p, '\0', value.n) != NULL)
		return malformed(a, "a NUL in Content-Disposition");
	if (value.n < 9 || strncasecmp(value.p, "form-data", 9) != 0)
		return malformed(a, "a part that is not form-data");
	if (!find_parameter(a, value, "name", &name) ||
	    !find_parameter(a, value, "filename", &filename))
		return malformed(a, "Content-Disposition");
	if (name == NULL || !str_is_utf8(name, strlen(name)) ||
	    (filename != NULL && !str_is_utf8(filename, strlen(filename))))
		return malformed(a, "a part without a usable name");
	part->name = name;
	part->filename = filename;
	return NULL;
}

static struct err *
read_headers(struct arena *a, struct cursor *c, struct part *part)
{
	const char *limit = c->p + MAX_PART_HEADERS;

	for (;;) {
		size_t left = (size_t)(c->end - c->p);
		const char *eol = memmem(c->p, left, "\r\n", 2);
		struct str line;

		if (eol == NULL || eol > limit)
			return malformed(a, "headers of a part");
		line = (struct str) { c->p, (size_t)(eol - c->p) };
		c->p = eol + 2;
		if (line.n == 0)
			break;
		TRY(read_header(a, line, part));
	}
	if (part->name == NULL)
		return malformed(a, "a part without Content-Disposition");
	return NULL;
}

/* After a delimiter: "--" ends all, a line end starts a part. */
static struct err *
read_after_delimiter(struct arena *a, struct cursor *c, bool *ret_last)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
	if (c->end - c->p >= 2 && memcmp(c->p, "--", 2) == 0) {
		*ret_last = true;
		return NULL;
	}
	if (c->end - c->p < 2 || memcmp(c->p, "\r\n", 2) != 0)
		return malformed(a, "a delimiter without line end");
	c->p += 2;
	*ret_last = false;
	return NULL;
}

static struct err *
skip_to_first(struct arena *a, struct cursor *c, const char *delimiter)
{
	size_t n = strlen(delimiter);
	const char *found;

	/* The first delimiter needs no line end before it. */
	if ((size_t)(c->end - c->p) >= n - 2 &&
	    memcmp(c->p, delimiter + 2, n - 2) == 0) {
		c->p += n - 2;
		return NULL;
	}
	found = memmem(c->p, (size_t)(c->end - c->p), delimiter, n);
	if (found == NULL)
		return malformed(a, "the boundary does not occur");
	c->p = found + n;
	return NULL;
}

struct err *
multipart_parse(struct arena *a, const char *content_type, const char *body,
    size_t n, struct parts *ret_parts)
{
	struct cursor c = { body, body + n };
	struct parts parts = { NULL, 0 };
	size_t cap = 0;
	char *delimiter = NULL;
	bool last = true;

	TRY(read_boundary(a, content_type, &delimiter));
	TRY(skip_to_first(a, &c, delimiter));
	TRY(read_after_delimiter(a, &c, &last));
	while (!last) {
		struct part part = { 0 };
		const char *found;

		TRY(read_headers(a, &c, &part));
		found = memmem(c.p, (size_t)(c.end - c.p), delimiter,
		    strlen(delimiter));
		/* An empty part's delimiter starts with its header's end. */
		if (memcmp(c.p - 2, delimiter, 2) == 0 &&
		    (size_t)(c.end - c.p) >= strlen(delimiter) - 2 &&
		    memcmp(c.p, delimiter + 2, strlen(delimiter) - 2) == 0)
			found = c.p - 2;
		if (found == NULL)
			return malformed(a, "a part without end");
		part.p = c.p;
		part.n = found < c.p ? 0 : (size_t)(found - c.p);
		c.p = found + strlen(delimiter);
		if (parts.n == MULTIPART_MAX_PARTS)
			return ERR(a, ERR_FILES, "more than %d parts",
			    MULTIPART_MAX_PARTS);
		parts.part =
		    arena_grow(a, parts.part, parts.n, &cap, sizeof(part));
		parts.part[parts.n++] = part;
		TRY(read_after_delimiter(a, &c, &last));
	}
	*ret_parts = parts;
	return NULL;
}
