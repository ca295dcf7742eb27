#include "unit.h"

#include "base/str.h"
#include "grade/language.h"
#include "runner/language_cmd.h"

static void
every_language_has_commands(void **state)
{
	for (int i = 0; i < LANGUAGE__MAX; i++) {
		const struct language_cmd *c =
		    language_cmd_find(languages[i].name);

		assert_non_null(c);
		assert_int_equal(c->compile[0][0], '/');
		assert_int_equal(c->run[0][0], '/');
		assert_int_equal(c->version[0][0], '/');
	}
	assert_null(language_cmd_find("cobol"));
}

static void
placeholders_are_filled_in(void **state)
{
	static const char *const sources[] = { "main.c", "lib/-x.c" };
	static const char *const words[] = { "/cc", "-o", "{sources}", "-lm",
		"{main}", NULL };
	static const char *const more[] = { "{main}", "a b", NULL };
	static const char *const expected[] = { "/cc", "-o", "/source/main.c",
		"/source/lib/-x.c", "-lm", "/program/main.c", "{main}", "a b" };
	const struct command_files files = { sources, 2, "main.c" };
	UNIT_ARENA(a);
	const char **argv = language_cmd_argv(a, words, &files, more);

	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_string_equal(argv[i], expected[i]);
	assert_null(argv[ARRAY_LEN(expected)]);
}

static void
a_version_is_one_line(void **state)
{
	static const char *const echo[] = { "printf", "one 1.2\nsecond\n",
		NULL };
	static const char *const gone[] = { "/nonexistent/cc", NULL };
	static const char *const fails[] = { "false", NULL };
	struct language_cmd c = { .language = "x", .version = echo };
	UNIT_ARENA(a);
	const char *line;

	assert_ok(language_cmd_version(a, &c, &line));
	assert_string_equal(line, "one 1.2");
	c.version = gone;
	assert_non_null(language_cmd_version(a, &c, &line));
	c.version = fails;
	assert_err(language_cmd_version(a, &c, &line), ERR_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_language_has_commands),
		cmocka_unit_test(placeholders_are_filled_in),
		cmocka_unit_test(a_version_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
