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

/* Types of the format; those we cannot judge are refused when uploaded. */
static const char *const types[] = { "pass-fail", "scoring", "multi-pass",
	"interactive", "submit-answer", NULL };
enum { PASS_FAIL, SCORING, MULTI_PASS, INTERACTIVE };

const struct meta *
pkg_read_yaml(struct pkg_reader *r, const char *path,
    struct meta_file *ret_file)
{
	const struct pkg_file *file = pkg_files_find(&r->files, path);

	*ret_file = (struct meta_file) { path, &r->faults, &r->yaml_nodes };
	if (file == NULL)
		return NULL;
	if (file->text == NULL) {
		meta_fault(ret_file, 0, "is too large");
		return NULL;
	}
	return meta_parse(ret_file, file->text, file->size);
}

static void
take_type(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, const char *name, size_t line)
{
	size_t i = 0;

	while (types[i] != NULL && strcmp(types[i], name) != 0)
		i++;
	if (types[i] == NULL)
		meta_fault(file, line, "unknown type \"%s\"", name);
	else if (i == INTERACTIVE)
		r->package->is_interactive = true;
	else if (i > SCORING)
		meta_fault(file, line,
		    "problems of the type %s cannot be "
		    "judged here",
		    name);
	else
		r->package->type = types[i];
	(void)map;
}

static void
read_type(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	const struct meta *m = meta_get(map, "type");

	r->package->type = types[PASS_FAIL];
	if (meta_is_null(m))
		return;
	if (m->kind == META_SCALAR) {
		take_type(r, file, map, m->text, m->line);
	} else if (m->kind == META_LIST && m->n > 0 && !r->is_legacy) {
		for (const struct meta_item *i = m->items; i != NULL;
		     i = i->next)
			if (i->value->kind == META_SCALAR)
				take_type(r, file, map, i->value->text,
				    i->line);
			else
				meta_fault(file, i->line,
				    "type must be a list of names");
	} else {
		meta_fault(file, m->line, "type must be the name of a type");
	}
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
	const char *one[2] = { NULL, NULL };
	size_t n = 0, count = 0;

	if (meta_is_null(m))
		return;
	r->has_languages = true;
	if (m->kind == META_SCALAR) {
		one[0] = m->text;
		names = one;
		if (strcmp(m->text, "all") == 0)
			return;
	} else {
		meta_take_strings(file, map, key, &names);
		if (names == NULL)
			return;
	}
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
		else
			meta_fault(file, line, "\"%s\" cannot be judged here",
			    *options);
}

static void
read_validation(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	const char *const *words = NULL;
	size_t line;

	r->package->validation = "default";
	meta_take_words(file, map, "validation", &words);
	meta_take_words(file, map, "validator_flags", &r->validator_args);
	if (words == NULL || words[0] == NULL)
		return;
	line = meta_get(map, "validation")->line;
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
	if (r->is_legacy && found != NULL && r->package->validator == NULL) {
		faults_add(&r->warnings, found,
		    "is not used: problem.yaml does not say \"validation: "
		    "custom\"");
	} else if (!r->is_legacy && found != NULL) {
		r->package->validation = "custom";
		if (r->package->validator == NULL)
			pkg_read_validator(r, found, 0);
	}
	if (r->package->is_interactive && r->package->validator == NULL &&
	    r->faults.n == 0)
		faults_add(&r->faults, "problem.yaml",
		    "an interactive problem needs an output validator");
	found = first_in(r, "static_validator/");
	if (!r->is_legacy && found != NULL)
		faults_add(&r->faults, found,
		    "static validators cannot be run here");
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
	if (objective != 0)
		meta_fault(file, m->line,
		    "scores that are to be small cannot be judged here");
}

static void
check_new_keys(const struct meta_file *file, const struct meta *map)
{
	static const char *const required[] = { "name", "uuid" };
	const struct meta *constants = meta_get(map, "constants");
	bool unused;

	for (size_t i = 0; i < ARRAY_LEN(required); i++)
		if (meta_is_null(meta_get(map, required[i])))
			meta_fault(file, 0, "%s is missing", required[i]);
	if (!meta_is_null(constants) && constants->n > 0)
		meta_fault(file, constants->line,
		    "constants cannot be filled in here");
	meta_take_bool(file, map, "allow_file_writing", &unused);
}

static void
check_license(const struct meta_file *file, const struct meta *map)
{
	const struct meta *m = meta_get(map, "license");
	size_t unused = 0;

	meta_take_choice(file, map, "license", licenses, &unused);
	if (m != NULL && m->kind == META_SCALAR &&
	    strcmp(m->text, "public domain") == 0 &&
	    !meta_is_null(meta_get(map, "rights_owner")))
		meta_fault(file, m->line,
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
	p->type = types[PASS_FAIL];
	if (m == NULL) {
		if (r->faults.n == 0)
			meta_fault(&file, 0, "is missing");
	} else if (meta_is_map(&file, m, "problem.yaml")) {
		meta_take_choice(&file, m, "problem_format_version", formats,
		    &format);
		r->is_legacy = format < FIRST_NEW_FORMAT;
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
			check_new_keys(&file, m);
	}
	p->format = formats[format];
	r->name = meta_get(m, "name");
	check_validators(r);
	pkg_read_limits(r, &file, meta_get(m, "limits"));
	pkg_read_assize(r);
	pkg_finish_limits(r);
}
