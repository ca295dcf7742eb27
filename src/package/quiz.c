/*
 * The section "quiz": questions of the templates quiz and script, and the
 * catalogues $i18n/LANGUAGE.mo (gettext's) with their translations.
 */
#include "grade/quiz.h"

#include <string.h>

#include "base/str.h"
#include "package/sections.h"

/*
 * -- catalogues
 */

#define MO_MAGIC 0x950412deu
#define MO_HEADER 28
#define PHRASES_MAX 20000

struct mo {
	const unsigned char *p;
	size_t n;
	bool is_swapped;
};

static bool
read_number(const struct mo *mo, size_t at, size_t *ret)
{
	const unsigned char *p = mo->p + at;

	if (at + 4 > mo->n || at + 4 < at)
		return false;
	*ret = mo->is_swapped
	    ? (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]
	    : (size_t)p[3] << 24 | (size_t)p[2] << 16 | (size_t)p[1] << 8 |
		p[0];
	return true;
}

/* String i of a table of (length, offset); each ends with a NUL. */
static bool
read_string(const struct mo *mo, size_t table, size_t i, const char **ret)
{
	size_t n, at;

	if (!read_number(mo, table + 8 * i, &n) ||
	    !read_number(mo, table + 8 * i + 4, &at) || at >= mo->n ||
	    n >= mo->n - at || mo->p[at + n] != '\0' ||
	    !str_is_utf8((const char *)mo->p + at,
		strlen((const char *)mo->p + at)))
		return false;
	*ret = (const char *)mo->p + at;
	return true;
}

/* false: it is not a catalogue, or a broken one. */
static bool
read_mo(struct arena *a, struct mo *mo, struct quiz_catalogue *c)
{
	size_t magic, n, texts, translations;
	struct quiz_phrase *list;

	if (mo->n < MO_HEADER || !read_number(mo, 0, &magic))
		return false;
	mo->is_swapped = magic != MO_MAGIC;
	if (!read_number(mo, 0, &magic) || magic != MO_MAGIC ||
	    !read_number(mo, 8, &n) || !read_number(mo, 12, &texts) ||
	    !read_number(mo, 16, &translations) || n > PHRASES_MAX)
		return false;
	list = arena_array(a, n + 1, sizeof(*list));
	for (size_t i = 0; i < n; i++) {
		struct quiz_phrase *p = &list[c->n];

		if (!read_string(mo, texts, i, &p->text) ||
		    !read_string(mo, translations, i, &p->translation))
			return false;
		/* The empty text is the catalogue's own header. */
		c->n += *p->text != '\0' && *p->translation != '\0';
	}
	c->phrases = list;
	return true;
}

static bool
is_asked(const struct quiz *quiz, const char *text)
{
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];
		const char *const texts[] = { q->name, q->header,
			q->error_message, q->success_message };

		for (size_t k = 0; k < ARRAY_LEN(texts); k++)
			if (texts[k] != NULL && strcmp(texts[k], text) == 0)
				return true;
		for (size_t k = 0; k < q->n_choices; k++)
			if (strcmp(q->choices[k].text, text) == 0 ||
			    (q->choices[k].feedback != NULL &&
				strcmp(q->choices[k].feedback, text) == 0))
				return true;
	}
	return false;
}

/* Only what the quiz says travels with it. */
static void
keep_asked(const struct quiz *quiz, struct quiz_catalogue *c)
{
	struct quiz_phrase *list = (struct quiz_phrase *)(uintptr_t)c->phrases;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (is_asked(quiz, list[i].text))
			list[n++] = list[i];
	c->n = n;
}

static void
add_catalogue(struct pkg_reader *r, struct quiz *quiz,
    const struct pkg_file *file, const char *locale)
{
	struct mo mo = { (const unsigned char *)file->text, file->size, false };
	struct quiz_catalogue c = { .locale = locale };
	struct quiz_catalogue *list;

	if (file->text == NULL || !read_mo(r->arena, &mo, &c)) {
		faults_add(&r->warnings, file->path,
		    "is no catalogue that can be read (gettext's .mo)");
		return;
	}
	keep_asked(quiz, &c);
	list = arena_array(r->arena, quiz->n_catalogues + 1, sizeof(*list));
	for (size_t i = 0; i < quiz->n_catalogues; i++)
		list[i] = quiz->catalogues[i];
	/* Behind those of the section, which win. */
	list[quiz->n_catalogues++] = c;
	quiz->catalogues = list;
}

static bool
is_known(const struct quiz *quiz, const char *locale)
{
	for (size_t i = 0; i < quiz->n_catalogues; i++)
		if (strcmp(quiz->catalogues[i].locale, locale) == 0)
			return true;
	return false;
}

static void
add_catalogues(struct pkg_reader *r, struct quiz *quiz)
{
	static const char *const dirs[] = { "$i18n/", "student/$i18n/" };
	static const char suffix[] = ".mo";
	bool is_found = false;

	for (size_t d = 0; d < ARRAY_LEN(dirs) && !is_found; d++) {
		size_t n = strlen(dirs[d]);

		for (size_t i = pkg_files_from(&r->files, dirs[d]);
		     i < r->files.n &&
		     str_has_prefix(r->files.files[i].path, dirs[d]);
		     i++) {
			const struct pkg_file *file = &r->files.files[i];
			const char *name = file->path + n;
			const char *locale;

			is_found = true;
			if (!str_has_suffix(name, suffix) ||
			    strchr(name, '/') != NULL)
				continue;
			locale = arena_memdup(r->arena, name,
			    strlen(name) - strlen(suffix));
			if (!is_known(quiz, locale))
				add_catalogue(r, quiz, file, locale);
		}
	}
}

/*
 * -- the section
 */

static void
want_closed(struct pkg_reader *r, const struct package_doc *doc,
    const struct quiz *quiz)
{
	if (quiz->n == 0)
		faults_add(&r->faults, pkg_doc_at(r, doc, "/problems"),
		    "must be 1 to %d questions", QUIZ_QUESTIONS_MAX);
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];
		const char *at =
		    json_pointer_member(r->arena, "/problems", q->id);

		if (!quiz_is_closed(q))
			faults_add(&r->faults, pkg_doc_at(r, doc, at),
			    "only a program can judge this question: it needs "
			    "the template script");
		else if (q->type == QUIZ_MATCH && q->answer == NULL)
			faults_add(&r->faults,
			    pkg_doc_at(r, doc,
				json_pointer_member(r->arena, at, "answer")),
			    "is missing");
	}
}

/* Each question is a test. */
static void
plan(struct pkg_reader *r, const struct quiz *quiz)
{
	struct judge_test *tests =
	    arena_array(r->arena, quiz->n + 1, sizeof(*tests));

	for (size_t i = 0; i < quiz->n; i++)
		tests[i] = (struct judge_test) {
			.path = quiz->questions[i].id,
			.name = quiz->questions[i].name != NULL
			    ? quiz->questions[i].name
			    : quiz->questions[i].id,
			.weight = quiz->questions[i].weight,
		};
	r->package->plan.tests = tests;
	r->package->plan.test_n = quiz->n;
}

void
pkg_take_quiz(struct pkg_reader *r, const struct package_doc *doc)
{
	size_t before = r->faults.n;
	struct quiz *quiz;

	if (doc->json->kind != JSON_OBJECT) {
		faults_add(&r->faults, doc->where, "must be a map, not %s",
		    json_kind_name(doc->json->kind));
		return;
	}
	if (r->package->method != PACKAGE_QUIZ &&
	    r->package->method != PACKAGE_SCRIPT) {
		faults_add(&r->faults, doc->where,
		    "is only for the templates quiz and script");
		return;
	}
	quiz = quiz_read(r->arena, doc->json, doc->where, &r->faults,
	    &r->warnings);
	if (r->faults.n > before)
		return;
	if (r->package->method == PACKAGE_QUIZ) {
		want_closed(r, doc, quiz);
		plan(r, quiz);
		r->package->pool = QUIZ_POOL;
	}
	add_catalogues(r, quiz);
	r->package->quiz = quiz;
}
