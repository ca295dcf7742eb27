/*
 * Theory: what has several lines is a literal block ("|"), everything else a
 * text in double quotes, which is JSON's but for the few characters that YAML
 * wants escaped.  Maps stand in lines down to the second level, the rest is
 * JSON, which YAML takes.
 */
#include "cli/case.h"

#include <string.h>

#include "base/enc.h"
#include "base/str.h"

#define STEP 2
#define DEEPEST 2

/* Bytes of a character that must be escaped; 0: it may stand there. */
static size_t
special(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	if ((u[0] < 0x20 && u[0] != '\t') || u[0] == 0x7f)
		return 1;
	if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] <= 0x9f)
		return 2;
	if ((u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf) ||
	    (u[0] == 0xef && u[1] == 0xbf && u[2] >= 0xbe))
		return 3;
	return 0;
}

static void
put_escape(struct buf *b, const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (n == 3)
		buf_printf(b, "\\u%04X",
		    (u[0] & 15u) << 12 | (u[1] & 63u) << 6 | (u[2] & 63u));
	else if (*p == '\n')
		buf_puts(b, "\\n");
	else
		buf_printf(b, "\\x%02X", u[n - 1]);
}

void
case_put_quoted(struct buf *b, const char *text)
{
	buf_putc(b, '"');
	while (*text != '\0') {
		size_t n = special(text);

		if (n > 0) {
			put_escape(b, text, n);
			text += n;
			continue;
		}
		if (*text == '"' || *text == '\\')
			buf_putc(b, '\\');
		if (*text == '\t')
			buf_puts(b, "\\t");
		else
			buf_putc(b, *text);
		text++;
	}
	buf_putc(b, '"');
}

static bool
is_block(const char *text)
{
	if (strchr(text, '\n') == NULL || *text == '\n')
		return false;
	for (; *text != '\0'; text++)
		if (*text != '\n' && special(text) > 0)
			return false;
	return true;
}

/* With its indentation said, since the text may begin with blanks. */
static void
put_block(struct buf *b, size_t column, const char *text)
{
	size_t n = strlen(text);
	const char *end = text[n - 1] != '\n' ? "-"
	    : n > 1 && text[n - 2] == '\n'    ? "+"
					      : "";
	struct str rest = { text, n }, line;

	buf_printf(b, "|%d%s\n", STEP, end);
	if (text[n - 1] == '\n')
		rest.n--;
	while (str_cut(&rest, '\n', &line)) {
		if (line.n > 0)
			buf_printf(b, "%*s", (int)column + STEP, "");
		buf_put(b, line.p, line.n);
		buf_putc(b, '\n');
	}
}

static void
put_text(struct buf *b, size_t column, const char *text)
{
	if (is_block(text)) {
		put_block(b, column, text);
		return;
	}
	case_put_quoted(b, text);
	buf_putc(b, '\n');
}

void
case_put_bytes(struct buf *b, size_t column, const void *p, size_t n)
{
	if (str_is_utf8(p, n) && memchr(p, '\0', n) == NULL) {
		put_text(b, column, arena_memdup(b->arena, p, n));
		return;
	}
	buf_puts(b, "!!binary ");
	case_put_quoted(b, enc_base64(b->arena, p, n));
	buf_putc(b, '\n');
}

static void put_flow(struct buf *, const struct json *);

static void
put_pairs(struct buf *b, const struct json *j)
{
	for (size_t i = 0; i < j->n; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		if (j->kind == JSON_OBJECT) {
			case_put_quoted(b, j->members[i].name);
			buf_puts(b, ": ");
			put_flow(b, &j->members[i].value);
		} else {
			put_flow(b, &j->items[i]);
		}
	}
}

/* On one line. */
static void
put_flow(struct buf *b, const struct json *j)
{
	if (j->kind == JSON_STRING) {
		case_put_quoted(b, j->string);
	} else if (j->kind == JSON_OBJECT || j->kind == JSON_ARRAY) {
		buf_putc(b, j->kind == JSON_OBJECT ? '{' : '[');
		put_pairs(b, j);
		buf_putc(b, j->kind == JSON_OBJECT ? '}' : ']');
	} else {
		buf_puts(b, json_text(b->arena, j));
	}
}

/* Behind "name: ", to the end of the line and maybe below it. */
static void
put_value(struct buf *b, size_t column, size_t depth, const struct json *j)
{
	if (j->kind == JSON_STRING) {
		put_text(b, column, j->string);
		return;
	}
	if (j->kind != JSON_OBJECT || j->n == 0 || depth == DEEPEST) {
		put_flow(b, j);
		buf_putc(b, '\n');
		return;
	}
	buf_putc(b, '\n');
	for (size_t i = 0; i < j->n; i++) {
		buf_printf(b, "%*s", (int)column + STEP, "");
		case_put_quoted(b, j->members[i].name);
		buf_puts(b, ": ");
		put_value(b, column + STEP, depth + 1, &j->members[i].value);
	}
}

void
case_put(struct buf *b, const char *name, const struct json *j)
{
	buf_printf(b, "%s: ", name);
	put_value(b, 0, 1, j);
}
