#include "runner/main_class.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/str.h"

struct scan {
	const char *p;
	const char *end;
	int depth;       /* of braces and parentheses */
	struct str word; /* the present one */
	struct str before;
	bool is_public;
	bool is_static;
	struct str type; /* the outermost one that is open */
};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	    (unsigned char)c >= 0x80;
}

static bool
starts(const struct scan *s, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(s->end - s->p) >= n && memcmp(s->p, what, n) == 0;
}

/* To what stands behind the next end of it; only in quotes \ hides one. */
static void
skip_to(struct scan *s, size_t from, const char *what)
{
	bool escapes = what[0] == '"' || what[0] == '\'';
	size_t n = strlen(what);

	s->p += from;
	while (s->p < s->end && !starts(s, what))
		s->p += escapes && *s->p == '\\' && s->end - s->p > 1 ? 2 : 1;
	if (s->p < s->end)
		s->p += n;
}

/* Comments, strings and characters: true if there was one. */
static bool
skip_text(struct scan *s)
{
	static const struct {
		const char *open;
		const char *close;
	} texts[] = { { "//", "\n" }, { "/*", "*/" }, { "\"\"\"", "\"\"\"" },
		{ "\"", "\"" }, { "'", "'" } };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (starts(s, texts[i].open)) {
			skip_to(s, strlen(texts[i].open), texts[i].close);
			return true;
		}
	return false;
}

static bool
opens_type(struct str word)
{
	return str_is(word, "class") || str_is(word, "interface") ||
	    str_is(word, "enum") || str_is(word, "record");
}

static void
take_word(struct scan *s, struct arena *a, struct main_class *m)
{
	const char *from = s->p;

	while (s->p < s->end && is_word(*s->p))
		s->p++;
	s->before = s->word;
	s->word = (struct str) { from, (size_t)(s->p - from) };
	if (str_is(s->word, "public"))
		s->is_public = true;
	else if (str_is(s->word, "static"))
		s->is_static = true;
	if (s->depth == 0 && opens_type(s->before)) {
		s->type = s->word;
		if (s->is_public && m->public_type == NULL)
			m->public_type = str_dup(a, s->word);
	}
}

/* "package a . b ;" up to its end. */
static void
take_package(struct scan *s, struct arena *a, struct main_class *m)
{
	const char *end = memchr(s->p, ';', (size_t)(s->end - s->p));
	char *name, *to;

	if (end == NULL || m->package != NULL)
		return;
	name = to = arena_array(a, (size_t)(end - s->p) + 1, 1);
	for (; s->p < end; s->p++)
		if (is_word(*s->p) || *s->p == '.')
			*to++ = *s->p;
	*to = '\0';
	m->package = name;
}

/* At the parenthesis: does it begin the parameter of a program's main()? */
static bool
takes_strings(const struct scan *s)
{
	const char *end = memchr(s->p, ')', (size_t)(s->end - s->p));

	return end != NULL &&
	    memmem(s->p, (size_t)(end - s->p), "String", 6) != NULL;
}

/* Of several with a main() the public one starts, then Main, then the first. */
static bool
is_better(struct str type, const struct main_class *m)
{
	return m->main_type == NULL ||
	    (m->public_type != NULL && str_is(type, m->public_type)) ||
	    (str_is(type, MAIN_CLASS) &&
		(m->public_type == NULL ||
		    strcmp(m->main_type, m->public_type) != 0));
}

static void
take_sign(struct scan *s, struct arena *a, struct main_class *m)
{
	char c = *s->p++;

	if (c == '(' && s->depth == 1 && s->is_static &&
	    str_is(s->word, "main") && str_is(s->before, "void") &&
	    s->type.n > 0 && takes_strings(s) && is_better(s->type, m))
		m->main_type = str_dup(a, s->type);
	if (c == '{' || c == '(')
		s->depth++;
	else if ((c == '}' || c == ')') && s->depth > 0)
		s->depth--;
	if (c == '{' || c == '}' || c == ';')
		s->is_public = s->is_static = false;
	s->before = s->word = (struct str) { NULL, 0 };
}

struct main_class
main_class_find(struct arena *a, const char *text, size_t n)
{
	struct scan s = { .p = text, .end = text + n };
	struct main_class m = { 0 };

	while (s.p < s.end) {
		if (skip_text(&s))
			continue;
		if (is_word(*s.p)) {
			take_word(&s, a, &m);
			if (s.depth == 0 && str_is(s.word, "package"))
				take_package(&s, a, &m);
		} else if (isspace((unsigned char)*s.p))
			s.p++;
		else
			take_sign(&s, a, &m);
	}
	return m;
}
