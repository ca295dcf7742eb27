#include "wire/submission.h"

#include <string.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "wire/names.h"
#include "wire/roster.h"

#define WHAT_SLUG "1 to 64 letters, digits, '_' and '-'"

/* clang-format off */
static const struct field file_fields[] = {
	{ "name", F_STRING, AT(struct wire_file, name), F_REQUIRED,
	    .min = 1, .max = 1024, .check = io_is_safe_path,
	    .what = "a relative path without \"..\"" },
	{ "content", F_STRING, AT(struct wire_file, content), 0 },
	{ "content_base64", F_STRING, AT(struct wire_file, base64), 0 },
	{ 0 }
};
static const struct fields wire_file_fields = {
	"file", file_fields, sizeof(struct wire_file), 0
};

static const struct field submission_fields[] = {
	{ "course", F_STRING, AT(struct wire_submission, course), F_REQUIRED,
	    .check = wire_is_slug, .what = WHAT_SLUG },
	{ "problem", F_STRING, AT(struct wire_submission, problem), F_REQUIRED,
	    .check = wire_is_slug, .what = WHAT_SLUG },
	{ "language", F_STRING, AT(struct wire_submission, language), F_NULLABLE,
	    .check = wire_is_label, .what = "the name of a language" },
	{ "files", F_OBJECTS, AT(struct wire_submission, files), F_NULLABLE,
	    .min = 1, .max = WIRE_FILES_MAX, .fields = &wire_file_fields,
	    .count = COUNT(struct wire_submission, n_files) },
	{ "code", F_STRING, AT(struct wire_submission, code), F_NULLABLE },
	{ "input", F_JSON, AT(struct wire_submission, input),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "group", F_STRING, AT(struct wire_submission, group), F_NULLABLE,
	    .check = wire_is_team, .what = "the name of a team" },
	{ "debug", F_STRING, AT(struct wire_submission, debug), F_NULLABLE,
	    .check = wire_is_debug, .what = "\"ssh\"" },
	{ 0 }
};
/* clang-format on */

const struct fields wire_submission_fields = { "submission", submission_fields,
	sizeof(struct wire_submission), 0 };

static void
decode_file(struct wire_file *f, const char *pointer, struct faults *faults)
{
	struct arena *a = faults->arena;

	if ((f->content != NULL) == (f->base64 != NULL)) {
		faults_add(faults, pointer,
		    "must have either \"content\" or \"content_base64\"");
		return;
	}
	if (f->content != NULL) {
		f->n = strlen(f->content);
		return;
	}
	f->content = enc_base64_decode(a, f->base64, strlen(f->base64), &f->n);
	if (f->content == NULL)
		faults_add(faults,
		    json_pointer_member(a, pointer, "content_base64"),
		    "must be base64 with padding");
}

static void
check_names(const struct wire_submission *s, struct faults *faults)
{
	for (size_t i = 1; i < s->n_files; i++) {
		for (size_t j = 0; j < i; j++) {
			if (s->files[i].name == NULL ||
			    s->files[j].name == NULL ||
			    strcmp(s->files[i].name, s->files[j].name) != 0)
				continue;
			faults_add(faults,
			    arena_printf(faults->arena, "/files/%zu/name", i),
			    "is the name of an earlier file");
			break;
		}
	}
}

struct err *
wire_submission_parse(struct arena *a, struct str body,
    struct wire_submission **ret_submission)
{
	struct wire_submission *s = arena_new_of(a, struct wire_submission);
	struct wire_file *files;
	const struct json *j;
	struct faults faults;

	if (body.n == 0)
		body = STR("{}");
	TRY(json_parse(a, body.p, body.n, &json_limits_body, &j));
	faults_init(&faults, a);
	fields_read(&wire_submission_fields, j, "", &faults, s);
	files = arena_array(a, s->n_files, sizeof(*files));
	for (size_t i = 0; i < s->n_files; i++) {
		files[i] = s->files[i];
		decode_file(&files[i], json_pointer_item(a, "/files", i),
		    &faults);
	}
	s->files = files;
	check_names(s, &faults);
	if (faults.n == 0 && s->n_files > 0 && s->code != NULL)
		faults_add(&faults, "/code", "cannot stand beside \"files\"");
	if (faults.n == 0 && s->n_files == 0 && s->code == NULL &&
	    s->input == NULL)
		faults_add(&faults, "/files",
		    "\"files\", \"code\" or \"input\" is required");
	TRY(faults_err(&faults, ERR_FIELDS));
	*ret_submission = s;
	return NULL;
}

char *
wire_submission_text(struct arena *a, const struct wire_submission *in)
{
	struct wire_submission s = *in;
	struct wire_file *files = arena_array(a, s.n_files, sizeof(*files));

	for (size_t i = 0; i < s.n_files; i++) {
		files[i] = s.files[i];
		if (str_is_utf8(files[i].content, files[i].n))
			continue;
		files[i].base64 = enc_base64(a, files[i].content, files[i].n);
		files[i].content = NULL;
	}
	s.files = files;
	return fields_text(a, &wire_submission_fields, &s, SIZE_MAX / 4);
}
