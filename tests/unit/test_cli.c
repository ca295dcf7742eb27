#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/submission.h"

struct values {
	const char *text;
	bool flag;
	int64_t number;
	const char *other;
};

static const struct cli_option table[] = {
	{ "text", OPTION_TEXT, offsetof(struct values, text), true, "T", "", 0,
	    0 },
	{ "flag", OPTION_FLAG, offsetof(struct values, flag), false, NULL, "",
	    0, 0 },
	{ "number", OPTION_NUMBER, offsetof(struct values, number), false, "N",
	    "", 1, 9 },
	{ 0 },
};

static const struct cli_option global_table[] = {
	{ "other", OPTION_TEXT, offsetof(struct values, other), false, "O", "",
	    0, 0 },
	{ 0 },
};

#define WORDS 8

static const struct {
	const char *args[WORDS];
	const char *fault; /* NULL: accepted, and leaves these */
	const char *left;
} lines[] = {
	{ { "--text", "a" }, NULL, "" },
	{ { "x", "--text=a", "y", "--flag", "z" }, NULL, "xyz" },
	{ { "--text", "--flag", "q" }, NULL, "q" },
	{ { "--text=", "--number=9", "--other", "o" }, NULL, "" },
	{ { "--text", "a", "--", "--flag", "-x" }, NULL, "--flag-x" },
	{ { "-", "--text", "a" }, NULL, "-" },
	{ { "x" }, "--text is required", NULL },
	{ { "--text" }, "--text needs T", NULL },
	{ { "--text", "a", "--number", "10" },
	    "--number must be a number from 1 to 9", NULL },
	{ { "--text", "a", "--number=1x" },
	    "--number must be a number from 1 to 9", NULL },
	{ { "--text", "a", "--flag=1" }, "--flag takes no value", NULL },
	{ { "--tex", "a" }, "unknown option --tex", NULL },
	{ { "--=a" }, "unknown option --", NULL },
	{ { "-t", "a" }, "unknown option -t", NULL },
};

static void
options(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		UNIT_ARENA(a);
		struct values v = { 0 };
		const struct option_set own = { table, &v };
		const struct option_set global = { global_table, &v };
		char *args[WORDS];
		char left[64] = "";
		size_t n = 0;
		struct err *e;

		for (; n < WORDS && lines[i].args[n] != NULL; n++)
			args[n] = arena_strdup(a, lines[i].args[n]);
		e = options_take(a, &own, &global, args, &n);
		if (lines[i].fault != NULL) {
			assert_non_null(e);
			assert_string_equal(e->detail, lines[i].fault);
			continue;
		}
		assert_ok(e);
		assert_non_null(v.text);
		for (size_t k = 0; k < n; k++)
			snprintf(left + strlen(left),
			    sizeof(left) - strlen(left), "%s", args[k]);
		assert_string_equal(left, lines[i].left);
	}
}

/* What a student's program prints must not reach the terminal's commands. */
static void
no_control_characters(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	print_safe(f,
	    "a\tb\n\033[31m\x7f\r\xc2\x9b"
	    "31m\xc3\xa9");
	fclose(f);
	assert_string_equal(text, "a\tb\n?[31m???31m\xc3\xa9");
	free(text);
}

static void
paths(void **state)
{
	UNIT_ARENA(a);

	assert_string_equal(api_path(a, "/a/%/b/%", "x/y", "c++"),
	    "/a/x%2Fy/b/c%2B%2B");
	assert_string_equal(api_path(a, "/a/%?wait=5", "..", NULL),
	    "/a/..?wait=5");
}

static void
statuses(void **state)
{
	static const struct {
		const char *text;
		enum cli_exit status;
	} cases[] = {
		{ "{\"verdict\":\"AC\"}", CLI_OK },
		{ "{\"verdict\":\"WA\"}", CLI_REFUSED },
		{ "{\"verdict\":\"JE\"}", CLI_UNREACHED },
		{ "{\"status\":\"cancelled\"}", CLI_REFUSED },
	};
	const struct json *j;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);

		assert_ok(json_parse(a, cases[i].text, strlen(cases[i].text),
		    &json_limits_body, &j));
		assert_int_equal(submission_exit(j), cases[i].status);
	}
}

/* Every command is whole, and no name hides a longer one behind it. */
static void
command_table(void **state)
{
	for (const struct command *c = commands; c->name != NULL; c++) {
		assert_non_null(c->run);
		assert_non_null(c->options);
		assert_true(c->min_args <= c->max_args);
		assert_int_equal(c->max_args > 0, c->args[0] != '\0');
		for (const struct command *d = c + 1; d->name != NULL; d++)
			assert_string_not_equal(c->name, d->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options),
		cmocka_unit_test(no_control_characters),
		cmocka_unit_test(paths),
		cmocka_unit_test(statuses),
		cmocka_unit_test(command_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
