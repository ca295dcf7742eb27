#include "assized/form.h"

#include <stddef.h>
#include <string.h>

#include "assized/multipart.h"
#include "base/str.h"
#include "wire/json.h"
#include "wire/names.h"
#include "wire/roster.h"

#define INPUT_BYTES (1 << 20)

/* The text parts, and where their texts go. */
struct texts {
	const char *course;
	const char *problem;
	const char *language;
	const char *input;
	const char *group;
	const char *debug;
};

/* clang-format off */
static const struct {
	const char *name;
	size_t offset;
	bool is_required;
	bool (*check)(const char *);
	const char *what;
} known[] = {
	{ "course", offsetof(struct texts, course), true, wire_is_slug,
	    "must be the name of a course" },
	{ "problem", offsetof(struct texts, problem), true, wire_is_slug,
	    "must be the name of a problem" },
	{ "language", offsetof(struct texts, language), false, wire_is_label,
	    "must be the name of a language" },
	{ "input", offsetof(struct texts, input), false, NULL, NULL },
	{ "group", offsetof(struct texts, group), false, wire_is_team,
	    "must be the name of a team" },
	{ "debug", offsetof(struct texts, debug), false, wire_is_debug,
	    "must be \"ssh\"" },
};
/* clang-format on */

static const char **
text_at(struct texts *t, size_t offset)
{
	return (const char **)(void *)((char *)t + offset);
}

static void
take_text(struct faults *f, const struct part *part, struct texts *t)
{
	const char *at = json_pointer_member(f->arena, "", part->name);
	const char **text;
	char *value;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, part->name) != 0)
			continue;
		text = text_at(t, known[i].offset);
		value = arena_memdup(f->arena, part->p, part->n);
		if (*text != NULL)
			faults_add(f, at, "is given twice");
		else if (part->n > INPUT_BYTES)
			faults_add(f, at, "must have at most %d bytes",
			    INPUT_BYTES);
		else if (!str_is_utf8(part->p, part->n))
			faults_add(f, at, "must be text in UTF-8 without NUL");
		else if (known[i].check != NULL && !known[i].check(value))
			faults_add(f, at, "%s", known[i].what);
		*text = value;
		return;
	}
	faults_add(f, at, "is not known here");
}

static void
check_input(struct faults *f, struct texts *t)
{
	const struct json *j;

	if (t->input == NULL)
		return;
	if (json_parse(f->arena, t->input, strlen(t->input), &json_limits_body,
		&j) != NULL ||
	    j->kind != JSON_OBJECT)
		faults_add(f, "/input", "must be a JSON object");
	else
		t->input = json_text(f->arena, j);
}

static void
check_required(struct faults *f, struct texts *t)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].is_required &&
		    *text_at(t, known[i].offset) == NULL)
			faults_add(f,
			    arena_printf(f->arena, "/%s", known[i].name),
			    "is missing");
}

struct err *
form_read(struct req *r, struct submit *ret_submit)
{
	struct texts texts = { 0 };
	struct faults f;
	struct parts parts;
	struct zip_file *files;
	const char **fields;
	size_t n = 0;

	TRY(multipart_parse(r->arena, r->type, r->body.p, r->body.n, &parts));
	files = arena_array(r->arena, parts.n + 1, sizeof(*files));
	fields = arena_array(r->arena, parts.n + 1, sizeof(*fields));
	faults_init(&f, r->arena);
	for (size_t i = 0; i < parts.n; i++)
		if (parts.part[i].filename == NULL)
			take_text(&f, &parts.part[i], &texts);
		else {
			fields[n] = parts.part[i].name;
			files[n++] = (struct zip_file) {
				.path = parts.part[i].filename,
				.p = parts.part[i].p,
				.n = parts.part[i].n,
			};
		}
	check_required(&f, &texts);
	check_input(&f, &texts);
	TRY(faults_err(&f, ERR_FIELDS));
	*ret_submit = (struct submit) {
		.course = texts.course,
		.problem = texts.problem,
		.language = texts.language,
		.input = texts.input,
		.group = texts.group,
		.debug = texts.debug,
		.files = files,
		.n_files = n,
		.fields = fields,
	};
	return NULL;
}
