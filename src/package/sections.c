#include "package/sections.h"

#include <string.h>

#include "base/str.h"
#include "grade/feedback.h"
#include "wire/names.h"
#include "wire/settings.h"

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

/* What the server makes a setting of the problem: by the server's rules. */
static void
take_setting(struct pkg_reader *r, const struct package_doc *doc)
{
	const char *key = pkg_sections[doc - r->package->docs].key;
	const struct json_member member = { key, *doc->json };
	const struct json setting = { .kind = JSON_OBJECT,
		.n = 1,
		.members = &member };
	const char *unused;
	const struct err *e =
	    wire_package_settings(r->arena, &setting, "best", &unused);
	const struct field_fault *f = e != NULL ? e->faults : NULL;

	for (; f != NULL; f = f->next)
		faults_add(&r->faults,
		    arena_printf(r->arena, "%.*s%s",
			(int)strcspn(doc->where, "/"), doc->where, f->pointer),
		    "%s", f->detail);
	if (e != NULL && e->faults == NULL)
		faults_add(&r->faults, doc->where, "is too large");
}

/* What a script finds before any has set one; others have none. */
static void
take_state(struct pkg_reader *r, const struct package_doc *doc)
{
	if (r->package->method != PACKAGE_SCRIPT)
		faults_add(&r->faults, doc->where,
		    "only the template script has a state");
	else if (strlen(package_state(r->arena, r->package)) >
	    PACKAGE_STATE_MAX)
		faults_add(&r->faults, doc->where, "must have at most %d bytes",
		    PACKAGE_STATE_MAX);
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

const char *
package_state(struct arena *a, const struct package *p)
{
	const struct json *j = p->docs[PACKAGE_DOC_STATE].json;

	if (j == NULL)
		return "";
	return j->kind == JSON_STRING ? j->string : json_text(a, j);
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
	[PACKAGE_DOC_WINDOWS]          = { "windows",  false, take_setting },
	[PACKAGE_DOC_SUBMISSION_LIMIT] = { "submission_limit", false,
	                                   take_setting },
	[PACKAGE_DOC_GROUPS]           = { "groups",   false, take_setting },
	[PACKAGE_DOC_STATE]            = { "state",    false, take_state },
	[PACKAGE_DOC_WEIGHT]           = { "weight",   false, take_setting },
	[PACKAGE_DOC_STORED]           = { "stored_submissions", false,
	                                   take_setting },
	[PACKAGE_DOC_VISIBLE]          = { "visible",  false, take_setting },
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
