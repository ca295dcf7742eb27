#include "markup/hidden.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/str.h"

#define WORD "hidden-until"
/* As assize_rst.py writes it: the class of a div, with the day in UTC. */
#define CLASS WORD "-"
#define DAY_DIGITS 14
#define TAB 8

bool
markup_may_hide(const char *text)
{
	return strcasestr(text, WORD) != NULL;
}

/* "20260131235959", which sorts as time does. */
static void
format_day(int64_t ms, char day[DAY_DIGITS + 1])
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(day, DAY_DIGITS + 1, "%Y%m%d%H%M%S", &tm) != DAY_DIGITS)
		memset(day, '9', DAY_DIGITS);
}

/*
 * -- reStructuredText
 */

/* 2026-01-31 or 31/01/2026, with a time or not. */
static bool
read_day(struct str said, char day[DAY_DIGITS + 1])
{
	unsigned int part[6] = { 0 };
	bool is_year_first = said.n > 4 && said.p[4] == '-';
	size_t n = 0, i = 0;

	while (n < ARRAY_LEN(part) && i < said.n &&
	    isdigit((unsigned char)said.p[i])) {
		for (; i < said.n && isdigit((unsigned char)said.p[i]) &&
		     part[n] < 1000;
		     i++)
			part[n] = 10 * part[n] + (unsigned int)said.p[i] - '0';
		n++;
		if (i < said.n)
			i++;
	}
	return n >= 3 &&
	    snprintf(day, DAY_DIGITS + 1, "%04u%02u%02u%02u%02u%02u",
		is_year_first ? part[0] : part[2], part[1],
		is_year_first ? part[2] : part[0], part[3], part[4],
		part[5]) == DAY_DIGITS;
}

/* Columns of white space before the line's text; SIZE_MAX: it is empty. */
static size_t
indent_of(struct str line, size_t *ret_bytes)
{
	size_t column = 0, i = 0;

	for (; i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'); i++)
		column =
		    line.p[i] == ' ' ? column + 1 : (column / TAB + 1) * TAB;
	*ret_bytes = i;
	return str_trim(line).n == 0 ? SIZE_MAX : column;
}

/* ".. hidden-until:: DATE"; *ret_said is the date. */
static bool
is_directive(struct str line, struct str *ret_said)
{
	size_t i = 2;

	if (line.n < 3 || memcmp(line.p, "..", 2) != 0 || line.p[2] != ' ')
		return false;
	while (i < line.n && line.p[i] == ' ')
		i++;
	if (line.n - i < strlen(WORD) ||
	    strncasecmp(line.p + i, WORD, strlen(WORD)) != 0)
		return false;
	i += strlen(WORD);
	if (i < line.n && line.p[i] == ' ')
		i++;
	if (line.n - i < 2 || memcmp(line.p + i, "::", 2) != 0)
		return false;
	*ret_said = str_trim((struct str) { line.p + i + 2, line.n - i - 2 });
	return true;
}

static const char *
hide_in_rst(struct arena *a, const char *text, const char *now)
{
	struct str rest = str_of(text), line, said;
	size_t hidden = SIZE_MAX; /* deeper than this nothing is shown */
	const char *end = text + rest.n;
	struct buf b;

	buf_init(&b, a, rest.n + 1);
	while (str_cut(&rest, '\n', &line)) {
		char day[DAY_DIGITS + 1];
		size_t bytes;
		size_t column = indent_of(line, &bytes);

		if (hidden != SIZE_MAX &&
		    (column == SIZE_MAX || column > hidden))
			continue;
		hidden = SIZE_MAX;
		if (column != SIZE_MAX &&
		    is_directive((struct str) { line.p + bytes,
				     line.n - bytes },
			&said) &&
		    (!read_day(said, day) || strcmp(day, now) > 0)) {
			hidden = column;
			continue;
		}
		buf_put(&b, line.p, line.n);
		if (line.p + line.n < end)
			buf_putc(&b, '\n');
	}
	return b.p;
}

/*
 * -- HTML, balanced and with quoted values (safe.h)
 */

/* Behind the end of the div that begins at p. */
static const char *
end_of_div(const char *p)
{
	size_t depth = 0;

	for (; (p = strchr(p, '<')) != NULL; p++) {
		if (str_has_prefix(p, "<div"))
			depth++;
		else if (str_has_prefix(p, "</div>") && --depth == 0)
			return p + strlen("</div>");
	}
	return NULL;
}

static bool
is_hidden_div(const char *p, const char *now)
{
	static const char head[] = "<div class=\"";
	const char *end, *found;

	if (!str_has_prefix(p, head))
		return false;
	p += strlen(head);
	end = p + strcspn(p, "\"");
	found = memmem(p, (size_t)(end - p), CLASS, strlen(CLASS));
	return found != NULL &&
	    (size_t)(end - found) >= strlen(CLASS) + DAY_DIGITS &&
	    strncmp(found + strlen(CLASS), now, DAY_DIGITS) > 0;
}

static const char *
hide_in_html(struct arena *a, const char *text, const char *now)
{
	const char *shown = text, *p = text;
	struct buf b;

	buf_init(&b, a, strlen(text) + 1);
	while ((p = strstr(p, "<div")) != NULL) {
		const char *end;

		if (!is_hidden_div(p, now)) {
			p++;
			continue;
		}
		end = end_of_div(p);
		buf_put(&b, shown, (size_t)(p - shown));
		shown = p = end != NULL ? end : p + strlen(p);
	}
	buf_puts(&b, shown);
	return b.p;
}

const char *
markup_hide(struct arena *a, const char *text, int64_t now_ms)
{
	char now[DAY_DIGITS + 1];

	if (!markup_may_hide(text))
		return text;
	format_day(now_ms, now);
	return hide_in_html(a, hide_in_rst(a, text, now), now);
}
