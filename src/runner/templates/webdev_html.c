/*
 * webdev: what a page is made of.
 */
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"
#include "runner/templates/html.h"
#include "runner/templates/webdev.h"

#define LISTED_MAX 4096

static const char *
lower_text(struct probe *p, const char *name)
{
	char *s =
	    arena_strdup(p->arena, criteria_text(p->arena, p->test, name));

	for (char *c = s; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return s;
}

static size_t
required(const struct probe *p)
{
	return (size_t)criteria_count(p->test, "required_count");
}

static size_t
count_tag(const struct html *h, const char *tag)
{
	size_t n = 0;

	for (const struct html_element *e = html_next(h, tag, NULL); e != NULL;
	     e = html_next(h, tag, e))
		n += !e->is_implied;
	return n;
}

struct err *
has_tag(struct probe *p)
{
	const char *tag = lower_text(p, "tag");
	size_t found = count_tag(p->html, tag), want = required(p);

	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu required `<%s>` tags.", found, want, tag);
}

struct err *
has_forbidden_tag(struct probe *p)
{
	const char *tag = lower_text(p, "tag");

	if (count_tag(p->html, tag) > 0)
		return probe_say(p, 0,
		    "The tag `<%s>` was found and is forbidden.", tag);
	return probe_say(p, 100, "The tag `<%s>` was not found, which is good.",
	    tag);
}

/*
 * -- classes
 */

/* How many of the patterns the class matches: '*' is any text. */
static size_t
count_matches(struct probe *p, const char *const *patterns, struct str name)
{
	const char *text = str_dup(p->arena, name);
	size_t n = 0;

	for (; *patterns != NULL; patterns++)
		n += strchr(*patterns, '*') != NULL
		    ? fnmatch(*patterns, text, FNM_NOESCAPE) == 0
		    : strcmp(*patterns, text) == 0;
	return n;
}

struct err *
has_class(struct probe *p)
{
	const char *const *patterns =
	    criteria_texts(p->arena, p->test, "class_names");
	size_t found = 0, want = required(p);
	struct buf list;

	buf_init(&list, p->arena, LISTED_MAX);
	for (size_t i = 0; i < p->html->classes_n; i++) {
		const struct html_class *c = &p->html->classes[i];
		size_t n = count_matches(p, patterns, c->name);

		found += n * c->n;
		if (n > 0)
			buf_printf(&list, "%s'%.*s'", list.n > 0 ? ", " : "",
			    (int)c->name.n, c->name.p);
	}
	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu required CSS classes. Classes found: [%s]", found,
	    want, list.p);
}

/*
 * -- attributes
 */

struct err *
has_attribute(struct probe *p)
{
	const char *name = lower_text(p, "attribute");
	size_t found = 0, want = required(p);

	for (size_t i = 0; i < p->html->n; i++)
		found += html_attribute(&p->html->elements[i], name) != NULL;
	return probe_say(p, probe_share(found, want),
	    "The attribute `%s` was found %zu time(s) out of %zu required.",
	    name, found, want);
}

struct err *
check_no_inline_styles(struct probe *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->html->n; i++)
		n += html_attribute(&p->html->elements[i], "style") != NULL;
	if (n > 0)
		return probe_say(p, 0,
		    "Found %zu inline styles (`style='...'`). Move all style "
		    "rules to your `.css` file.",
		    n);
	return probe_say(p, 100, "No inline styles were found.");
}

/* The value itself; of a class one of several. */
static bool
has_value(const struct html_element *e, const char *name, const char *want)
{
	const char *value = html_attribute(e, name);
	struct str word;

	if (value == NULL)
		return false;
	if (strcmp(value, want) == 0)
		return true;
	while (strcmp(name, "class") == 0 && html_next_word(&value, &word))
		if (str_is(word, want))
			return true;
	return false;
}

struct err *
check_attribute_and_value(struct probe *p)
{
	const char *tag = lower_text(p, "tag");
	const char *name = lower_text(p, "attribute");
	const char *value = criteria_text(p->arena, p->test, "value");

	for (const struct html_element *e = html_next(p->html, tag, NULL);
	     e != NULL; e = html_next(p->html, tag, e))
		if (has_value(e, name, value))
			return probe_say(p, 100,
			    "Found tag `<%s>` with `%s='%s'`.", tag, name,
			    value);
	return probe_say(p, 0, "The tag `<%s>` with `%s='%s'` was not found.",
	    tag, name, value);
}

struct err *
check_all_images_have_alt(struct probe *p)
{
	size_t images = 0, good = 0;

	for (const struct html_element *e = html_next(p->html, "img", NULL);
	     e != NULL; e = html_next(p->html, "img", e)) {
		const char *alt = html_attribute(e, "alt");
		struct str word;

		images++;
		good += alt != NULL && html_next_word(&alt, &word);
	}
	if (images == 0)
		return probe_say(p, 100, "No images were found.");
	return probe_say(p, probe_share(good, images),
	    "%zu of %zu images have the `alt` attribute filled.", good, images);
}

/*
 * -- what is linked
 */

static bool
contains_fold(const char *text, const char *what)
{
	size_t n = strlen(what);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, what, n) == 0)
			return true;
	return false;
}

static bool
links_bootstrap(const struct html *h)
{
	static const struct {
		const char *tag;
		const char *attribute;
	} links[] = { { "link", "href" }, { "script", "src" } };

	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		for (const struct html_element *e =
			 html_next(h, links[i].tag, NULL);
		     e != NULL; e = html_next(h, links[i].tag, e)) {
			const char *to = html_attribute(e, links[i].attribute);

			if (to != NULL && contains_fold(to, "bootstrap"))
				return true;
		}
	return false;
}

struct err *
check_bootstrap_linked(struct probe *p)
{
	if (links_bootstrap(p->html))
		return probe_say(p, 100,
		    "Bootstrap framework found in your HTML.");
	return probe_say(p, 0, "No link to Bootstrap CSS or JS was found.");
}

struct err *
check_bootstrap_usage(struct probe *p)
{
	if (links_bootstrap(p->html))
		return probe_say(p, 0,
		    "You are using Bootstrap in your project.");
	return probe_say(p, 100,
	    "You are not using Bootstrap in your project.");
}

struct err *
check_css_linked(struct probe *p)
{
	for (const struct html_element *e = html_next(p->html, "link", NULL);
	     e != NULL; e = html_next(p->html, "link", e)) {
		const char *rel = html_attribute(e, "rel");
		struct str word;

		if (html_attribute(e, "href") == NULL)
			continue;
		while (rel != NULL && html_next_word(&rel, &word))
			if (word.n == 10 &&
			    strncasecmp(word.p, "stylesheet", 10) == 0)
				return probe_say(p, 100,
				    "CSS file is correctly linked to the HTML.");
	}
	return probe_say(p, 0, "The CSS file is not linked to the HTML.");
}

static size_t
count_internal(const struct html *h, const char *tag)
{
	size_t found = 0;

	for (const struct html_element *e = html_next(h, "a", NULL); e != NULL;
	     e = html_next(h, "a", e)) {
		const char *href = html_attribute(e, "href");

		found += href != NULL && href[0] == '#' && href[1] != '\0' &&
		    html_has_id(h, href + 1, tag);
	}
	return found;
}

struct err *
check_internal_links(struct probe *p)
{
	size_t found = count_internal(p->html, NULL), want = required(p);

	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu required internal links.", found, want);
}

struct err *
check_internal_links_to_article(struct probe *p)
{
	size_t found = count_internal(p->html, "article"), want = required(p);

	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu required internal links to `<article>` tags.",
	    found, want);
}

/* name=value with a value among the parameters? */
static bool
has_query(struct str query, const char *name)
{
	struct str pair, key;

	while (str_cut(&query, '&', &pair))
		if (str_cut(&pair, '=', &key) && str_is(key, name) &&
		    pair.n > 0)
			return true;
	return false;
}

struct err *
link_points_to_page_with_query_param(struct probe *p)
{
	const char *page = criteria_text(p->arena, p->test, "target_page");
	const char *name = criteria_text(p->arena, p->test, "query_param");
	size_t found = 0, want = required(p);

	for (const struct html_element *e = html_next(p->html, "a", NULL);
	     e != NULL; e = html_next(p->html, "a", e)) {
		const char *href = html_attribute(e, "href");
		struct str rest, path;

		if (href == NULL)
			continue;
		rest = (struct str) { href, strcspn(href, "#") };
		if (!str_cut(&rest, '?', &path))
			continue;
		if (path.n > 2 && strncmp(path.p, "./", 2) == 0 &&
		    strncmp(page, "./", 2) != 0)
			path = (struct str) { path.p + 2, path.n - 2 };
		found += str_is(path, page) && has_query(rest, name);
	}
	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu required links to `%s` with the query parameter "
	    "`%s`.",
	    found, want, page, name);
}

/*
 * -- structure
 */

struct err *
check_no_unclosed_tags(struct probe *p)
{
	for (size_t i = 0; i < p->html->n; i++) {
		const struct html_element *e = &p->html->elements[i];

		if (e->is_unclosed)
			return probe_say(p, 0,
			    "The tag `<%s>` is never closed.", e->tag);
		if (e->is_crossed)
			return probe_say(p, 0,
			    "The tag `<%s>` is closed in the wrong order.",
			    e->tag);
	}
	return probe_say(p, 100,
	    "You have a good HTML structure with no unclosed tags.");
}

struct err *
uses_semantic_tags(struct probe *p)
{
	static const char *const tags[] = { "article", "section", "nav",
		"aside", "figure", "header", "main", "footer" };

	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (count_tag(p->html, tags[i]) > 0)
			return probe_say(p, 100, "Used semantic tags.");
	return probe_say(p, 40, "No semantic tags were used.");
}

static int
heading_level(const char *tag)
{
	return tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' && tag[2] == '\0'
	    ? tag[1] - '0'
	    : 0;
}

struct err *
check_headings_sequential(struct probe *p)
{
	int last = 0;
	size_t n = 0;

	for (size_t i = 0; i < p->html->n; i++) {
		int level = heading_level(p->html->elements[i].tag);

		if (level == 0)
			continue;
		if (n++ > 0 && level > last + 1)
			return probe_say(p, 0,
			    "The heading hierarchy skips from `<h%d>` to "
			    "`<h%d>`.",
			    last, level);
		last = level;
	}
	if (n < 2)
		return probe_say(p, 100,
		    "Only one heading level found, so no skips.");
	return probe_say(p, 100, "The heading hierarchy is well-structured.");
}

/*
 * A browser moves what stands between <head> and <body> into the body, and
 * makes what is missing: so both must be written, and nothing behind the
 * body's end.
 */
struct err *
check_html_direct_children(struct probe *p)
{
	const struct html_element *head = html_find(p->html, "head");
	const struct html_element *body = html_find(p->html, "body");
	bool good = head != NULL && body != NULL;

	for (size_t i = 0; good && i < p->html->n; i++) {
		const struct html_element *e = &p->html->elements[i];

		if (e == head || e == body || strcmp(e->tag, "html") == 0)
			continue;
		if (body->end > 0 && e->start > body->end)
			good = false;
		if (head->end > 0 && e->start > head->end &&
		    e->start < body->start)
			good = false;
	}
	if (good)
		return probe_say(p, 100,
		    "The <html> tag contains only <head> and <body> tags.");
	return probe_say(p, 0,
	    "The <html> tag must contain only <head> and <body> tags as "
	    "direct children.");
}

struct err *
check_tag_not_inside(struct probe *p)
{
	const char *child = lower_text(p, "child_tag");
	const char *parent = lower_text(p, "parent_tag");

	if (html_is_inside(p->html, child, parent))
		return probe_say(p, 0,
		    "The tag `<%s>` was found inside the tag `<%s>`.", child,
		    parent);
	return probe_say(p, 100,
	    "The tag `<%s>` was not found inside the tag `<%s>`.", child,
	    parent);
}

struct err *
check_head_details(struct probe *p)
{
	const char *tag = lower_text(p, "detail_tag");

	if (html_is_inside(p->html, tag, "head"))
		return probe_say(p, 100,
		    "The tag `<%s>` was found in the `<head>` section.", tag);
	return probe_say(p, 0,
	    "The tag `<%s>` was not found in the `<head>` section.", tag);
}
