#include "package/sections.h"

#include <string.h>

#include "base/str.h"
#include "grade/feedback.h"
#include "wire/names.h"

/* Criteria nest deeper than what is sent to us. */
static const struct json_limits document_limits = { 20000, 24 };

const char *
pkg_doc_at(struct pkg_reader *r, const struct package_doc *doc,
    const char *pointer)
{
	return arena_printf(r->arena, "%s%s", doc->where, pointer);
}

static void
want_object(struct pkg_reader *r, const struct package_doc *doc)
{
	if (doc->json->kind != JSON_OBJECT)
		faults_add(&r->faults, doc->where, "must be a map, not %s",
		    json_kind_name(doc->json->kind));
}

/* A number, or {amount, period} with a period in hours. */
static void
take_submission_limit(struct pkg_reader *r, const struct package_doc *doc)
{
	const struct json *j = doc->json;

	if (j->kind == JSON_OBJECT)
		j = json_member(j, "amount");
	if (j == NULL || j->kind != JSON_INT || j->integer < -1 ||
	    j->integer > 1000000)
		faults_add(&r->faults, doc->where,
		    "must be a whole number from 0 to 1000000, or a map with "
		    "amount and period");
}

static void
take_feedback(struct pkg_reader *r, const struct package_doc *doc)
{
	struct feedback_config config;

	want_object(r, doc);
	if (doc->json->kind == JSON_OBJECT)
		feedback_config_read(doc->json, doc->where, &r->faults,
		    &config);
}

/* Names of exporters, in a list. */
static void
take_export(struct pkg_reader *r, const struct package_doc *doc)
{
	const struct json *j = doc->json;

	if (j->kind != JSON_ARRAY) {
		faults_add(&r->faults, doc->where,
		    "must be a list of exporters, not %s",
		    json_kind_name(j->kind));
		return;
	}
	for (size_t i = 0; i < j->n; i++)
		if (j->items[i].kind != JSON_STRING ||
		    !wire_is_exporter(j->items[i].string))
			faults_add(&r->faults,
			    pkg_doc_at(r, doc,
				json_pointer_item(r->arena, "", i)),
			    "there is no such exporter");
}

static void
take_flag(struct pkg_reader *r, const struct package_doc *doc)
{
	if (doc->json->kind != JSON_BOOL)
		faults_add(&r->faults, doc->where, "must be true or false");
}

/* clang-format off */
const struct pkg_section pkg_sections[] = {
	[PACKAGE_DOC_FUNCTIONS]        = { "functions", true,
	                                   pkg_take_functions },
	[PACKAGE_DOC_CRITERIA]         = { "criteria", true,
	                                   pkg_take_criteria },
	[PACKAGE_DOC_SETUP]            = { "setup",    true,
	                                   pkg_take_setup },
	[PACKAGE_DOC_FEEDBACK]         = { "feedback", true,  take_feedback },
	[PACKAGE_DOC_QUIZ]             = { "quiz",     true,  pkg_take_quiz },
	[PACKAGE_DOC_SCRIPT]           = { "script",   false, pkg_take_script },
	[PACKAGE_DOC_EXPORT]           = { "export",   false, take_export },
	[PACKAGE_DOC_WINDOWS]          = { "windows",  false, NULL },
	[PACKAGE_DOC_SUBMISSION_LIMIT] = { "submission_limit", false,
	                                   take_submission_limit },
	[PACKAGE_DOC_GROUPS]           = { "groups",   false, take_flag },
	[PACKAGE_DOC_STATE]            = { "state",    false, NULL },
	[PACKAGE_DOC_WEIGHT]           = { "weight",   false, NULL },
	[PACKAGE_DOC_STORED]           = { "stored_submissions", false, NULL },
	[PACKAGE_DOC_VISIBLE]          = { "visible",  false, take_flag },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(pkg_sections) == PACKAGE_DOC__MAX, "one line each");

static void
read_json(struct pkg_reader *r, const struct pkg_file *file,
    struct package_doc *doc)
{
	struct err *e = json_parse(r->arena, file->text, file->size,
	    &document_limits, &doc->json);

	if (e != NULL)
		faults_add(&r->faults, file->path, "not JSON: %s", e->detail);
}

static void
read_yaml(struct pkg_reader *r, const struct pkg_file *file,
    struct package_doc *doc)
{
	struct meta_file where;
	const struct meta *m = pkg_read_yaml(r, file->path, &where);

	if (m != NULL)
		doc->json = meta_json(r->arena, m);
}

static void
read_file(struct pkg_reader *r, const struct pkg_file *file,
    struct package_doc *doc)
{
	doc->where = arena_printf(r->arena, "%s#", file->path);
	if (file->text == NULL)
		faults_add(&r->faults, file->path,
		    "is too large, or not where it can be read: YAML anywhere, "
		    "JSON at the top of the package");
	else if (str_has_suffix(file->path, ".json"))
		read_json(r, file, doc);
	else
		read_yaml(r, file, doc);
}

/* The file that is meant where nothing is said. */
static const struct pkg_file *
usual_file(const struct pkg_reader *r, const char *key)
{
	static const char *const suffixes[] = { "json", "yaml", "yml" };
	const struct pkg_file *file = NULL;

	for (size_t i = 0; file == NULL && i < ARRAY_LEN(suffixes); i++)
		file = pkg_files_find(&r->files,
		    arena_printf(r->arena, "%s.%s", key, suffixes[i]));
	return file;
}

static void
read_named(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *m, struct package_doc *doc)
{
	const struct pkg_file *named = pkg_files_find(&r->files, m->text);

	if (named != NULL)
		read_file(r, named, doc);
	else
		meta_fault(file, m->line, "there is no file %.255s", m->text);
}

static void
read_section(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, const struct pkg_section *section,
    struct package_doc *doc)
{
	const struct meta *m = meta_get(map, section->key);
	const struct pkg_file *usual = NULL;

	if (section->may_be_file && meta_is_null(m))
		usual = usual_file(r, section->key);
	if (usual != NULL) {
		read_file(r, usual, doc);
	} else if (meta_is_null(m)) {
		return;
	} else if (section->may_be_file && m->kind == META_SCALAR) {
		read_named(r, file, m, doc);
	} else {
		doc->where =
		    arena_printf(r->arena, "assize.yaml#/%s", section->key);
		doc->json = meta_json(r->arena, m);
	}
}

void
pkg_read_sections(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	for (size_t i = 0; i < PACKAGE_DOC__MAX; i++)
		read_section(r, file, map, &pkg_sections[i],
		    &r->package->docs[i]);
	pkg_read_functions(r);
	/* When all are there: one may need what another says. */
	for (size_t i = 0; i < PACKAGE_DOC__MAX; i++) {
		const struct package_doc *doc = &r->package->docs[i];

		if (doc->json != NULL && pkg_sections[i].take != NULL)
			pkg_sections[i].take(r, doc);
	}
}
