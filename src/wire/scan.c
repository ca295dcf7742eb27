#include "wire/scan.h"

#include <limits.h>
#include <string.h>

#include "base/str.h"

static void scan_value(struct scan *);

static int
peek(const struct scan *s)
{
	return s->at < s->n ? (unsigned char)s->text[s->at] : -1;
}

/* Keeps the first reason and where it was. */
static void
refuse(struct scan *s, const char *why)
{
	if (s->why == NULL)
		s->why = why;
}

static void
skip_blanks(struct scan *s)
{
	int c;

	while ((c = peek(s)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		s->at++;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* The four digits at p as a number, or -1. */
static int
hex4(const struct scan *s, size_t at)
{
	int v = 0;
	int c;

	if (s->n - at < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		c = (unsigned char)s->text[at + i];
		if (is_digit(c))
			v = v * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* At the 'u' of an escape; leaves it behind what belongs to it. */
static void
scan_unicode(struct scan *s)
{
	int low;
	int v = hex4(s, s->at + 1);

	if (v < 0) {
		refuse(s, "\\u must be followed by four hexadecimal digits");
		return;
	}
	if (v == 0) {
		refuse(s, "\\u0000 is not accepted");
		return;
	}
	s->at += 5;
	if (v < 0xd800 || v > 0xdfff)
		return;
	low = -1;
	if (v < 0xdc00 && peek(s) == '\\' && s->n - s->at > 1 &&
	    s->text[s->at + 1] == 'u')
		low = hex4(s, s->at + 2);
	if (low < 0xdc00 || low > 0xdfff) {
		refuse(s, "half of a surrogate pair");
		return;
	}
	s->at += 6;
}

static void
scan_escape(struct scan *s)
{
	int c;

	s->at++;
	c = peek(s);
	if (c == 'u') {
		scan_unicode(s);
		return;
	}
	if (c <= 0 || strchr("\"\\/bfnrt", c) == NULL) {
		refuse(s, "unknown escape in a string");
		return;
	}
	s->at++;
}

/* At the opening quote; leaves it behind the closing one. */
static void
scan_string(struct scan *s)
{
	size_t start = ++s->at;
	size_t good;
	int c;

	while (s->why == NULL && (c = peek(s)) != '"') {
		if (c < 0)
			refuse(s, "the text ends inside a string");
		else if (c < 0x20)
			refuse(s, "control character in a string");
		else if (c == '\\')
			scan_escape(s);
		else
			s->at++;
	}
	if (s->why != NULL)
		return;
	good = str_utf8_prefix(s->text + start, s->at - start);
	if (good < s->at - start) {
		s->at = start + good;
		refuse(s, "not valid UTF-8");
		return;
	}
	s->at++;
}

static void
scan_digits(struct scan *s)
{
	if (!is_digit(peek(s)))
		refuse(s, "a digit is missing in a number");
	while (is_digit(peek(s)))
		s->at++;
}

static void
check_integer(struct scan *s, size_t start)
{
	char digits[24];
	int64_t v;
	size_t n = s->at - start;

	if (n < sizeof(digits)) {
		memcpy(digits, s->text + start, n);
		digits[n] = '\0';
		if (str_to_i64(digits, INT64_MIN, INT64_MAX, &v))
			return;
	}
	s->at = start;
	refuse(s, "an integer does not fit 64 bits");
}

static void
scan_number(struct scan *s)
{
	size_t start = s->at;
	bool integer = true;

	if (peek(s) == '-')
		s->at++;
	if (peek(s) == '0') {
		s->at++;
		if (is_digit(peek(s)))
			refuse(s, "a number begins with 0");
	} else {
		scan_digits(s);
	}
	if (s->why == NULL && peek(s) == '.') {
		integer = false;
		s->at++;
		scan_digits(s);
	}
	if (s->why == NULL && (peek(s) | 0x20) == 'e' && peek(s) > 0) {
		integer = false;
		s->at++;
		if (peek(s) == '+' || peek(s) == '-')
			s->at++;
		scan_digits(s);
	}
	if (s->why == NULL && integer)
		check_integer(s, start);
}

static void
scan_word(struct scan *s)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		n = strlen(words[i]);
		if (s->n - s->at >= n &&
		    memcmp(s->text + s->at, words[i], n) == 0) {
			s->at += n;
			return;
		}
	}
	refuse(s,
	    s->at < s->n ? "a value was expected"
			 : "the text ends where a value was expected");
}

static size_t
open_object(struct scan *s)
{
	s->objects = arena_grow(s->arena, s->objects, s->n_objects,
	    &s->cap_objects, sizeof(*s->objects));
	s->objects[s->n_objects] = (struct scan_object) { .at = s->at };
	return s->n_objects++;
}

static void
scan_name(struct scan *s)
{
	if (peek(s) != '"') {
		refuse(s, "the name of a member was expected");
		return;
	}
	scan_string(s);
	if (s->why != NULL)
		return;
	skip_blanks(s);
	if (peek(s) != ':') {
		refuse(s, "':' was expected");
		return;
	}
	s->at++;
}

/* At the opening bracket; leaves it behind the closing one. */
static void
scan_container(struct scan *s, char close)
{
	bool object = close == '}';
	size_t self = object ? open_object(s) : 0;
	bool first = true;

	if (++s->depth > s->limits->depth) {
		refuse(s, "nested too deeply");
		return;
	}
	s->at++;
	for (skip_blanks(s); s->why == NULL && (first || peek(s) != close);
	     skip_blanks(s)) {
		if (first && peek(s) == close)
			break;
		if (!first) {
			if (peek(s) != ',') {
				refuse(s,
				    object ? "',' or '}' was expected"
					   : "',' or ']' was expected");
				return;
			}
			s->at++;
			skip_blanks(s);
		}
		first = false;
		if (object) {
			s->objects[self].members++;
			scan_name(s);
		}
		scan_value(s);
	}
	if (s->why != NULL)
		return;
	s->at++;
	s->depth--;
}

/* Recursion ends at the limit of depth. */
static void
scan_value(struct scan *s)
{
	int c;

	if (s->why != NULL)
		return;
	skip_blanks(s);
	if (++s->values > s->limits->values) {
		refuse(s, "too many values");
		return;
	}
	c = peek(s);
	if (c == '{')
		scan_container(s, '}');
	else if (c == '[')
		scan_container(s, ']');
	else if (c == '"')
		scan_string(s);
	else if (c == '-' || is_digit(c))
		scan_number(s);
	else
		scan_word(s);
}

void
scan_text(struct scan *s, struct arena *a, const char *text, size_t n,
    const struct json_limits *limits)
{
	*s = (struct scan) { .arena = a,
		.text = text,
		.n = n,
		.limits = limits };
	if (n > INT_MAX / 2) {
		refuse(s, "the text is too long");
		return;
	}
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		refuse(s, "a byte order mark is not accepted");
		return;
	}
	scan_value(s);
	if (s->why != NULL)
		return;
	skip_blanks(s);
	if (s->at < n)
		refuse(s, "something follows the value");
}

struct err *
scan_err(struct arena *a, const char *text, size_t at, const char *why)
{
	size_t line = 1;
	size_t column = 1;

	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	return ERR(a, ERR_NOT_JSON, "line %zu, column %zu: %s", line, column,
	    why);
}
