#include "runner/templates/probe.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "runner/templates/css.h"
#include "runner/templates/html.h"
#include "runner/templates/words.h"

/* clang-format off */
static const char *const html_suffixes[] = { ".html", ".htm", ".xhtml", NULL };
static const char *const css_suffixes[] = { ".css", NULL };
static const char *const js_suffixes[] = { ".js", ".mjs", ".cjs", ".jsx",
	NULL };

static const struct {
	const char *name;
	const char *const *suffixes;
} kinds[] = {
	[PROBE_FILES] = { "", NULL },
	[PROBE_TREES] = { "", NULL },
	[PROBE_HTML]  = { "HTML", html_suffixes },
	[PROBE_CSS]   = { "CSS", css_suffixes },
	[PROBE_JS]    = { "JavaScript", js_suffixes },
};
/* clang-format on */

struct parsed *
parsed_new(struct arena *a, const struct zip_file *files, size_t n)
{
	struct parsed *p = arena_new_of(a, struct parsed);

	p->arena = a;
	p->files = files;
	p->n = n;
	p->html = arena_array(a, n + 1, sizeof(*p->html));
	p->css = arena_array(a, n + 1, sizeof(*p->css));
	p->syntax = arena_array(a, n + 1, sizeof(*p->syntax));
	p->languages = arena_array(a, n + 1, sizeof(*p->languages));
	p->is_asked = arena_array(a, n + 1, sizeof(*p->is_asked));
	p->last_pattern = &p->patterns;
	return p;
}

bool
probe_has_suffix(const struct zip_file *file, const char *const *suffixes)
{
	size_t n = strlen(file->path);

	for (; *suffixes != NULL; suffixes++) {
		size_t m = strlen(*suffixes);

		if (n > m && strcasecmp(file->path + n - m, *suffixes) == 0)
			return true;
	}
	return false;
}

struct err *
probe_say(struct probe *p, double score, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	p->report = arena_vprintf(p->arena, words_say(p->locale, fmt), ap);
	va_end(ap);
	p->score = score;
	return NULL;
}

const char *
probe_word(const struct probe *p, const char *fmt)
{
	return words_say(p->locale, fmt);
}

double
probe_share(size_t found, size_t required)
{
	if (found >= required)
		return 100;
	return (double)(found * 100 / required);
}

const struct probe_function *
probe_find(const struct probe_function *list, const char *name)
{
	for (; list->name != NULL; list++)
		if (strcmp(list->name, name) == 0)
			return list;
	return NULL;
}

const struct html *
probe_html(struct probe *p, size_t i)
{
	static const struct html too_much = {
		.refused = "the files are too large to be checked",
	};
	struct parsed *parsed = p->parsed;

	if (parsed->html[i] != NULL)
		return parsed->html[i];
	if (arena_left(parsed->arena) < 2 * HTML_MEMORY_MAX)
		return &too_much;
	parsed->html[i] =
	    html_parse(parsed->arena, parsed->files[i].p, parsed->files[i].n);
	return parsed->html[i];
}

const struct css *
probe_css(struct probe *p, size_t i)
{
	static const struct css nothing = { .text = "" };
	struct parsed *parsed = p->parsed;

	if (parsed->css[i] != NULL)
		return parsed->css[i];
	if (arena_left(parsed->arena) < CSS_MEMORY_MAX)
		return &nothing;
	parsed->css[i] =
	    css_parse(parsed->arena, parsed->files[i].p, parsed->files[i].n);
	return parsed->css[i];
}

/* Parses the file as what the function wants; says so where it cannot. */
static bool
open_file(struct probe *p, enum probe_kind kind)
{
	const struct zip_file *file = &p->files[p->file];

	if (file->n == 0) {
		probe_say(p, 0, "%s content not found.", kinds[kind].name);
		return false;
	}
	if (kind == PROBE_CSS)
		p->css = probe_css(p, p->file);
	if (kind != PROBE_HTML)
		return true;
	p->html = probe_html(p, p->file);
	if (p->html->refused == NULL)
		return true;
	probe_say(p, 0, "%s: %s", file->path,
	    words_say(p->locale, p->html->refused));
	return false;
}

/* Named files are taken whatever their ending. */
static bool
is_target(const struct probe *p, size_t i, enum probe_kind kind)
{
	const char *const *names = p->test->files;

	if (!criteria_takes_file(p->test, p->files[i].path))
		return false;
	if (probe_has_suffix(&p->files[i], kinds[kind].suffixes))
		return true;
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, p->files[i].path) == 0)
			return true;
	return false;
}

struct err *
probe_run(struct probe *p, const struct probe_function *function)
{
	enum probe_kind kind = function->kind;
	double worst = HUGE_VAL;
	const char *report = NULL;

	if (kind == PROBE_FILES || kind == PROBE_TREES)
		return function->run(p);
	for (size_t i = 0; i < p->n; i++) {
		if (!is_target(p, i, kind))
			continue;
		p->file = i;
		if (open_file(p, kind))
			TRY(function->run(p));
		if (p->score < worst) {
			worst = p->score;
			report = p->report;
		}
		if (p->test->files == NULL)
			break;
	}
	if (report == NULL)
		return probe_say(p, 0, "No %s file provided.",
		    kinds[kind].name);
	p->score = worst;
	p->report = report;
	return NULL;
}
