#include "runner/templates/css.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "runner/templates/css_token.h"

/*
 * An item is what stands between two of ";", "{" and "}" (outside of round
 * and square brackets).  What ends it says what it was: before "{" a rule,
 * else a declaration or a rule without a block.
 */
struct reading {
	struct arena *arena;
	struct css *css;
	struct css_token *tokens;
	size_t token_cap;
	struct css_declaration *declarations;
	size_t declaration_cap;
	struct css_rule *rules;
	size_t rule_cap;
	size_t blocks; /* that are open */
};

static char *
lower(struct arena *a, const char *p, size_t n)
{
	char *s = arena_memdup(a, p, n);

	for (size_t i = 0; i < n; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
	return s;
}

static bool
is_mark(const struct css_token *t, char c)
{
	return t->kind == CSS_MARK && t->n == 1 && *t->text == c;
}

static void
read_tokens(struct reading *r, const char *p, size_t n)
{
	struct css_input in = { p, n, 0 };

	for (;;) {
		struct css_token t = css_token_next(&in);

		if (t.kind == CSS_END)
			return;
		r->tokens = arena_grow(r->arena, r->tokens, r->css->n,
		    &r->token_cap, sizeof(*r->tokens));
		r->tokens[r->css->n++] = t;
	}
}

static size_t
skip_blank(const struct reading *r, size_t i, size_t to)
{
	while (i < to && r->tokens[i].kind == CSS_BLANK)
		i++;
	return i;
}

static void
add_rule(struct reading *r, size_t from, size_t to, bool has_block)
{
	struct css_rule rule = { NULL, from, to, has_block };

	if (from < to && r->tokens[from].kind == CSS_AT) {
		rule.at = lower(r->arena, r->tokens[from].text + 1,
		    r->tokens[from].n - 1);
		rule.from = from + 1;
	} else if (!has_block) {
		return;
	}
	r->rules = arena_grow(r->arena, r->rules, r->css->rules_n, &r->rule_cap,
	    sizeof(*r->rules));
	r->rules[r->css->rules_n++] = rule;
}

/* name ":" value, inside of a block. */
static void
add_declaration(struct reading *r, size_t from, size_t to)
{
	const struct css_token *name = &r->tokens[from];
	size_t colon = skip_blank(r, from + 1, to);
	struct css_declaration *d;

	if (r->blocks == 0 || name->kind != CSS_IDENT || colon >= to ||
	    !is_mark(&r->tokens[colon], ':'))
		return;
	r->declarations =
	    arena_grow(r->arena, r->declarations, r->css->declarations_n,
		&r->declaration_cap, sizeof(*r->declarations));
	d = &r->declarations[r->css->declarations_n++];
	d->property = name->n > 2 && memcmp(name->text, "--", 2) == 0
	    ? arena_memdup(r->arena, name->text, name->n)
	    : lower(r->arena, name->text, name->n);
	d->from = skip_blank(r, colon + 1, to);
	d->to = to;
}

static void
end_item(struct reading *r, size_t from, size_t to, char end)
{
	from = skip_blank(r, from, to);
	while (to > from && r->tokens[to - 1].kind == CSS_BLANK)
		to--;
	if (end == '{') {
		add_rule(r, from, to, true);
		r->blocks++;
		return;
	}
	if (from < to && r->tokens[from].kind == CSS_AT)
		add_rule(r, from, to, false);
	else if (from < to)
		add_declaration(r, from, to);
	if (end == '}' && r->blocks > 0)
		r->blocks--;
}

static void
read_items(struct reading *r)
{
	size_t from = 0, brackets = 0;

	for (size_t i = 0; i < r->css->n; i++) {
		const struct css_token *t = &r->tokens[i];

		if (t->kind == CSS_FUNCTION || is_mark(t, '(') ||
		    is_mark(t, '[')) {
			brackets++;
		} else if ((is_mark(t, ')') || is_mark(t, ']')) &&
		    brackets > 0) {
			brackets--;
		} else if (is_mark(t, '{') || is_mark(t, '}') ||
		    (is_mark(t, ';') && brackets == 0)) {
			end_item(r, from, i, *t->text);
			from = i + 1;
			brackets = 0;
		}
	}
	end_item(r, from, r->css->n, ';');
}

static const char *
plain_text(struct arena *a, const struct css *css)
{
	struct buf b;

	buf_init(&b, a, CSS_BYTES_MAX + 1);
	for (size_t i = 0; i < css->n; i++)
		buf_put(&b,
		    css->tokens[i].kind == CSS_BLANK ? " "
						     : css->tokens[i].text,
		    css->tokens[i].kind == CSS_BLANK ? 1 : css->tokens[i].n);
	buf_putc(&b, '\0');
	return b.p;
}

const struct css *
css_parse(struct arena *a, const char *p, size_t n)
{
	struct css *css = arena_new_of(a, struct css);
	struct reading r = { .arena = a, .css = css };

	read_tokens(&r, p, n < CSS_BYTES_MAX ? n : CSS_BYTES_MAX);
	css->tokens = r.tokens;
	read_items(&r);
	css->declarations = r.declarations;
	css->rules = r.rules;
	css->text = plain_text(a, css);
	return css;
}

const char *
css_value(struct arena *a, const struct css *css,
    const struct css_declaration *d)
{
	struct buf b;
	size_t to = d->to;

	buf_init(&b, a, CSS_BYTES_MAX + 1);
	for (size_t i = d->from; i < to; i++) {
		const struct css_token *t = &css->tokens[i];

		if (t->kind == CSS_BLANK)
			buf_putc(&b, ' ');
		else
			buf_puts(&b, lower(a, t->text, t->n));
	}
	return b.p;
}
