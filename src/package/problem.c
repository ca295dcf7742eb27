#include <string.h>

#include "base/str.h"
#include "package/read.h"

static const char *const formats[] = { "legacy", "legacy-icpc", "2023-07-draft",
	"2023-07", "2025-09-draft", "2025-09", "draft", NULL };
#define FIRST_NEW_FORMAT 2

static const char *const legacy_keys[] = { "problem_format_version", "type",
	"name", "uuid", "author", "source", "source_url", "license",
	"rights_owner", "limits", "validation", "validator_flags", "grading",
	"keywords", "languages", "libraries", NULL };

static const char *const new_keys[] = { "problem_format_version", "type",
	"name", "uuid", "version", "credits", "source", "license",
	"rights_owner", "embargo_until", "limits", "keywords", "languages",
	"allow_file_writing", "constants", NULL };

static const char *const licenses[] = { "unknown", "public domain", "cc0",
	"cc by", "cc by-sa", "educational", "permission", NULL };

/* Types of the format. */
static const char *const types[] = { "pass-fail", "scoring", "multi-pass",
	"interactive", "submit-answer", NULL };
enum { PASS_FAIL, SCORING, MULTI_PASS, INTERACTIVE, SUBMIT_ANSWER };

/* Constants in YAML may not take the arena away from what comes later. */
#define FILLED_MAX ((size_t)2 << 20)

const struct meta *
pkg_read_yaml(struct pkg_reader *r, const char *path,
    struct meta_file *ret_file)
{
	const struct pkg_file *file = pkg_files_find(&r->files, path);
	struct str text;

	*ret_file = (struct meta_file) { path, &r->faults, &r->yaml_nodes,
		&r->warnings };
	if (file == NULL)
		return NULL;
	if (file->text == NULL) {
		meta_fault(ret_file, 0, "is too large");
		return NULL;
	}
	text = (struct str) { file->text, file->size };
	if (r->filled < FILLED_MAX)
		text = package_fill(r->arena, r->package, text, META_BYTES);
	if (text.p != file->text)
		r->filled += text.n;
	return meta_parse(ret_file, text.p, text.n);
}

static void
take_type(struct pkg_reader *r, const struct meta_file *file, const char *name,
    size_t line)
{
	struct package *p = r->package;
	size_t i = 0;

	while (types[i] != NULL && strcmp(types[i], name) != 0)
		i++;
	if (types[i] == NULL)
		meta_fault(file, line, "unknown type \"%s\"", name);
	else if (i == INTERACTIVE)
		p->is_interactive = true;
	else if (i == MULTI_PASS)
		p->is_multi_pass = true;
	else if (i == SUBMIT_ANSWER)
		p->is_submit_answer = true;
	else
		p->type = types[i];
}

/* A list of types, or a word (others write several, with blanks). */
static void
read_type(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	const struct meta *m = meta_get(map, "type");
	const char *const *names = NULL;

	r->package->type = types[PASS_FAIL];
	if (meta_is_null(m))
		return;
	if (m->kind == META_SCALAR)
		meta_take_words(file, map, "type", &names);
	else if (m->kind == META_LIST && m->n > 0)
		meta_take_strings(file, map, "type", &names);
	else
		meta_fault(file, m->line, "type must be the name of a type");
	for (; names != NULL && *names != NULL; names++)
		take_type(r, file, *names, m->line);
	r->package->plan.is_scoring =
	    strcmp(r->package->type, types[SCORING]) == 0;
}

void
pkg_take_languages(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, const char *key)
{
	const struct meta *m = meta_get(map, key);
	const char *const *names = NULL;
	const struct language **list;
	size_t n = 0, count = 0;

	if (meta_is_null(m))
		return;
	r->has_languages = true;
	if (m->kind == META_SCALAR)
		meta_take_words(file, map, key, &names);
	else
		meta_take_strings(file, map, key, &names);
	if (names == NULL || (names[0] != NULL && strcmp(names[0], "all") == 0))
		return;
	while (names[count] != NULL)
		count++;
	list = arena_array(r->arena, count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		list[n] = language_by_name(names[i]);
		/* The format knows many that we do not: they do not count. */
		n += list[n] != NULL;
	}
	if (n == 0)
		meta_fault(file, m->line,
		    "none of the languages can be judged here");
	else
		r->package->languages = list;
}

static void
take_custom(struct pkg_reader *r, const struct meta_file *file, size_t line,
    const char *const *options)
{
	r->package->validation = "custom";
	pkg_read_validator(r, file->name, line);
	for (; *options != NULL; options++)
		if (strcmp(*options, "score") == 0)
			r->package->takes_score = true;
		else if (strcmp(*options, "interactive") == 0)
			r->package->is_interactive = true;
		else if (strcmp(*options, "multi-pass") == 0)
			r->package->is_multi_pass = true;
		else
			meta_fault(file, line, "\"%s\" cannot be judged here",
			    *options);
}

/* Drafts of the new format had a map here. */
static void
take_validation_map(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	meta_take_bool(file, map, "interactive", &r->package->is_interactive);
	meta_take_bool(file, map, "multipass", &r->package->is_multi_pass);
	meta_take_bool(file, map, "scoring", &r->package->takes_score);
}

static void
read_validation(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	const struct meta *m = meta_get(map, "validation");
	const char *const *words = NULL;
	size_t line;

	r->package->validation = "default";
	if (m != NULL && m->kind == META_MAP && !r->is_legacy) {
		take_validation_map(r, file, m);
		return;
	}
	meta_take_words(file, map, "validation", &words);
	meta_take_words(file, map, "validator_flags", &r->validator_args);
	if (words == NULL || words[0] == NULL)
		return;
	line = m->line;
	if (strcmp(words[0], "custom") == 0)
		take_custom(r, file, line, words + 1);
	else if (strcmp(words[0], "default") != 0 || words[1] != NULL)
		meta_fault(file, line,
		    "validation must be \"default\" or begin with \"custom\"");
}

/* A file in the directory; NULL: there is no such directory. */
static const char *
first_in(const struct pkg_reader *r, const char *dir)
{
	size_t at = pkg_files_from(&r->files, dir);

	if (at < r->files.n && str_has_prefix(r->files.files[at].path, dir))
		return r->files.files[at].path;
	return NULL;
}

/* In the new format the directory alone says that there is a validator. */
static void
check_validators(struct pkg_reader *r)
{
	const char *found = first_in(r, "output_validator/");

	if (found == NULL)
		found = first_in(r, "output_validators/");
	if (r->is_legacy && found != NULL && r->package->validator_n == 0) {
		faults_add(&r->warnings, found,
		    "is not used: problem.yaml does not say \"validation: "
		    "custom\"");
	} else if (!r->is_legacy && found != NULL) {
		r->package->validation = "custom";
		if (r->package->validator_n == 0)
			pkg_read_validator(r, found, 0);
	}
	if ((r->package->is_interactive || r->package->is_multi_pass) &&
	    r->package->validator_n != 1 && r->faults.n == 0)
		faults_add(&r->faults, "problem.yaml",
		    "a problem that is interactive or has several passes "
		    "needs an output validator, and only one");
	if (r->package->is_submit_answer &&
	    (r->package->is_interactive || r->package->is_multi_pass))
		faults_add(&r->faults, "problem.yaml",
		    "where answers are submitted nothing runs that could talk, "
		    "or have several passes");
	found = first_in(r, "static_validator/");
	if (!r->is_legacy && found != NULL)
		pkg_read_static_validator(r, found);
}

static void
read_legacy_grading(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	static const char *const keys[] = { "objective",
		"show_test_data_groups", "on_reject", "custom_scoring", NULL };
	static const char *const objectives[] = { "max", "min", NULL };
	const struct meta *m = meta_get(map, "grading");
	size_t objective = 0;
	bool unused;

	if (meta_is_null(m) || !meta_is_map(file, m, "grading"))
		return;
	if (!r->package->plan.is_scoring)
		meta_fault(file, m->line,
		    "grading is only for problems of the type scoring");
	meta_check_keys(file, m, keys);
	meta_take_bool(file, m, "show_test_data_groups", &unused);
	meta_take_choice(file, m, "objective", objectives, &objective);
	r->package->wants_least = objective == 1;
}

static void
check_new_keys(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	static const char *const wanted[] = { "name", "uuid" };

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (meta_is_null(meta_get(map, wanted[i])))
			meta_warn(file, 0, "%s is missing", wanted[i]);
	pkg_read_constants(r, file, map);
	meta_take_bool(file, map, "allow_file_writing",
	    &r->package->writes_files);
}

static void
check_license(const struct meta_file *file, const struct meta *map)
{
	const struct meta *m = meta_get(map, "license");
	size_t i = 0;

	if (meta_is_null(m) || m->kind != META_SCALAR)
		return;
	while (licenses[i] != NULL && strcmp(licenses[i], m->text) != 0)
		i++;
	if (licenses[i] == NULL)
		meta_warn(file, m->line, "the format knows no license \"%s\"",
		    m->text);
	else if (strcmp(m->text, "public domain") == 0 &&
	    !meta_is_null(meta_get(map, "rights_owner")))
		meta_warn(file, m->line,
		    "in the public domain there is no rights_owner");
}

void
pkg_read_problem(struct pkg_reader *r)
{
	struct package *p = r->package;
	struct meta_file file;
	const struct meta *m = pkg_read_yaml(r, "problem.yaml", &file);
	size_t format = 0;

	r->is_legacy = true;
	p->writes_files = true;
	p->type = types[PASS_FAIL];
	if (m == NULL) {
		if (r->faults.n == 0)
			meta_fault(&file, 0, "is missing");
	} else if (meta_is_map(&file, m, "problem.yaml")) {
		meta_take_choice(&file, m, "problem_format_version", formats,
		    &format);
		r->is_legacy = format < FIRST_NEW_FORMAT;
		p->writes_files = r->is_legacy;
		meta_check_keys(&file, m,
		    r->is_legacy ? legacy_keys : new_keys);
		meta_take_string(&file, m, "uuid", &p->uuid);
		read_type(r, &file, m);
		read_validation(r, &file, m);
		check_license(&file, m);
		pkg_take_languages(r, &file, m, "languages");
		if (r->is_legacy)
			read_legacy_grading(r, &file, m);
		else
			check_new_keys(r, &file, m);
	}
	p->format = formats[format];
	r->name = meta_get(m, "name");
	check_validators(r);
	pkg_read_limits(r, &file, meta_get(m, "limits"));
	pkg_read_assize(r);
	pkg_finish_limits(r);
}
