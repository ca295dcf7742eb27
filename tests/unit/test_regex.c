/*
 * Regular expressions: what Python's "re" finds, and that none takes for ever.
 */
#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include "grade/regex.h"

static void
as_python(void **state)
{
	static const struct {
		const char *pattern;
		const char *text;
		bool is_found;
	} cases[] = {
		{ "^Total: \\d+$", "Total: 12", true },
		{ "^Total: \\d+$", "Total: 12\n", true },
		{ "^Total: \\d+$", "The\nTotal: 12", false },
		{ "(?m)^Total: \\d+$", "The\nTotal: 12\nend", true },
		{ "a.b", "a\nb", false },
		{ "a.b", "a\rb", true },
		{ "(?s)a.b", "a\nb", true },
		{ "(?P<x>\\w+) (?P=x)", "so so", true },
		{ "(?P<x>\\w+) (?P=x)\\b", "so sore", false },
		{ "^\\w+$", "caf\xc3\xa9", true },
		{ "^caf\\u00e9$", "caf\xc3\xa9", true },
		{ "^caf.$", "caf\xc3\xa9", true },
		{ "(?i)\xc3\x89", "\xc3\xa9", true },
		{ "\\d", "\xd9\xa3", true },
		{ "\\x41", "A", true },
		{ "a++b", "aaab", true },
		{ "(?<!x)y", "xy", false },
		{ "^a{2,3}?$", "aa", true },
		{ "a|", "", true },
		{ "", "anything", true },
		{ "\\bfoo\\b", "a foo.", true },
		{ "(?:\\d{1,3}\\.){3}\\d{1,3}", "at 10.0.0.1:", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);

		assert_null(regex_fault(a, cases[i].pattern));
		if (regex_search(cases[i].pattern, cases[i].text,
			strlen(cases[i].text)) !=
		    (cases[i].is_found ? REGEX_FOUND : REGEX_NOT_FOUND))
			fail_msg("\"%s\" on \"%s\"", cases[i].pattern,
			    cases[i].text);
	}
}

static void
what_is_no_pattern(void **state)
{
	static const struct {
		const char *pattern;
		const char *says;
	} cases[] = {
		{ "a(b", "missing closing parenthesis at byte 3" },
		{ "[z-a]", "range out of order" },
		{ "*", "quantifier does not follow a repeatable item" },
		{ "(?P<n>a)(?P<n>b)", "two named subpatterns" },
		{ "\\C", "\\C" },
		{ "((a{1,9999}){1,9999}){1,9999}", "too large" },
		{ "\xff", "UTF-8" },
	};
	UNIT_ARENA(a);
	char *longest = arena_alloc(a, REGEX_BYTES_MAX + 2);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *why = regex_fault(a, cases[i].pattern);

		assert_non_null(why);
		if (strstr(why, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].pattern, why);
		assert_int_equal(regex_search(cases[i].pattern, "a", 1),
		    REGEX_NOT_FOUND);
	}
	memset(longest, 'a', REGEX_BYTES_MAX + 1);
	longest[REGEX_BYTES_MAX + 1] = '\0';
	assert_non_null(regex_fault(a, longest));
	assert_null(regex_fault(a, longest + 1));
}

/* The text is a student's: a megabyte of what the pattern likes least. */
static void
no_pair_takes_for_ever(void **state)
{
	static const char *const patterns[] = { "(a+)+$", "(a|a)*[bx]",
		"(.*)*[bx]", "a*[bx]", "(a*)*\\1[bx]", "(?:a?){30}a{30}[bx]",
		".*.*.*[bx]" };
	UNIT_ARENA(a);
	size_t n = 1 << 20;
	char *text = arena_alloc(a, n);

	memset(text, 'a', n);
	text[n - 1] = 'c';
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		if (regex_search(patterns[i], text, n) != REGEX_TOO_MUCH)
			fail_msg("%s", patterns[i]);
	/* What any file may be asked is none of these. */
	assert_int_equal(regex_search("c$", text, n), REGEX_FOUND);
	assert_int_equal(regex_search("^a+c$", text, n), REGEX_FOUND);
	assert_int_equal(regex_search("^a+b$", text, n), REGEX_NOT_FOUND);
	assert_int_equal(regex_search("\\d+ apples", text, n), REGEX_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_python),
		cmocka_unit_test(what_is_no_pattern),
		cmocka_unit_test(no_pair_takes_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
