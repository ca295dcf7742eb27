/*
 * webdev: what a script does.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "runner/templates/html.h"
#include "runner/templates/structure.h"
#include "runner/templates/webdev.h"

/* The script that is looked at; NULL, and said, where it cannot be. */
static const struct syntax *
open_script(struct probe *p)
{
	const struct syntax *s = structure_file(p, p->file);

	if (s == NULL)
		probe_say(p, 0, "'%s' could not be analyzed.",
		    p->files[p->file].path);
	return s;
}

struct err *
js_uses_feature(struct probe *p)
{
	const char *feature = criteria_text(p->arena, p->test, "feature");
	const struct syntax *s = open_script(p);

	if (s == NULL)
		return NULL;
	if (strstr(s->code, feature) != NULL)
		return probe_say(p, 100,
		    "The feature `%s` has been implemented.", feature);
	return probe_say(p, 0, "The feature `%s` was not found.", feature);
}

/* A name that is used, not one that is declared. */
static bool
uses_name(const struct syntax *s, const char *name)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const char *field = s->nodes[i].field;

		if ((syntax_is(s, i, "identifier") ||
			syntax_is(s, i, "property_identifier") ||
			syntax_is(s, i, "member_expression")) &&
		    syntax_text_is(s, i, name) &&
		    (field == NULL ||
			(strcmp(field, "name") != 0 &&
			    strcmp(field, "key") != 0)))
			return true;
	}
	return false;
}

struct err *
uses_forbidden_method(struct probe *p)
{
	const char *method = criteria_text(p->arena, p->test, "method");
	size_t n = strcspn(method, "(");
	const struct syntax *s = open_script(p);

	if (s == NULL)
		return NULL;
	if (uses_name(s, arena_memdup(p->arena, method, n)))
		return probe_say(p, 0,
		    "Penalty: Forbidden method `%s()` detected.", method);
	return probe_say(p, 100,
	    "Great! The forbidden method `%s()` was not used.", method);
}

struct err *
count_global_vars(struct probe *p)
{
	size_t allowed = (size_t)criteria_count(p->test, "max_allowed"), n = 0;
	const struct syntax *s = open_script(p);

	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t parent = s->nodes[i].parent;

		n += syntax_is(s, i, "variable_declarator") &&
		    s->nodes[parent].parent == 0;
	}
	if (n > allowed)
		return probe_say(p, 0,
		    "Too many global variables: %zu, at most %zu are allowed.",
		    n, allowed);
	return probe_say(p, 100, "Good job keeping the global scope clean.");
}

struct err *
js_uses_query_string_parsing(struct probe *p)
{
	const struct syntax *s = open_script(p);

	if (s == NULL)
		return NULL;
	if (uses_name(s, "URLSearchParams") || uses_name(s, "searchParams") ||
	    uses_name(s, "window.location.search") ||
	    uses_name(s, "location.search") ||
	    uses_name(s, "document.location.search"))
		return probe_say(p, 100,
		    "The logic to read URL parameters was found.");
	return probe_say(p, 0,
	    "The logic to read URL parameters (e.g., URLSearchParams) was not "
	    "found in your JavaScript.");
}

/* {id: 1} or {"id": 1} */
static bool
has_key(const struct syntax *s, uint32_t object, const char *key)
{
	for (uint32_t i = s->nodes[object].first; i != SYNTAX_NO_NODE;
	     i = s->nodes[i].next) {
		uint32_t k = syntax_field(s, i, "key");
		const struct syntax_node *n;

		if (syntax_is(s, i, "shorthand_property_identifier"))
			k = i;
		if (k == SYNTAX_NO_NODE)
			continue;
		n = &s->nodes[k];
		if (syntax_text_is(s, k, key) ||
		    (syntax_is(s, k, "string") &&
			n->end - n->start == strlen(key) + 2 &&
			memcmp(s->text + n->start + 1, key, strlen(key)) == 0))
			return true;
	}
	return false;
}

static size_t
count_items(const struct syntax *s, uint32_t array, const char *key)
{
	size_t n = 0;

	for (uint32_t i = s->nodes[array].first; i != SYNTAX_NO_NODE;
	     i = s->nodes[i].next)
		n += syntax_is(s, i, "object") && has_key(s, i, key);
	return n;
}

struct err *
js_has_json_array_with_id(struct probe *p)
{
	const char *key = criteria_text(p->arena, p->test, "required_key");
	size_t want = (size_t)criteria_count(p->test, "min_items"), most = 0;
	const struct syntax *s = open_script(p);

	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i < s->n; i++) {
		size_t n =
		    syntax_is(s, i, "array") ? count_items(s, i, key) : 0;

		if (n > most)
			most = n;
	}
	return probe_say(p, probe_share(most, want),
	    "Found data structure with %zu of %zu required items, all with the "
	    "'%s' key.",
	    most, want, key);
}

struct err *
js_uses_dom_manipulation(struct probe *p)
{
	const char *const *methods =
	    criteria_texts(p->arena, p->test, "methods");
	size_t want = (size_t)criteria_count(p->test, "required_count");
	size_t found = 0;
	const struct syntax *s = open_script(p);

	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i < s->n; i++)
		for (const char *const *m = methods; *m != NULL; m++)
			found += syntax_is(s, i, "property_identifier") &&
			    syntax_is(s, s->nodes[i].parent,
				"member_expression") &&
			    syntax_text_is(s, i, *m);
	return probe_say(p, probe_share(found, want),
	    "Found %zu of %zu required DOM manipulation method calls.", found,
	    want);
}

/*
 * -- frameworks
 */

static bool
page_loads_framework(const struct html *h)
{
	static const char *const names[] = { "react", "vue", "angular" };

	for (const struct html_element *e = html_next(h, "script", NULL);
	     e != NULL; e = html_next(h, "script", e)) {
		const char *src = html_attribute(e, "src");

		if (src == NULL)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			if (strcasestr(src, names[k]) != NULL)
				return true;
	}
	return false;
}

static bool
script_uses_framework(const struct syntax *s)
{
	static const char *const words[] = { "react.js", "react.dom",
		"ReactDOM", "vue.js", "new Vue", "Vue.createApp", "createApp(",
		"angular.module", "angular.js", "@angular/core" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(s->code, words[i]) != NULL)
			return true;
	return false;
}

/* The named file, or (none is named) all with that ending. */
static bool
is_wanted(const struct probe *p, size_t i, const char *parameter,
    const char *suffix)
{
	const char *name = criteria_text(p->arena, p->test, parameter);

	if (*name != '\0')
		return strcmp(p->files[i].path, name) == 0;
	return str_has_suffix(p->files[i].path, suffix);
}

struct err *
has_no_js_framework(struct probe *p)
{
	bool found = false;

	for (size_t i = 0; i < p->n && !found; i++) {
		const struct syntax *s = structure_file(p, i);

		if (is_wanted(p, i, "html_file", ".html"))
			found = page_loads_framework(probe_html(p, i));
		if (!is_wanted(p, i, "js_file", ".js"))
			continue;
		found |= s != NULL && script_uses_framework(s);
	}
	if (found)
		return probe_say(p, 0,
		    "JavaScript framework usage (React, Vue, Angular) detected. "
		    "The use of frameworks is not allowed in this activity.");
	return probe_say(p, 100, "No JavaScript framework was detected.");
}
