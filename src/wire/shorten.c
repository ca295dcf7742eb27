#include "wire/shorten.h"

#include <string.h>

void
shorten_init(struct shorten *s, char *p, size_t max, size_t keep)
{
	*s = (struct shorten) { .p = p, .max = max, .keep = keep };
}

static void
put(struct shorten *s, char c)
{
	if (s->is_dropped)
		return;
	/* Beyond max it is only counted. */
	if (s->n < s->max)
		s->p[s->n] = c;
	s->n++;
}

static bool
is_output_name(const struct shorten *s)
{
	return s->name_n == 6 &&
	    (memcmp(s->name, "stdout", 6) == 0 ||
		memcmp(s->name, "stderr", 6) == 0);
}

static void
add_outside(struct shorten *s, char c)
{
	put(s, c);
	if (c == '"') {
		s->at = SHORTEN_STRING;
		s->length = 0;
		s->name_n = 0;
		s->is_half = false;
	} else if (c == ':') {
		s->is_output = is_output_name(s);
	} else if (strchr(" \t\r\n", c) == NULL) {
		s->is_output = false;
	}
}

static void
add_name(struct shorten *s, char c)
{
	if (s->name_n < sizeof(s->name))
		s->name[s->name_n++] = c;
}

static void
add_string(struct shorten *s, char c)
{
	bool is_continued = ((unsigned char)c & 0xc0) == 0x80;

	if (c == '"') {
		s->is_dropped = false;
		put(s, c);
		s->at = SHORTEN_OUTSIDE;
		s->is_output = false;
		return;
	}
	if (s->is_output && s->length >= s->keep && !is_continued &&
	    !s->is_half)
		s->is_dropped = true;
	s->is_half = false;
	put(s, c);
	add_name(s, c);
	if (c == '\\')
		s->at = SHORTEN_ESCAPE;
	else
		s->length++;
}

static void
add_escape(struct shorten *s, char c)
{
	put(s, c);
	add_name(s, c);
	s->at = c == 'u' ? SHORTEN_HEX : SHORTEN_STRING;
	s->hex = 0;
	s->hex_n = 0;
	if (c != 'u')
		s->length++;
}

/* What are no digits give some number: the text is refused anyway. */
static void
add_hex(struct shorten *s, char c)
{
	unsigned int digit = c >= 'a' ? (unsigned int)(c - 'a' + 10)
	    : c >= 'A'                ? (unsigned int)(c - 'A' + 10)
				      : (unsigned int)(c - '0');

	put(s, c);
	s->hex = s->hex * 16 + (digit & 15);
	if (++s->hex_n < 4)
		return;
	s->at = SHORTEN_STRING;
	s->is_half = s->hex >= 0xd800 && s->hex < 0xdc00;
	s->length += s->hex < 0x80 ? 1 : s->hex < 0x800 ? 2 : 3;
}

bool
shorten_add(struct shorten *s, const char *text, size_t n)
{
	static void (*const add[])(struct shorten *, char) = {
		[SHORTEN_OUTSIDE] = add_outside,
		[SHORTEN_STRING] = add_string,
		[SHORTEN_ESCAPE] = add_escape,
		[SHORTEN_HEX] = add_hex,
	};
	size_t i = 0;

	while (i < n) {
		/* By far the most of it. */
		while (s->is_dropped && s->at == SHORTEN_STRING && i < n &&
		    text[i] != '"' && text[i] != '\\')
			i++;
		if (i < n)
			add[s->at](s, text[i++]);
	}
	return s->n <= s->max;
}
