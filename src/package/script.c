/*
 * The template script: the section "script", and the program that grades.
 */
#include <string.h>

#include "base/str.h"
#include "package/sections.h"
#include "wire/names.h"

/* In the order in which runners look for it. */
static const char *const programs[] = { "run", "run.py", "run.py3", "run.sh" };

static const char *
take_text(struct pkg_reader *r, const struct package_doc *doc, const char *key)
{
	const struct json *j = json_member(doc->json, key);

	if (j == NULL || j->kind == JSON_NULL)
		return NULL;
	if (j->kind == JSON_STRING && j->n > 0 && j->n <= META_WORDS)
		return j->string;
	faults_add(&r->faults,
	    pkg_doc_at(r, doc, json_pointer_member(r->arena, "", key)),
	    "must be text");
	return NULL;
}

static void
check_keys(struct pkg_reader *r, const struct package_doc *doc)
{
	static const char *const keys[] = { "run_cmd", "environment",
		"network_grading" };

	for (size_t i = 0; i < doc->json->n; i++) {
		const char *name = doc->json->members[i].name;
		size_t k = 0;

		while (k < ARRAY_LEN(keys) && strcmp(keys[k], name) != 0)
			k++;
		if (k == ARRAY_LEN(keys))
			faults_add(&r->faults,
			    pkg_doc_at(r, doc,
				json_pointer_member(r->arena, "", name)),
			    "is not known here");
	}
}

void
pkg_take_script(struct pkg_reader *r, const struct package_doc *doc)
{
	const struct json *network = json_member(doc->json, "network_grading");
	struct package *p = r->package;

	if (doc->json->kind != JSON_OBJECT || p->method != PACKAGE_SCRIPT) {
		faults_add(&r->faults, doc->where, "%s",
		    doc->json->kind != JSON_OBJECT
			? "must be a map"
			: "is only for the template script");
		return;
	}
	check_keys(r, doc);
	p->run_cmd = take_text(r, doc, "run_cmd");
	p->pool = take_text(r, doc, "environment");
	if (p->pool != NULL && !wire_is_label(p->pool))
		faults_add(&r->faults, pkg_doc_at(r, doc, "/environment"),
		    "must be the name of an environment");
	if (network != NULL && network->kind != JSON_BOOL)
		faults_add(&r->faults, pkg_doc_at(r, doc, "/network_grading"),
		    "must be true or false");
	p->wants_network =
	    network != NULL && network->kind == JSON_BOOL && network->boolean;
}

/*
 * -- a lint: does the student's code run where it could grade itself?
 */

#define OUTPUTS_MAX 16

struct lint {
	struct str outputs[OUTPUTS_MAX]; /* files with answers in them */
	size_t n;
};

static bool
has(struct str line, const char *word)
{
	return memmem(line.p, line.n, word, strlen(word)) != NULL;
}

static struct str
last_part(struct str path)
{
	const char *slash = memrchr(path.p, '/', path.n);

	if (slash == NULL)
		return path;
	return (
	    struct str) { slash + 1, path.n - (size_t)(slash + 1 - path.p) };
}

static bool
is_end(char c)
{
	return strchr(" \t'\"(),;|&<>", c) != NULL;
}

/* The word behind a sign: the file that an answer goes to. */
static void
note_output(struct lint *l, struct str line, const char *sign)
{
	const char *at = memmem(line.p, line.n, sign, strlen(sign));
	const char *end = line.p + line.n;
	const char *from;

	if (at == NULL || l->n == OUTPUTS_MAX)
		return;
	from = at + strlen(sign);
	while (from < end && is_end(*from))
		from++;
	at = from;
	while (at < end && !is_end(*at))
		at++;
	if (at > from)
		l->outputs[l->n++] =
		    last_part((struct str) { from, (size_t)(at - from) });
}

/* A template is filled in where it is, if no other file is named. */
static void
note_filled(struct lint *l, struct str line)
{
	static const char *const signs[] = { "-o ", "--output", ",",
		"parsetemplate", "parse_template" };
	size_t before = l->n;

	for (size_t i = 0; i < ARRAY_LEN(signs) && l->n == before; i++)
		note_output(l, line, signs[i]);
}

static bool
names_output(const struct lint *l, struct str line)
{
	for (size_t i = 0; i < l->n; i++)
		if (memmem(line.p, line.n, l->outputs[i].p, l->outputs[i].n) !=
		    NULL)
			return true;
	return has(line, "student/");
}

/* Does the line start something? */
static bool
is_start(struct str line)
{
	static const char *const signs[] = { "python ", "python3 ", "bash ",
		"sh ", "java ", "node ", "perl ", "ruby ", "./", "exec(",
		"eval(", "source ", "subprocess.", "os.system(", "Popen(",
		"import_module(", "execfile(" };

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (has(line, signs[i]))
			return true;
	return false;
}

static void
lint(struct pkg_reader *r, const struct pkg_file *file)
{
	struct str rest = { file->text, file->size }, line;
	struct lint l = { .n = 0 };

	for (size_t n = 1; str_cut(&rest, '\n', &line); n++) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (has(line, "parsetemplate") || has(line, "parse_template")) {
			note_filled(&l, line);
			continue;
		}
		if (has(line, "getinput") && has(line, ">")) {
			note_output(&l, line, ">");
			continue;
		}
		if (!has(line, "run_student") && is_start(line) &&
		    names_output(&l, line))
			faults_add(&r->warnings,
			    arena_printf(r->arena, "%s:%zu", file->path, n),
			    "looks as if it runs a student's code in the "
			    "grading box, where it can say how it went: use "
			    "run_student");
	}
}

void
pkg_check_script(struct pkg_reader *r)
{
	bool is_found = r->package->run_cmd != NULL;

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		const struct pkg_file *file =
		    pkg_files_find(&r->files, programs[i]);

		if (file == NULL)
			continue;
		is_found = true;
		if (file->text != NULL)
			lint(r, file);
	}
	if (!is_found)
		faults_add(&r->warnings, "run",
		    "is missing: no run, run.py, run.sh and no run_cmd; one "
		    "of the course's common files must be it");
}
