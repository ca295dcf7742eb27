/*
 * webdev: what a style sheet says.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "runner/templates/css.h"
#include "runner/templates/html.h"
#include "runner/templates/webdev.h"

#define LISTED_MAX 4096
/* Each is looked for in every page. */
#define CLASSES_MAX 1000

static bool
is_word_char(int c)
{
	return isalnum(c) || c == '-' || c == '_' || c == '%';
}

/* Does the value contain the words, not only a part of one? */
static bool
contains_words(const char *value, const char *words)
{
	size_t n = strlen(words);

	for (const char *at = value; (at = strstr(at, words)) != NULL; at++)
		if ((at == value || !is_word_char((unsigned char)at[-1])) &&
		    !is_word_char((unsigned char)at[n]))
			return n > 0;
	return false;
}

static char *
lower_text(struct probe *p, const char *name)
{
	char *s =
	    arena_strdup(p->arena, criteria_text(p->arena, p->test, name));

	for (char *c = s; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return s;
}

static bool
declares(struct probe *p, const char *property, const char *value)
{
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("css value", CSS_MEMORY_MAX);
	const struct css *css = p->css;

	for (size_t i = 0; i < css->declarations_n; i++) {
		const struct css_declaration *d = &css->declarations[i];

		if (strcmp(d->property, property) == 0 &&
		    contains_words(css_value(scratch, css, d), value))
			return true;
		arena_reset(scratch);
	}
	return false;
}

struct err *
css_uses_property(struct probe *p)
{
	const char *prop = criteria_text(p->arena, p->test, "prop");
	const char *value = criteria_text(p->arena, p->test, "value");

	if (declares(p, lower_text(p, "prop"), lower_text(p, "value")))
		return probe_say(p, 100, "The property `%s: %s;` was found.",
		    prop, value);
	return probe_say(p, 0, "The property `%s: %s;` was not found.", prop,
	    value);
}

struct err *
has_style(struct probe *p)
{
	const char *style = lower_text(p, "style");
	size_t want = (size_t)criteria_count(p->test, "count"), found = 0;

	for (size_t i = 0; i < p->css->declarations_n; i++)
		found += strcmp(p->css->declarations[i].property, style) == 0;
	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu `%s` styling rules.", found, want, style);
}

struct err *
count_over_usage(struct probe *p)
{
	const char *text = criteria_text(p->arena, p->test, "text");
	size_t allowed = (size_t)criteria_count(p->test, "max_allowed");
	size_t n = 0, length = strlen(text);

	for (const char *at = p->css->text;
	     length > 0 && (at = strstr(at, text)) != NULL; at += length)
		n++;
	if (n > allowed)
		return probe_say(p, 0,
		    "Overuse of `%s`: %zu times, at most %zu are allowed.",
		    text, n, allowed);
	return probe_say(p, 100, "Overuse of `%s` not detected.", text);
}

struct err *
check_id_selector_over_usage(struct probe *p)
{
	size_t allowed = (size_t)criteria_count(p->test, "max_allowed"), n = 0;

	for (size_t i = 0; i < p->css->rules_n; i++) {
		const struct css_rule *r = &p->css->rules[i];

		for (size_t t = r->from; r->at == NULL && t < r->to; t++)
			n += p->css->tokens[t].kind == CSS_HASH;
	}
	if (n > allowed)
		return probe_say(p, 0,
		    "Too many ID selectors: %zu, at most %zu are allowed.", n,
		    allowed);
	return probe_say(p, 100, "Controlled use of ID selectors.");
}

static bool
is_relative(const struct css_token *t)
{
	static const char *const units[] = { "em", "rem", "vh", "vw", "vmin",
		"vmax", "ex", "ch", "lh", "rlh", "svh", "svw", "lvh", "lvw",
		"dvh", "dvw", "fr", "cqw", "cqh" };

	if (t->kind == CSS_PERCENTAGE)
		return true;
	for (size_t i = 0; t->kind == CSS_DIMENSION && i < ARRAY_LEN(units);
	     i++)
		if (strlen(units[i]) == t->n - t->unit &&
		    strncasecmp(units[i], t->text + t->unit, t->n - t->unit) ==
			0)
			return true;
	return false;
}

struct err *
uses_relative_units(struct probe *p)
{
	for (size_t i = 0; i < p->css->declarations_n; i++) {
		const struct css_declaration *d = &p->css->declarations[i];

		for (size_t t = d->from; t < d->to; t++)
			if (is_relative(&p->css->tokens[t]))
				return probe_say(p, 100,
				    "Relative measures are being used in the "
				    "CSS.");
	}
	return probe_say(p, 0, "Relative measures were not found in your CSS.");
}

struct err *
check_media_queries(struct probe *p)
{
	for (size_t i = 0; i < p->css->rules_n; i++) {
		const struct css_rule *r = &p->css->rules[i];

		if (r->at != NULL && strcmp(r->at, "media") == 0 &&
		    r->has_block && r->from < r->to)
			return probe_say(p, 100,
			    "Media queries are being used in the CSS.");
	}
	return probe_say(p, 0,
	    "No use of media queries was found in your CSS.");
}

struct err *
check_flexbox_usage(struct probe *p)
{
	bool found = declares(p, "display", "flex") ||
	    declares(p, "display", "inline-flex");

	for (size_t i = 0; i < p->css->declarations_n; i++)
		found |=
		    str_has_prefix(p->css->declarations[i].property, "flex-") ||
		    strcmp(p->css->declarations[i].property, "flex") == 0;
	if (found)
		return probe_say(p, 100,
		    "Flexbox properties are being used in the CSS.");
	return probe_say(p, 0,
	    "Flexbox properties were not found in your CSS.");
}

/*
 * -- classes that nothing uses
 */

static bool
page_uses(const struct html *h, struct str class)
{
	for (size_t i = 0; i < h->classes_n; i++)
		if (str_eq(h->classes[i].name, class))
			return true;
	return false;
}

/* The file of that name, or (none said) all of that kind. */
static bool
is_wanted(const struct probe *p, size_t i, const char *name, const char *suffix)
{
	if (*name != '\0')
		return strcmp(p->files[i].path, name) == 0;
	return str_has_suffix(p->files[i].path, suffix);
}

static bool
some_page_uses(struct probe *p, struct str class)
{
	const char *name = criteria_text(p->arena, p->test, "html_file");

	for (size_t i = 0; i < p->n; i++) {
		if (!is_wanted(p, i, name, ".html"))
			continue;
		if (page_uses(probe_html(p, i), class))
			return true;
	}
	return false;
}

struct classes {
	struct str *names;
	size_t n, cap;
};

static void
add_class(struct probe *p, struct classes *c, struct str name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->names[i], name))
			return;
	if (c->n >= CLASSES_MAX)
		return;
	c->names =
	    arena_grow(p->arena, c->names, c->n, &c->cap, sizeof(*c->names));
	c->names[c->n++] = name;
}

/* ".name" in selectors. */
static void
list_classes(struct probe *p, const struct css *css, struct classes *c)
{
	for (size_t i = 0; i < css->rules_n; i++) {
		const struct css_rule *r = &css->rules[i];

		for (size_t t = r->from; r->at == NULL && t + 1 < r->to; t++)
			if (css->tokens[t].kind == CSS_MARK &&
			    *css->tokens[t].text == '.' &&
			    css->tokens[t + 1].kind == CSS_IDENT)
				add_class(p, c,
				    (struct str) { css->tokens[t + 1].text,
					css->tokens[t + 1].n });
	}
}

struct err *
count_unused_css_classes(struct probe *p)
{
	const char *sheet = criteria_text(p->arena, p->test, "css_file");
	const char *page = criteria_text(p->arena, p->test, "html_file");
	size_t sheets = 0, pages = 0, unused = 0;
	struct classes c = { 0 };
	struct buf list;

	for (size_t i = 0; i < p->n; i++) {
		pages += is_wanted(p, i, page, ".html");
		if (!is_wanted(p, i, sheet, ".css"))
			continue;
		sheets++;
		list_classes(p, probe_css(p, i), &c);
	}
	if (sheets == 0 || pages == 0)
		return probe_say(p, 0, "No HTML or CSS files provided.");
	buf_init(&list, p->arena, LISTED_MAX);
	for (size_t i = 0; i < c.n; i++)
		if (!some_page_uses(p, c.names[i]))
			buf_printf(&list, "%s'%.*s'", unused++ > 0 ? ", " : "",
			    (int)c.names[i].n, c.names[i].p);
	if (unused == 0)
		return probe_say(p, 100, "All CSS classes are used.");
	return probe_say(p, probe_share(c.n - unused, c.n),
	    "%zu of %zu CSS classes are not used in the HTML: [%s]", unused,
	    c.n, list.p);
}
