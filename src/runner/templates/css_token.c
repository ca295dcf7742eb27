#include "runner/templates/css_token.h"

#include <ctype.h>
#include <strings.h>

static int
peek(const struct css_input *in, size_t ahead)
{
	return in->at + ahead < in->n ? (unsigned char)in->p[in->at + ahead]
				      : -1;
}

static bool
is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
starts_name_char(int c)
{
	return isalpha(c) || c == '_' || c >= 0x80;
}

static bool
is_name_char(int c)
{
	return c >= 0 && (starts_name_char(c) || isdigit(c) || c == '-');
}

static bool
is_escape(const struct css_input *in, size_t ahead)
{
	int next = peek(in, ahead + 1);

	return peek(in, ahead) == '\\' && next >= 0 && next != '\n';
}

static bool
starts_name(const struct css_input *in, size_t ahead)
{
	int c = peek(in, ahead);

	if (c == '-')
		return peek(in, ahead + 1) == '-' ||
		    (peek(in, ahead + 1) >= 0 &&
			starts_name_char(peek(in, ahead + 1))) ||
		    is_escape(in, ahead + 1);
	return (c >= 0 && starts_name_char(c)) || is_escape(in, ahead);
}

static bool
starts_number(const struct css_input *in)
{
	size_t i = peek(in, 0) == '+' || peek(in, 0) == '-';

	if (peek(in, i) == '.')
		i++;
	return peek(in, i) >= 0 && isdigit(peek(in, i));
}

static void
take_name(struct css_input *in)
{
	for (;;)
		if (is_name_char(peek(in, 0)))
			in->at++;
		else if (is_escape(in, 0))
			in->at += 2;
		else
			return;
}

static void
take_digits(struct css_input *in)
{
	while (peek(in, 0) >= 0 && isdigit(peek(in, 0)))
		in->at++;
}

static void
take_number(struct css_input *in)
{
	size_t i = 1;

	if (peek(in, 0) == '+' || peek(in, 0) == '-')
		in->at++;
	take_digits(in);
	if (peek(in, 0) == '.' && peek(in, 1) >= 0 && isdigit(peek(in, 1))) {
		in->at++;
		take_digits(in);
	}
	if (peek(in, 0) != 'e' && peek(in, 0) != 'E')
		return;
	if (peek(in, 1) == '+' || peek(in, 1) == '-')
		i++;
	if (peek(in, i) >= 0 && isdigit(peek(in, i))) {
		in->at += i;
		take_digits(in);
	}
}

/* To its end, or that of the line: a bad string ends there. */
static void
take_string(struct css_input *in)
{
	int quote = peek(in, 0);

	in->at++;
	while (peek(in, 0) >= 0 && peek(in, 0) != '\n') {
		if (peek(in, 0) == '\\' && peek(in, 1) >= 0)
			in->at++;
		else if (peek(in, 0) == quote) {
			in->at++;
			return;
		}
		in->at++;
	}
}

static void
skip_comments(struct css_input *in)
{
	while (peek(in, 0) == '/' && peek(in, 1) == '*') {
		in->at += 2;
		while (peek(in, 0) >= 0 &&
		    !(peek(in, 0) == '*' && peek(in, 1) == '/'))
			in->at++;
		in->at = in->at + 2 < in->n ? in->at + 2 : in->n;
	}
}

/* url( with no quote behind it is a token of its own, up to its ")". */
static bool
take_url(struct css_input *in, size_t name_n)
{
	size_t ahead = 1;

	if (name_n != 3 || strncasecmp(in->p + in->at - 3, "url", 3) != 0)
		return false;
	while (is_blank(peek(in, ahead)))
		ahead++;
	if (peek(in, ahead) == '"' || peek(in, ahead) == '\'')
		return false;
	while (peek(in, 0) >= 0 && peek(in, 0) != ')')
		in->at += is_escape(in, 0) ? 2 : 1;
	in->at += peek(in, 0) == ')';
	return true;
}

static enum css_kind
take_word(struct css_input *in)
{
	size_t from = in->at;

	take_name(in);
	if (peek(in, 0) != '(')
		return CSS_IDENT;
	if (take_url(in, in->at - from))
		return CSS_URL;
	in->at++;
	return CSS_FUNCTION;
}

static enum css_kind
take_quantity(struct css_input *in, struct css_token *t, size_t from)
{
	take_number(in);
	if (peek(in, 0) == '%') {
		in->at++;
		return CSS_PERCENTAGE;
	}
	if (!starts_name(in, 0))
		return CSS_NUMBER;
	t->unit = in->at - from;
	take_name(in);
	return CSS_DIMENSION;
}

static enum css_kind
take_blank(struct css_input *in)
{
	while (is_blank(peek(in, 0))) {
		in->at++;
		skip_comments(in);
	}
	return CSS_BLANK;
}

static enum css_kind
take_any(struct css_input *in, struct css_token *t, size_t from)
{
	int c = peek(in, 0);

	if (is_blank(c))
		return take_blank(in);
	if (c == '"' || c == '\'') {
		take_string(in);
		return CSS_STRING;
	}
	if (starts_number(in))
		return take_quantity(in, t, from);
	if (starts_name(in, 0))
		return take_word(in);
	in->at++;
	if (c == '@' && starts_name(in, 0)) {
		take_name(in);
		return CSS_AT;
	}
	if (c == '#' && (is_name_char(peek(in, 0)) || is_escape(in, 0))) {
		take_name(in);
		return CSS_HASH;
	}
	return CSS_MARK;
}

struct css_token
css_token_next(struct css_input *in)
{
	struct css_token t = { CSS_END, in->p + in->at, 0, 0 };
	size_t from;

	skip_comments(in);
	from = in->at;
	if (from >= in->n)
		return t;
	t.text = in->p + from;
	t.kind = take_any(in, &t, from);
	if (in->at > in->n)
		in->at = in->n;
	t.n = in->at - from;
	return t;
}
