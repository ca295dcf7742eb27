#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

static void
numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
		int64_t n;
	} cases[] = {
		{ "0", 0, 9, true, 0 },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, true,
		    INT64_MIN },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, true,
		    INT64_MAX },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
		{ "10", 0, 9, false, 0 },
		{ "-1", 0, 9, false, 0 },
		{ "", 0, 9, false, 0 },
		{ "-", -9, 9, false, 0 },
		{ "+1", 0, 9, false, 0 },
		{ " 1", 0, 9, false, 0 },
		{ "1 ", 0, 9, false, 0 },
		{ "1x", 0, 9, false, 0 },
		{ "0x1", 0, 9, false, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t n = 4242;
		bool ok =
		    str_to_i64(cases[i].text, cases[i].min, cases[i].max, &n);

		assert_int_equal(ok, cases[i].ok);
		assert_int_equal(n, ok ? cases[i].n : 4242);
	}
}

static void
doubles(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "nan", "inf", "0x10",
		"1e999", "1.2.3", "--1", "e5" };
	double d = 0;

	assert_true(str_to_double("-1.5e3", &d));
	assert_true(fabs(d + 1500) < 1e-9);
	assert_true(str_to_double(".5", &d));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(str_to_double(bad[i], &d));
}

static void
utf8(void **state)
{
	static const struct {
		const char *p;
		size_t n;
		size_t prefix;
	} cases[] = {
		{ "abc", 3, 3 },
		{ "a\xc3\xa9", 3, 3 },
		{ "\xe2\x82\xac", 3, 3 },
		{ "\xf0\x9f\x98\x80", 4, 4 },
		{ "\xc0\xaf", 2, 0 },
		{ "\xe0\x80\xaf", 3, 0 },
		{ "\xed\xa0\x80", 3, 0 },
		{ "\xf4\x90\x80\x80", 4, 0 },
		{ "\xf8\x88\x80\x80\x80", 5, 0 },
		{ "ok\xff", 3, 2 },
		{ "ok\xe2\x82", 4, 2 },
		{ "a\0b", 3, 1 },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(str_utf8_prefix(cases[i].p, cases[i].n),
		    cases[i].prefix);
	assert_string_equal(str_utf8_repair(a, "a\xff\0z", 4),
	    "a\xef\xbf\xbd\xef\xbf\xbdz");
	assert_int_equal(str_utf8_cut("a\xe2\x82\xac", 4), 4);
	assert_int_equal(str_utf8_cut("a\xe2\x82\xac", 3), 1);
	assert_int_equal(str_utf8_cut("a\xe2\x82\xac", 2), 1);
	assert_int_equal(str_utf8_cut("abc", 2), 2);
}

static void
cutting(void **state)
{
	struct str rest = STR("a,,b");
	struct str part;

	assert_true(str_cut(&rest, ',', &part) && str_is(part, "a"));
	assert_true(str_cut(&rest, ',', &part) && str_is(part, ""));
	assert_true(str_cut(&rest, ',', &part) && str_is(part, "b"));
	assert_false(str_cut(&rest, ',', &part));
	assert_true(str_is(str_trim(STR(" \t x y\r\n")), "x y"));
}

static void
secrets(void **state)
{
	assert_true(str_secret_eq("abc", "abc"));
	assert_false(str_secret_eq("abc", "abd"));
	assert_false(str_secret_eq("abc", "ab"));
	assert_false(str_secret_eq("abcabc", "abc"));
	assert_false(str_secret_eq("", "a"));
	assert_false(str_secret_eq("a", ""));
	assert_true(str_secret_eq("", ""));
}

static void
sorted(void **state)
{
	static const struct {
		int n;
		const char *name;
	} items[] = { { 0, "a" }, { 1, "b" }, { 2, "b" }, { 3, "d" } };
	static const struct {
		const char *key;
		size_t at;
	} cases[] = { { "", 0 }, { "a", 0 }, { "aa", 1 }, { "b", 1 },
		{ "c", 3 }, { "d", 3 }, { "e", 4 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(str_from(&items->name, ARRAY_LEN(items),
				     sizeof(*items), cases[i].key),
		    cases[i].at);
	assert_int_equal(str_from(&items->name, 0, sizeof(*items), "a"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(doubles),
		cmocka_unit_test(utf8),
		cmocka_unit_test(cutting),
		cmocka_unit_test(secrets),
		cmocka_unit_test(sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
