#include "unit.h"

#include <math.h>
#include <string.h>

#include "wire/json.h"

#define LIT(s) s, sizeof(s) - 1

struct text {
	const char *p;
	size_t n;
};

/* Accepted; the second is the canonical text. */
static const struct {
	const char *name;
	struct text in;
	const char *out;
} good[] = {
	{ "empty array", { LIT("[]") }, "[]" },
	{ "empty object", { LIT("{}") }, "{}" },
	{ "blanks", { LIT(" \t\r\n[ 1 , 2 ] \n") }, "[1,2]" },
	{ "lone integer", { LIT("42") }, "42" },
	{ "lone double", { LIT("-0.1") }, "-0.1" },
	{ "lone string", { LIT("\"asd\"") }, "\"asd\"" },
	{ "lone true", { LIT("true") }, "true" },
	{ "lone false", { LIT("false") }, "false" },
	{ "lone null", { LIT("null") }, "null" },
	{ "order kept", { LIT("{\"b\":1,\"a\":2}") }, "{\"b\":1,\"a\":2}" },
	{ "empty name", { LIT("{\"\":0}") }, "{\"\":0}" },
	{ "same name in other object",
	    { LIT("{\"a\":{\"a\":1},\"b\":{\"a\":2}}") },
	    "{\"a\":{\"a\":1},\"b\":{\"a\":2}}" },
	{ "int64 min", { LIT("[-9223372036854775808]") },
	    "[-9223372036854775808]" },
	{ "int64 max", { LIT("[9223372036854775807]") },
	    "[9223372036854775807]" },
	{ "minus zero", { LIT("[-0]") }, "[0]" },
	{ "minus zero, double", { LIT("[-0.0]") }, "[0]" },
	{ "exponent", { LIT("[1E+2,1e-2,0e1,1.5e3]") }, "[100,0.01,0,1500]" },
	{ "underflow", { LIT("[1e-400]") }, "[0]" },
	{ "nearest double", { LIT("[0.30000000000000004]") },
	    "[0.30000000000000004]" },
	{ "close to zero",
	    { LIT("[-0.000000000000000000000000000000000000000000000001]") },
	    "[-1e-48]" },
	{ "all escapes", { LIT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]") },
	    "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]" },
	{ "escaped control", { LIT("[\"\\u0012\\u001f\"]") },
	    "[\"\\u0012\\u001f\"]" },
	{ "surrogate pair", { LIT("[\"\\uD801\\udc37\"]") },
	    "[\"\xf0\x90\x90\xb7\"]" },
	{ "utf8", { LIT("[\"\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\"]") },
	    "[\"\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\"]" },
	{ "last code point", { LIT("[\"\xf4\x8f\xbf\xbf\"]") },
	    "[\"\xf4\x8f\xbf\xbf\"]" },
	{ "quote inside", { LIT("[\"it's\"]") }, "[\"it's\"]" },
	{ "words inside", { LIT("[\"NaN // x /* y */,]\"]") },
	    "[\"NaN // x /* y */,]\"]" },
	{ "delete", { LIT("[\"a\x7f\"]") }, "[\"a\x7f\"]" },
	{ "sixteen deep", { LIT("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]") },
	    "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]" },
};

/* Refused, with what the client reads. */
static const struct {
	struct text in;
	const char *detail;
} bad[] = {
	{ { LIT("") }, "line 1, column 1: the text ends where" },
	{ { LIT("  ") }, "column 3: the text ends where a value" },
	{ { LIT("[") }, "column 2: the text ends where a value" },
	{ { LIT("]") }, "a value was expected" },
	{ { LIT("{") }, "the name of a member was expected" },
	{ { LIT("[1") }, "',' or ']' was expected" },
	{ { LIT("[1,") }, "column 4: the text ends where" },
	{ { LIT("[1,]") }, "a value was expected" },
	{ { LIT("[,1]") }, "a value was expected" },
	{ { LIT("[1,,2]") }, "a value was expected" },
	{ { LIT("[1 2]") }, "',' or ']' was expected" },
	{ { LIT("[1}") }, "',' or ']' was expected" },
	{ { LIT("[1]]") }, "something follows the value" },
	{ { LIT("1 2") }, "something follows the value" },
	{ { LIT("{}{}") }, "something follows the value" },
	{ { LIT("{\"a\":1") }, "',' or '}' was expected" },
	{ { LIT("{\"a\":1,}") }, "the name of a member was expected" },
	{ { LIT("{\"a\":1]") }, "',' or '}' was expected" },
	{ { LIT("{\"a\"}") }, "':' was expected" },
	{ { LIT("{\"a\" 1}") }, "':' was expected" },
	{ { LIT("{\"a\":}") }, "a value was expected" },
	{ { LIT("{\"a\"::1}") }, "a value was expected" },
	{ { LIT("{1:1}") }, "the name of a member was expected" },
	{ { LIT("{a:1}") }, "the name of a member was expected" },
	{ { LIT("{'a':1}") }, "the name of a member was expected" },
	{ { LIT("['a']") }, "a value was expected" },
	{ { LIT("{\"a\":1,\"a\":2}") },
	    "column 1: two members of this object have the same name" },
	{ { LIT("[\n {\"b\":{\"a\":1,\"\\u0061\":1}}]") },
	    "line 2, column 7: two members" },
	{ { LIT("{\"a\":{},\"a\":{\"b\":1}}") }, "two members" },
	{ { LIT("{\"\":1,\"\":1}") }, "two members" },
	{ { LIT("[NaN]") }, "a value was expected" },
	{ { LIT("[nan]") }, "a value was expected" },
	{ { LIT("[-NaN]") }, "a digit is missing" },
	{ { LIT("[Infinity]") }, "a value was expected" },
	{ { LIT("[-Infinity]") }, "a digit is missing" },
	{ { LIT("[TRUE]") }, "a value was expected" },
	{ { LIT("[True]") }, "a value was expected" },
	{ { LIT("[tru]") }, "a value was expected" },
	{ { LIT("[truex]") }, "',' or ']' was expected" },
	{ { LIT("[NULL]") }, "a value was expected" },
	{ { LIT("nul") }, "a value was expected" },
	{ { LIT("[undefined]") }, "a value was expected" },
	{ { LIT("[1.]") }, "a digit is missing" },
	{ { LIT("[.1]") }, "a value was expected" },
	{ { LIT("[+1]") }, "a value was expected" },
	{ { LIT("[-]") }, "a digit is missing" },
	{ { LIT("[- 1]") }, "a digit is missing" },
	{ { LIT("[01]") }, "a number begins with 0" },
	{ { LIT("[-01]") }, "a number begins with 0" },
	{ { LIT("[1e]") }, "a digit is missing" },
	{ { LIT("[1e+]") }, "a digit is missing" },
	{ { LIT("[1.e1]") }, "a digit is missing" },
	{ { LIT("[0x1]") }, "',' or ']' was expected" },
	{ { LIT("[1_0]") }, "',' or ']' was expected" },
	{ { LIT("[1e400]") }, "a number is too large" },
	{ { LIT("[-1e400]") }, "a number is too large" },
	{ { LIT("[9223372036854775808]") }, "does not fit 64 bits" },
	{ { LIT("[-9223372036854775809]") }, "does not fit 64 bits" },
	{ { LIT("[18446744073709551615]") }, "does not fit 64 bits" },
	{ { LIT("[100000000000000000000000000000]") }, "does not fit 64" },
	{ { LIT("[\"a]") }, "the text ends inside a string" },
	{ { LIT("[\"a\\") }, "unknown escape" },
	{ { LIT("[\"\\x\"]") }, "unknown escape" },
	{ { LIT("[\"\\a\"]") }, "unknown escape" },
	{ { LIT("[\"\\'\"]") }, "unknown escape" },
	{ { LIT("[\"\\\0\"]") }, "unknown escape" },
	{ { LIT("[\"\\u12\"]") }, "four hexadecimal digits" },
	{ { LIT("[\"\\u12g4\"]") }, "four hexadecimal digits" },
	{ { LIT("[\"\\u\"]") }, "four hexadecimal digits" },
	{ { LIT("[\"\\u00") }, "four hexadecimal digits" },
	{ { LIT("[\"\\U0041\"]") }, "unknown escape" },
	{ { LIT("[\"\\u0000\"]") }, "\\u0000 is not accepted" },
	{ { LIT("{\"a\\u0000b\":1}") }, "\\u0000 is not accepted" },
	{ { LIT("[\"\\ud800\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"\\ud800\\ud800\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"\\ud800x\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"\\ud800\\n\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"\\udc00\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"\\udc00\\ud800\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"\\ud800\\u12\"]") }, "half of a surrogate pair" },
	{ { LIT("[\"a\nb\"]") }, "control character" },
	{ { LIT("[\"a\tb\"]") }, "control character" },
	{ { LIT("[\"a\x1f\"]") }, "control character" },
	{ { LIT("[\"a\0b\"]") }, "control character" },
	{ { LIT("{\"a\0b\":1,\"a\":2}") }, "control character" },
	{ { LIT("[\"\xff\"]") }, "column 3: not valid UTF-8" },
	{ { LIT("[\"\xc3\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\x80\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\xc0\xaf\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\xe0\x80\xaf\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\xf0\x80\x80\xaf\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\xed\xa0\x80\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\xf4\x90\x80\x80\"]") }, "not valid UTF-8" },
	{ { LIT("[\"\xf8\x88\x80\x80\x80\"]") }, "not valid UTF-8" },
	{ { LIT("[\xc3\xa9]") }, "a value was expected" },
	{ { LIT("\xef\xbb\xbf{}") }, "byte order mark" },
	{ { LIT("\xff\xfe[\0]\0") }, "a value was expected" },
	{ { LIT("[1]\0") }, "something follows the value" },
	{ { LIT("[1]\0garbage") }, "something follows the value" },
	{ { LIT("[\0]") }, "a value was expected" },
	{ { LIT("\f[]") }, "a value was expected" },
	{ { LIT("[]\f") }, "something follows the value" },
	{ { LIT("[]\v") }, "something follows the value" },
	{ { LIT("[\xc2\xa0]") }, "a value was expected" },
	{ { LIT("/* x */ []") }, "a value was expected" },
	{ { LIT("[] // x") }, "something follows the value" },
	{ { LIT("[1,# x\n2]") }, "a value was expected" },
	{ { LIT("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]") },
	    "column 17: nested too deeply" },
	{ { LIT("\"\xc3\xa9\xc3\xa9\" x") }, "column 6: something" },
};

static void
accepts(void **state)
{
	const struct json *j;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		UNIT_ARENA(a);

		print_message("%s\n", good[i].name);
		assert_ok(json_parse(a, good[i].in.p, good[i].in.n,
		    &json_limits_body, &j));
		assert_string_equal(json_text(a, j), good[i].out);
	}
}

static void
refuses(void **state)
{
	const struct json *j;
	struct err *e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		UNIT_ARENA(a);

		j = (const void *)state;
		e = json_parse(a, bad[i].in.p, bad[i].in.n, &json_limits_body,
		    &j);
		if (e == NULL)
			fail_msg("accepted: %s", bad[i].in.p);
		assert_int_equal(e->code, ERR_NOT_JSON);
		if (strstr(e->detail, bad[i].detail) == NULL)
			fail_msg("%s: \"%s\" instead of \"%s\"", bad[i].in.p,
			    e->detail, bad[i].detail);
		assert_ptr_equal(j, (const void *)state);
	}
}

/* The text stands at the end of its memory: sanitizers see a byte too far. */
static void
needs_no_nul(void **state)
{
	static const char *const texts[] = { "12", "1.5", "true", "\"a\"", "-",
		"tru", "[1", "\"\\ud800", "\"\\u12", "{\"a\"", "\xc3" };
	const struct json *j;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		UNIT_ARENA(a);
		size_t n = strlen(texts[i]);
		char *p = test_malloc(n);
		struct err *e;

		memcpy(p, texts[i], n);
		e = json_parse(a, p, n, &json_limits_body, &j);
		assert_int_equal(e == NULL, i < 4);
		test_free(p);
	}
}

static void
limits_values(void **state)
{
	static const struct json_limits five = { 5, 16 };
	UNIT_ARENA(a);
	const struct json *j;
	struct err *e;

	assert_ok(json_parse(a, "[1,2,3,4]", 9, &five, &j));
	assert_ok(json_parse(a, "{\"a\":[{}],\"b\":1}", 16, &five, &j));
	e = json_parse(a, "[1,2,3,4,5]", 11, &five, &j);
	assert_err(e, ERR_NOT_JSON);
	assert_non_null(strstr(e->detail, "too many values"));
}

/* Ten megabytes of '[' cost neither time nor memory. */
static void
many_brackets(void **state)
{
	UNIT_ARENA(a);
	size_t n = (size_t)10 << 20;
	char *p = test_malloc(n);
	const struct json *j;
	struct err *e;

	memset(p, '[', n);
	e = json_parse(a, p, n, &json_limits_body, &j);
	assert_err(e, ERR_NOT_JSON);
	assert_string_equal(e->detail, "line 1, column 17: nested too deeply");
	assert_true(arena_used(a) < 4096);
	test_free(p);
}

/* Sanitizers want a zone around each allocation. */
#ifdef __SANITIZE_ADDRESS__
#define BYTES_PER_VALUE 128
#else
#define BYTES_PER_VALUE 64
#endif

/* The promise of json.h. */
static void
memory_bound(void **state)
{
	UNIT_ARENA(a);
	struct buf b;
	const struct json *j;
	size_t before;

	buf_init(&b, a, 1 << 20);
	buf_putc(&b, '[');
	for (int i = 0; i < 9999; i++)
		buf_puts(&b, "{\"a\":1},");
	buf_puts(&b, "{}]");
	before = arena_used(a);
	assert_ok(json_parse(a, b.p, b.n, &json_limits_document, &j));
	assert_int_equal(j->n, 10000);
	assert_true(
	    arena_used(a) - before <= b.n + (size_t)BYTES_PER_VALUE * 20000);
}

/* Text that is read and written again and again does not grow. */
static void
does_not_grow(void **state)
{
	UNIT_ARENA(a);
	const struct json *j;
	struct buf b;

	buf_init(&b, a, 4096);
	buf_puts(&b, "{\"");
	for (int c = 1; c < 128; c++) {
		if (c < 0x20)
			buf_printf(&b, "\\u%04x", c);
		else if (c != '"' && c != '\\')
			buf_putc(&b, (char)c);
	}
	buf_puts(&b, "\\\"\\\\\":null}");
	assert_ok(json_parse(a, b.p, b.n, &json_limits_body, &j));
	assert_true(strlen(json_text(a, j)) <= b.n);
}

static void
members(void **state)
{
	static const char text[] =
	    "{\"s\":\"x\",\"i\":7,\"a\":[true,null],\"o\":{\"d\":1.5}}";
	UNIT_ARENA(a);
	const struct json *j;

	assert_ok(json_parse(a, LIT(text), &json_limits_body, &j));
	assert_string_equal(json_member_string(j, "s"), "x");
	assert_null(json_member_string(j, "i"));
	assert_null(json_member(j, "none"));
	assert_null(json_member(NULL, "s"));
	assert_int_equal(json_member(j, "i")->integer, 7);
	assert_int_equal(json_member(j, "a")->items[0].kind, JSON_BOOL);
	assert_true(
	    fabs(json_member(json_member(j, "o"), "d")->number - 1.5) < 1e-12);
	assert_string_equal(json_pointer_member(a, "/x", "a~b/c"),
	    "/x/a~0b~1c");
	assert_string_equal(json_pointer_item(a, "", 3), "/3");
}

static void
writes(void **state)
{
	static const char *const texts[] = { "x", "y" };
	static const struct field_fault more = { "/b", "too", NULL };
	static const struct field_fault fault = { "/a", "is wrong", &more };
	UNIT_ARENA(a);
	struct json_w w;
	struct buf b;

	buf_init(&b, a, 4096);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "s",
	    "a\"\\\n\x01\x7f\xff"
	    "e\xc3");
	json_w_key_str(&w, "left out", NULL);
	json_w_key_raw(&w, "left out", NULL);
	json_w_key_i64(&w, "i", INT64_MIN);
	json_w_key_f64(&w, "f", 0.1);
	json_w_key_f64(&w, "g", 1e300);
	json_w_key_bool(&w, "b", true);
	json_w_key_raw(&w, "r", "{\"x\":[]}");
	json_w_key(&w, "a");
	json_w_array(&w);
	json_w_null(&w);
	json_w_str(&w, NULL);
	json_w_object(&w);
	json_w_object_end(&w);
	json_w_strn(&w, "abc", 2);
	json_w_array_end(&w);
	json_w_key_strs(&w, "t", texts, 2);
	json_w_key_strs(&w, "n", NULL, 0);
	json_w_key_faults(&w, "e", &fault);
	json_w_key_faults(&w, "f", NULL);
	json_w_object_end(&w);
	json_w_finish(&w);
	assert_false(buf_overflowed(&b));
	assert_string_equal(b.p,
	    "{\"s\":\"a\\\"\\\\\\n\\u0001\x7f\xef\xbf\xbd"
	    "e\xef\xbf\xbd\","
	    "\"i\":-9223372036854775808,\"f\":0.1,\"g\":1e+300,\"b\":true,"
	    "\"r\":{\"x\":[]},\"a\":[null,null,{},\"ab\"],"
	    "\"t\":[\"x\",\"y\"],\"n\":[],"
	    "\"e\":[{\"pointer\":\"/a\",\"detail\":\"is wrong\"},"
	    "{\"pointer\":\"/b\",\"detail\":\"too\"}],\"f\":[]}");
}

static void
overflow_shows(void **state)
{
	UNIT_ARENA(a);
	struct json_w w;
	struct buf b;

	buf_init(&b, a, 8);
	json_w_init(&w, &b);
	json_w_str(&w, "much longer than eight");
	json_w_finish(&w);
	assert_true(buf_overflowed(&b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(needs_no_nul),
		cmocka_unit_test(limits_values),
		cmocka_unit_test(many_brackets),
		cmocka_unit_test(memory_bound),
		cmocka_unit_test(does_not_grow),
		cmocka_unit_test(members),
		cmocka_unit_test(writes),
		cmocka_unit_test(overflow_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
