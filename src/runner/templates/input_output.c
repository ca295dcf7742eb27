/*
 * input_output: what a program prints and writes.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "grade/regex.h"
#include "runner/criteria.h"
#include "runner/templates/program.h"

#define INPUT_MAX ((size_t)4 << 20)
#define ARTIFACT_MAX ((size_t)1 << 20)
#define SHOWN_MAX 4000

/* One line each; none at all is an empty input. */
static void
join_inputs(struct probe *p, const char *name, struct app_command *c)
{
	const char *const *inputs = criteria_texts(p->arena, p->test, name);
	struct buf b;

	buf_init(&b, p->arena, INPUT_MAX);
	for (; *inputs != NULL; inputs++)
		buf_printf(&b, "%s\n", *inputs);
	c->input = b.p;
	c->input_n = b.n;
}

static const char *
shown(struct probe *p, const char *text)
{
	size_t n = strlen(text);

	if (n > SHOWN_MAX)
		return arena_printf(p->arena, "%.*s [...]",
		    (int)str_utf8_cut(text, SHOWN_MAX), text);
	return arena_strdup(p->arena, text);
}

static bool
is_same(struct probe *p, struct arena *scratch, const struct box_bytes *got,
    const char *want, const char **ret_got)
{
	char *text = str_utf8_repair(scratch, got->p, got->n);

	*ret_got = text;
	if (!criteria_flag(p->test, "normalization"))
		return got->n == strlen(want) &&
		    memcmp(got->p, want, got->n) == 0;
	text = program_normalize(scratch, text, strlen(text));
	*ret_got = text;
	return strcmp(text, program_normalize(scratch, want, strlen(want))) ==
	    0;
}

static struct err *
expect_output(struct probe *p)
{
	_cleanup_(arena_freep) struct arena *scratch = program_arena(p);
	const char *want = criteria_text(p->arena, p->test, "expected_output");
	struct app_command command;
	struct box_record r;
	const char *got;

	if (!program_command(p, &command))
		return NULL;
	join_inputs(p, "inputs", &command);
	TRY(program_run(p, scratch, &command, &r));
	if (!program_ended_well(p, &r))
		return NULL;
	if (is_same(p, scratch, &r.out, want, &got))
		return probe_say(p, 100,
		    "Success: Output matches expected values.");
	return probe_say(p, 0,
	    "FAILURE: Output Mismatch.\nExpected: '%s'\nActual: '%s'",
	    shown(p, want), shown(p, got));
}

static struct err *
dont_fail(struct probe *p)
{
	_cleanup_(arena_freep) struct arena *scratch = program_arena(p);
	const char *input = criteria_text(p->arena, p->test, "user_input");
	struct app_command command;
	struct box_record r;

	if (!program_command(p, &command))
		return NULL;
	command.input =
	    *input != '\0' ? arena_printf(p->arena, "%s\n", input) : "";
	command.input_n = strlen(command.input);
	TRY(program_run(p, scratch, &command, &r));
	if (!program_ended_well(p, &r))
		return NULL;
	return probe_say(p, 100, "Success: Program executed without errors.");
}

/*
 * -- files
 */

/* NULL if it is not there. */
static struct err *
read_artifact(struct probe *p, struct arena *scratch, const char *path,
    struct box_bytes *ret)
{
	const struct criteria_run *run = p->grading->run;
	struct err *e;
	char *text;

	ret->p = NULL;
	e = io_read_file(scratch, run->app->left_dir, path, ARTIFACT_MAX, &text,
	    &ret->n);
	if (e != NULL && e->code == ERR_TOO_LARGE) {
		probe_say(p, 0, "FAILURE: The artifact '%s' is too large.",
		    path);
		return NULL;
	}
	if (e == NULL)
		ret->p = text;
	else
		probe_say(p, 0,
		    "FAILURE: Expected artifact '%s' was not found.", path);
	return NULL;
}

/* false, and said, if it could not be found out. */
static bool
matches(struct probe *p, struct arena *scratch, const struct box_bytes *got,
    bool *ret_match)
{
	const char *want = criteria_text(p->arena, p->test, "expected_content");
	const char *mode = criteria_text(p->arena, p->test, "match_mode");
	bool is_plain = criteria_flag(p->test, "normalization");
	enum regex_answer answer;
	const char *text;

	if (strcmp(mode, "exact") == 0) {
		*ret_match = is_same(p, scratch, got, want, &text);
		return true;
	}
	text = str_utf8_repair(scratch, got->p, got->n);
	if (is_plain)
		text = program_normalize(scratch, text, strlen(text));
	if (strcmp(mode, "contains") == 0) {
		if (is_plain)
			want = program_normalize(scratch, want, strlen(want));
		*ret_match = strstr(text, want) != NULL;
		return true;
	}
	answer = regex_search(want, text, strlen(text));
	*ret_match = answer == REGEX_FOUND;
	if (answer == REGEX_TOO_MUCH)
		probe_say(p, 0,
		    "The artifact could not be checked: '%s' takes too many "
		    "steps on it.",
		    want);
	return answer != REGEX_TOO_MUCH;
}

static struct err *
expect_file_artifact(struct probe *p)
{
	_cleanup_(arena_freep) struct arena *scratch = program_arena(p);
	const char *path = criteria_text(p->arena, p->test, "artifact_path");
	const char *want = criteria_text(p->arena, p->test, "expected_content");
	const char *mode = criteria_text(p->arena, p->test, "match_mode");
	struct app_command command;
	struct box_bytes got;
	struct box_record r;
	bool is_match;

	if (!io_is_safe_path(path))
		return probe_say(p, 0,
		    "CONFIGURATION ERROR: '%s' is no path below /app.", path);
	if (!program_command(p, &command))
		return NULL;
	join_inputs(p, "inputs", &command);
	command.collects = true;
	TRY(program_run(p, scratch, &command, &r));
	if (!program_ended_well(p, &r))
		return NULL;
	TRY(read_artifact(p, scratch, path, &got));
	if (got.p == NULL)
		return NULL;
	if (!matches(p, scratch, &got, &is_match))
		return NULL;
	if (is_match)
		return probe_say(p, 100,
		    "Success: The artifact '%s' has the expected content.",
		    path);
	return probe_say(p, 0,
	    "FAILURE: Artifact '%s' Mismatch.\nExpected (%s): '%s'\nActual: "
	    "'%s'",
	    path, mode, shown(p, want),
	    shown(p, str_utf8_repair(scratch, got.p, got.n)));
}

const struct probe_function input_output_functions[] = {
	{ "expect_output", PROBE_FILES, expect_output },
	{ "dont_fail", PROBE_FILES, dont_fail },
	{ "expect_file_artifact", PROBE_FILES, expect_file_artifact },
	{ NULL, PROBE_FILES, NULL },
};
