/*
 * assize.yaml: what the problem package format does not know.
 */
#include <string.h>

#include "base/str.h"
#include "package/sections.h"
#include "wire/suggest.h"

/* Points that are the grade 100, where the format gives them no end. */
#define FULL_SCORE_MIN 0.001
#define FULL_SCORE_MAX 1e9

/* clang-format off */
/* What each template needs, and how its packages are graded. */
static const struct kind {
	const char *name;
	enum package_method method;
	int needs;		/* enum package_doc_id, or -1 */
	bool takes_languages;	/* programs are submitted */
} kinds[] = {
	{ "input_output",    PACKAGE_CRITERIA, PACKAGE_DOC_CRITERIA, true },
	{ "static_analysis", PACKAGE_CRITERIA, PACKAGE_DOC_CRITERIA, true },
	{ "webdev",          PACKAGE_CRITERIA, PACKAGE_DOC_CRITERIA, false },
	{ "api",             PACKAGE_CRITERIA, PACKAGE_DOC_CRITERIA, true },
	{ PACKAGE_OWN_TEMPLATE, PACKAGE_CRITERIA, PACKAGE_DOC_CRITERIA, false },
	{ "quiz",            PACKAGE_QUIZ,     PACKAGE_DOC_QUIZ,     false },
	{ "script",          PACKAGE_SCRIPT,   -1,                   false },
	{ "manual",          PACKAGE_MANUAL,   -1,                   false },
};

static const char *const method_names[] = {
	[PACKAGE_JUDGED]   = "judged",
	[PACKAGE_CRITERIA] = "criteria",
	[PACKAGE_QUIZ]     = "quiz",
	[PACKAGE_SCRIPT]   = "script",
	[PACKAGE_MANUAL]   = "manual",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(method_names) == PACKAGE_METHOD__MAX, "one each");

static const char *const judged[] = { "input_output", NULL };
static const struct language *const no_languages[] = { NULL };

const char *
package_method_name(enum package_method method)
{
	return method_names[method];
}

static const struct kind *
find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static void
refuse_template(const struct meta_file *file, size_t line, const char *name)
{
	const char *best = NULL, *list = "";
	size_t nearest = SUGGEST_START;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (suggest_is_nearer(name, kinds[i].name, &nearest))
			best = kinds[i].name;
		list = arena_printf(file->faults->arena, "%s%s%s", list,
		    i > 0 ? ", " : "", kinds[i].name);
	}
	if (best != NULL)
		meta_fault(file, line,
		    "there is no template \"%.100s\"; did you mean \"%s\"?",
		    name, best);
	else
		meta_fault(file, line, "template must be one of %s", list);
}

/* One name, several with commas between, or a list of them. */
static const char *const *
list_names(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	const struct meta *m = meta_get(map, "template");
	const char *const *list = NULL;
	struct str rest, name;
	const char **names;
	size_t n = 0;

	if (meta_is_null(m))
		return NULL;
	if (m->kind != META_SCALAR) {
		meta_take_strings(file, map, "template", &list);
		return list;
	}
	names = arena_array(r->arena, strlen(m->text) / 2 + 2, sizeof(*names));
	rest = str_of(m->text);
	while (str_cut(&rest, ',', &name))
		names[n++] = str_dup(r->arena, str_trim(name));
	return names;
}

/* Templates that are graded in different ways do not go together. */
static void
take_templates(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	const char *const *names = list_names(r, file, map);
	const struct kind *first = NULL;
	size_t line;

	if (names == NULL)
		return;
	line = meta_get(map, "template")->line;
	if (names[0] == NULL)
		meta_fault(file, line, "template must name one");
	for (size_t i = 0; names[i] != NULL; i++) {
		const struct kind *kind = find_kind(names[i]);

		if (kind == NULL)
			refuse_template(file, line, names[i]);
		else if (first == NULL)
			first = kind;
		else if (kind->method != first->method)
			meta_fault(file, line,
			    "%s and %s cannot be graded together", first->name,
			    kind->name);
	}
	if (first == NULL)
		return;
	r->package->templates = names;
	r->package->template = names[0];
	r->package->method = first->method;
}

/* input_output alone, without criteria, means the tests in data/. */
static void
choose_method(struct pkg_reader *r)
{
	struct package *p = r->package;

	if (p->docs[PACKAGE_DOC_CRITERIA].json != NULL &&
	    p->method == PACKAGE_JUDGED)
		p->method = PACKAGE_CRITERIA;
	else if (p->method == PACKAGE_CRITERIA && p->templates[1] == NULL &&
	    strcmp(p->template, judged[0]) == 0 &&
	    p->docs[PACKAGE_DOC_CRITERIA].where == NULL)
		p->method = PACKAGE_JUDGED;
}

static void
check_needs(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	struct package *p = r->package;
	const struct meta *m = meta_get(map, "template");
	bool takes_languages = false;

	for (size_t i = 0; p->templates[i] != NULL; i++) {
		const struct kind *kind = find_kind(p->templates[i]);

		if (kind == NULL)
			continue;
		takes_languages |= kind->takes_languages;
		if (p->method != PACKAGE_JUDGED && kind->needs >= 0 &&
		    p->docs[kind->needs].where == NULL)
			meta_fault(file, m != NULL ? m->line : 0,
			    "the template %s needs %s", kind->name,
			    pkg_sections[kind->needs].key);
	}
	if ((!takes_languages && !r->has_languages) || p->is_submit_answer)
		p->languages = no_languages;
}

/* clang-format off */
/* The keys that are no documents. */
static const char *const keys[] = { "template", "limits", "languages",
	"evaluate", "judging", "full_score" };
/* clang-format on */

static void
check_keys(const struct meta_file *file, const struct meta *map)
{
	const char *names[ARRAY_LEN(keys) + PACKAGE_DOC__MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		names[n++] = keys[i];
	for (size_t i = 0; i < PACKAGE_DOC__MAX; i++)
		names[n++] = pkg_sections[i].key;
	names[n] = NULL;
	meta_check_keys(file, map, names);
}

void
pkg_read_assize(struct pkg_reader *r)
{
	static const char *const evaluates[] = { "best", "last", NULL };
	static const char *const judgings[] = { "lazy", "all", NULL };
	struct meta_file file;
	const struct meta *m = pkg_read_yaml(r, "assize.yaml", &file);
	size_t evaluate = 0, judging = 0;

	r->package->templates = judged;
	r->package->template = judged[0];
	/* Ours alone: what it says and we do not know is a mistake. */
	file.warnings = NULL;
	if (m != NULL && !meta_is_map(&file, m, "assize.yaml"))
		return;
	check_keys(&file, m);
	take_templates(r, &file, m);
	meta_take_choice(&file, m, "evaluate", evaluates, &evaluate);
	meta_take_choice(&file, m, "judging", judgings, &judging);
	meta_take_double(&file, m, "full_score", FULL_SCORE_MIN, FULL_SCORE_MAX,
	    &r->package->full_score);
	pkg_read_own_limits(r, &file, meta_get(m, "limits"));
	pkg_take_languages(r, &file, m, "languages");
	r->package->evaluate = evaluates[evaluate];
	r->judge_all = judging == 1;
	pkg_read_sections(r, &file, m);
	choose_method(r);
	check_needs(r, &file, m);
}
