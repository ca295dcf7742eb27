#include "unit.h"

#include <string.h>

#include "grade/compare.h"

/* Options by letters: c case, s space, a and r tolerances of 1e-3. */
static struct compare_options
options_of(const char *letters)
{
	struct compare_options o = { 0 };

	for (; *letters != '\0'; letters++) {
		o.case_sensitive |= *letters == 'c';
		o.space_change_sensitive |= *letters == 's';
		o.has_absolute |= *letters == 'a';
		o.has_relative |= *letters == 'r';
	}
	o.absolute = o.has_absolute ? 1e-3 : 0;
	o.relative = o.has_relative ? 1e-3 : 0;
	return o;
}

/* A literal with its length: NUL bytes count. */
#define B(s) (s), sizeof(s) - 1

static const struct {
	const char *options;
	const char *out;
	size_t out_n;
	const char *ans;
	size_t ans_n;
	enum compare_result result;
} cases[] = {
	/* Tokens and whitespace. */
	{ "", B(""), B(""), COMPARE_SAME },
	{ "", B(" \n\t"), B(""), COMPARE_SAME },
	{ "", B("1 2\n"), B("1 2\n"), COMPARE_SAME },
	{ "", B("1 2"), B("1 2\n"), COMPARE_SAME },
	{ "", B("1 2\n"), B("1 2"), COMPARE_SAME },
	{ "", B("1\n2\n\n\n"), B("1 2"), COMPARE_SAME },
	{ "", B("\n\n1\r\n2\r\n"), B("1\n2\n"), COMPARE_SAME },
	{ "", B("1\v2\f3"), B("1 2 3"), COMPARE_SAME },
	{ "", B("12"), B("1 2"), COMPARE_TOKEN },
	{ "", B("1 2"), B("12"), COMPARE_TOKEN },
	{ "", B("1"), B("1 2"), COMPARE_SHORT },
	{ "", B(""), B("1"), COMPARE_SHORT },
	{ "", B("1 2 3"), B("1 2"), COMPARE_LONG },
	{ "", B("1"), B(""), COMPARE_LONG },
	/* A no-break space and an NEL are no whitespace. */
	{ "",
	    B("1\xc2\xa0"
	      "2"),
	    B("1 2"), COMPARE_TOKEN },
	{ "",
	    B("1\x85"
	      "2"),
	    B("1 2"), COMPARE_TOKEN },
	/* NUL is a byte like others: neither an end nor a blank. */
	{ "", B("a\0b"), B("a\0b"), COMPARE_SAME },
	{ "", B("a\0b"), B("a\0c"), COMPARE_TOKEN },
	{ "", B("a\0"), B("a"), COMPARE_TOKEN },
	{ "", B("a"), B("a\0"), COMPARE_TOKEN },
	{ "", B("ok\0"), B("ok"), COMPARE_TOKEN },
	{ "", B("ok \0"), B("ok"), COMPARE_LONG },
	/* Case: ASCII only. */
	{ "", B("YES"), B("yes"), COMPARE_SAME },
	{ "c", B("YES"), B("yes"), COMPARE_TOKEN },
	{ "c", B("yes"), B("yes"), COMPARE_SAME },
	{ "", B("\xc3\x84"), B("\xc3\xa4"), COMPARE_TOKEN },
	{ "", B("["), B("{"), COMPARE_TOKEN },
	{ "", B("@"), B("`"), COMPARE_TOKEN },
	/* Whitespace that counts. */
	{ "s", B("1 2\n"), B("1 2\n"), COMPARE_SAME },
	{ "s", B("1 2"), B("1 2\n"), COMPARE_SPACE },
	{ "s", B("1 2\n\n"), B("1 2\n"), COMPARE_SPACE },
	{ "s", B("1  2\n"), B("1 2\n"), COMPARE_SPACE },
	{ "s", B("1\t2\n"), B("1 2\n"), COMPARE_SPACE },
	{ "s", B(" 1 2\n"), B("1 2\n"), COMPARE_SPACE },
	{ "s", B("1 2\r\n"), B("1 2\n"), COMPARE_SPACE },
	{ "s", B("1 3\n"), B("1 2\n"), COMPARE_TOKEN },
	{ "s", B(""), B("\n"), COMPARE_SPACE },
	{ "s", B(""), B(""), COMPARE_SAME },
	{ "s", B("12"), B("1 2"), COMPARE_TOKEN },
	{ "s", B("A b\n"), B("a B\n"), COMPARE_SAME },
	/* Without a tolerance numbers are text. */
	{ "", B("1.0"), B("1"), COMPARE_TOKEN },
	{ "", B("1e0"), B("1E0"), COMPARE_SAME },
	/* With one they are numbers. */
	{ "a", B("1.0"), B("1"), COMPARE_SAME },
	{ "a", B("3.14000000e-2"), B("0.0314"), COMPARE_SAME },
	{ "a", B("1.00099"), B("1"), COMPARE_SAME },
	{ "a", B("1.00101"), B("1"), COMPARE_NUMBER },
	{ "a", B("-1"), B("1"), COMPARE_NUMBER },
	{ "a", B("+1"), B("1"), COMPARE_SAME },
	{ "a", B(".5"), B("0.5"), COMPARE_SAME },
	{ "a", B("5."), B("5"), COMPARE_SAME },
	{ "a", B("-0"), B("0"), COMPARE_SAME },
	{ "a", B("0.0009"), B("0"), COMPARE_SAME },
	{ "r", B("0.0009"), B("0"), COMPARE_NUMBER },
	{ "r", B("0"), B("0"), COMPARE_SAME },
	{ "r", B("1000.9"), B("1000"), COMPARE_SAME },
	{ "r", B("1001.1"), B("1000"), COMPARE_NUMBER },
	{ "a", B("1000.9"), B("1000"), COMPARE_NUMBER },
	{ "ar", B("1000.9"), B("1000"), COMPARE_SAME },
	{ "ar", B("0.0009"), B("0"), COMPARE_SAME },
	{ "ar", B("-1000.9"), B("-1000"), COMPARE_SAME },
	/* Integers also, beyond what a double holds exactly. */
	{ "r", B("9007199254740993"), B("9007199254740992"), COMPARE_SAME },
	{ "r", B("1000000000000000000000000000000"), B("1e30"), COMPARE_SAME },
	{ "r", B("1e300"), B("1e30"), COMPARE_NUMBER },
	/* What looks like a number and is none. */
	{ "a", B("0x1"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("nan"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("inf"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("1e999"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("-1e999"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("1,0"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("1f"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("1e"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("1e+"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("."), B("0"), COMPARE_NO_NUMBER },
	{ "a", B("-"), B("0"), COMPARE_NO_NUMBER },
	{ "a", B("--1"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("1\0"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B("one"), B("1"), COMPARE_NO_NUMBER },
	{ "a", B(""), B("1"), COMPARE_SHORT },
	/* In the answer such tokens are text. */
	{ "a", B("nan"), B("NaN"), COMPARE_SAME },
	{ "a", B("inf"), B("inf"), COMPARE_SAME },
	{ "a", B("1"), B("inf"), COMPARE_TOKEN },
	{ "a", B("0x10"), B("0x10"), COMPARE_SAME },
	{ "a", B("16"), B("0x10"), COMPARE_TOKEN },
	{ "a", B("1e999"), B("1e999"), COMPARE_SAME },
	{ "a", B("2e999"), B("1e999"), COMPARE_TOKEN },
	/* Numbers and words mixed. */
	{ "a", B("case 1: 2.0001"), B("Case 1: 2"), COMPARE_SAME },
	{ "ac", B("case 1: 2.0001"), B("Case 1: 2"), COMPARE_TOKEN },
	{ "as", B("2.0001 x\n"), B("2 x\n"), COMPARE_SAME },
	{ "as", B("2.0001  x\n"), B("2 x\n"), COMPARE_SPACE },
};

static void
table(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct compare_options o = options_of(cases[i].options);
		struct compare_report r;
		bool same = grade_compare(cases[i].out, cases[i].out_n,
		    cases[i].ans, cases[i].ans_n, &o, &r);

		if (r.result != cases[i].result)
			fail_msg("case %zu: \"%s\" and \"%s\": %d", i,
			    cases[i].out, cases[i].ans, (int)r.result);
		assert_int_equal(same, r.result == COMPARE_SAME);
		assert_int_equal(same,
		    grade_compare(cases[i].out, cases[i].out_n, cases[i].ans,
			cases[i].ans_n, &o, NULL));
	}
}

/* Anything is the same as itself, whatever the options. */
static void
same_as_itself(void **state)
{
	static const char *const letters[] = { "", "c", "s", "a", "r", "csar" };
	char bytes[256];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (size_t l = 0; l < ARRAY_LEN(letters); l++) {
		struct compare_options o = options_of(letters[l]);

		for (size_t n = 0; n <= sizeof(bytes); n++)
			assert_true(
			    grade_compare(bytes, n, bytes, n, &o, NULL));
	}
}

static void
long_numbers(void **state)
{
	struct compare_options o = options_of("a");
	char digits[1000];

	/* Fifty digits before and behind the point are a number. */
	memset(digits, '0', sizeof(digits));
	digits[49] = '1';
	digits[50] = '.';
	assert_true(grade_compare(digits, 101, "1", 1, &o, NULL));
	/* A thousand are not. */
	memset(digits, '0', sizeof(digits));
	assert_false(grade_compare(digits, 1000, "0", 1, &o, NULL));
}

static void
where(void **state)
{
	static const struct {
		const char *options, *out, *ans;
		const char *says;
		size_t answer_line;
	} places[] = {
		{ "", "a\nb c\n", "a\nb d\n",
		    "line 2, token 3: the output differs", 2 },
		{ "", "a b\nx", "a\n\nb y",
		    "line 2, token 3: the output differs", 3 },
		{ "", "a\n", "a b",
		    "line 2, token 2: the output ends too early", 1 },
		{ "", "", "secret",
		    "line 1, token 1: the output ends too early", 1 },
		{ "", "a\n\nb", "a",
		    "line 3, token 2: there is more output than expected", 1 },
		{ "a", "1\n7", "1\n2",
		    "line 2, token 2: the number is too far off", 2 },
		{ "a", "x", "2", "line 1, token 1: a number was expected", 1 },
		{ "s", "a  b", "a b",
		    "line 1, token 2: blanks or line ends differ", 1 },
		{ "", "a", "a", "the output is right", 1 },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct compare_options o = options_of(places[i].options);
		struct compare_report r;
		const char *says;

		(void)!grade_compare(places[i].out, strlen(places[i].out),
		    places[i].ans, strlen(places[i].ans), &o, &r);
		says = compare_describe(a, &r);
		assert_string_equal(says, places[i].says);
		assert_int_equal(r.answer_line, places[i].answer_line);
		/* Nothing of the answer may be seen. */
		assert_null(strstr(says, "secret"));
	}
}

static void
tokens(void **state)
{
	struct compare_options o = options_of("");
	struct compare_report r;

	assert_false(grade_compare("x yes", 5, "x no", 4, &o, &r));
	assert_int_equal(r.output_token_n, 3);
	assert_memory_equal(r.output_token, "yes", 3);
	assert_int_equal(r.answer_token_n, 2);
	assert_memory_equal(r.answer_token, "no", 2);
	assert_false(grade_compare("x", 1, "x no", 4, &o, &r));
	assert_null(r.output_token);
	assert_memory_equal(r.answer_token, "no", 2);
	assert_false(grade_compare("x no", 4, "x", 1, &o, &r));
	assert_null(r.answer_token);
}

#define ARGS(...)                 \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static void
arguments(void **state)
{
	static const char *const none[] = { NULL };
	static const struct {
		const char *args[5];
		const char *says;
	} bad[] = {
		{ { "fuzzy" }, "\"fuzzy\"" },
		{ { "float_tolerance" }, "needs a number" },
		{ { "float_tolerance", "-1" }, "not a number" },
		{ { "float_tolerance", "1e999" }, "not a number" },
		{ { "float_tolerance", "nan" }, "not a number" },
		{ { "float_tolerance", "0x1" }, "not a number" },
		{ { "float_tolerance", "1", "float_tolerance", "1" }, "twice" },
		{ { "float_tolerance", "1", "float_relative_tolerance", "1" },
		    "twice" },
		{ { "float_absolute_tolerance", "1", "float_tolerance", "1" },
		    "twice" },
		{ { "1e-6" }, "\"1e-6\"" },
	};
	UNIT_ARENA(a);
	struct compare_options o;

	assert_ok(compare_options_parse(a, none, 0, &o));
	assert_false(o.has_absolute || o.has_relative || o.case_sensitive);
	assert_ok(compare_options_parse(a,
	    ARGS("case_sensitive", "float_tolerance", "1e-6"), 3, &o));
	assert_true(o.case_sensitive && o.has_absolute && o.has_relative);
	assert_true(o.absolute == 1e-6 && o.relative == 1e-6);
	assert_ok(compare_options_parse(a,
	    ARGS("float_relative_tolerance", "0", "space_change_sensitive",
		"float_absolute_tolerance", "0.25"),
	    5, &o));
	assert_true(o.relative == 0 && o.absolute == 0.25);
	assert_true(o.space_change_sensitive && !o.case_sensitive);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err *e;
		size_t n = 0;

		while (bad[i].args[n] != NULL)
			n++;
		e = compare_options_parse(a, bad[i].args, n, &o);
		assert_non_null(e);
		assert_non_null(strstr(e->detail, bad[i].says));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(same_as_itself),
		cmocka_unit_test(long_numbers),
		cmocka_unit_test(where),
		cmocka_unit_test(tokens),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
