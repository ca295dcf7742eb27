#include "unit.h"

#include <string.h>

#include "wire/fields.h"

static const char *const colours[] = { "red", "green", NULL };

struct inner {
	const char *name;
	int64_t n;
};

struct outer {
	const char *s;
	int64_t i;
	bool has_i;
	double d;
	bool b;
	int colour;
	bool has_colour;
	const char *const *strings;
	size_t n_strings;
	bool has_strings;
	const struct inner *one;
	const struct inner *many;
	size_t n_many;
	const char *any;
	const char *object;
};

static bool
is_abc(const char *s)
{
	return strspn(s, "abc") == strlen(s);
}

/* clang-format off */
static const struct field inner_fields[] = {
	{ "name", F_STRING, AT(struct inner, name), F_REQUIRED },
	{ "n", F_INT, AT(struct inner, n), 0 },
	{ 0 }
};
static const struct fields inner_table = {
	"inner", inner_fields, sizeof(struct inner), 0
};

static const struct field outer_fields[] = {
	{ "s", F_STRING, AT(struct outer, s), F_REQUIRED,
	    .min = 1, .max = 3, .check = is_abc, .what = "made of a, b and c" },
	{ "number", F_INT, AT(struct outer, i), F_NULLABLE,
	    .min = -5, .max = 5, .has = HAS(struct outer, has_i) },
	{ "Number", F_INT, AT(struct outer, i), F_ALIAS },
	{ "d", F_DOUBLE, AT(struct outer, d), 0, .min = 0, .max = 100 },
	{ "b", F_BOOL, AT(struct outer, b), 0 },
	{ "colour", F_ENUM, AT(struct outer, colour), 0, .names = colours,
	    .has = HAS(struct outer, has_colour) },
	{ "strings", F_STRINGS, AT(struct outer, strings), 0,
	    .min = 0, .max = 2, .item_max = 3,
	    .count = COUNT(struct outer, n_strings),
	    .has = HAS(struct outer, has_strings) },
	{ "one", F_OBJECT, AT(struct outer, one), 0, .fields = &inner_table },
	{ "many", F_OBJECTS, AT(struct outer, many), 0,
	    .fields = &inner_table, .count = COUNT(struct outer, n_many) },
	{ "any", F_JSON, AT(struct outer, any), 0, .max = 10 },
	{ "object", F_JSON, AT(struct outer, object), F_ONLY_OBJECT },
	{ 0 }
};
/* clang-format on */

static const struct fields strict = { "outer", outer_fields,
	sizeof(struct outer), 0 };
static const struct fields lenient = { "outer", outer_fields,
	sizeof(struct outer), FIELDS_LENIENT };

static struct err *
parse(struct arena *a, const struct fields *t, const char *text,
    struct outer *ret)
{
	memset(ret, 0, sizeof(*ret));
	return fields_parse(a, t, &json_limits_body, str_of(text), ret);
}

static void
reads_all(void **state)
{
	UNIT_ARENA(a);
	struct outer o;

	assert_ok(parse(a, &strict,
	    "{\"s\":\"abc\",\"number\":-5,\"d\":2,\"b\":true,"
	    "\"colour\":\"green\",\"strings\":[\"x\",\"\xe2\x82\xac\"],"
	    "\"one\":{\"name\":\"n\",\"n\":3},"
	    "\"many\":[{\"name\":\"p\"},{\"name\":\"q\"}],"
	    "\"any\":[ 1, null],\"object\":{}}",
	    &o));
	assert_string_equal(o.s, "abc");
	assert_true(o.has_i);
	assert_int_equal(o.i, -5);
	assert_true(o.d > 1.99 && o.d < 2.01);
	assert_true(o.b);
	assert_int_equal(o.colour, 1);
	assert_int_equal(o.n_strings, 2);
	assert_string_equal(o.strings[1], "\xe2\x82\xac");
	assert_int_equal(o.one->n, 3);
	assert_int_equal(o.n_many, 2);
	assert_string_equal(o.many[1].name, "q");
	assert_string_equal(o.any, "[1,null]");
	assert_string_equal(o.object, "{}");
}

static void
absence(void **state)
{
	UNIT_ARENA(a);
	struct outer o;

	assert_ok(parse(a, &strict, "{\"s\":\"a\",\"number\":null}", &o));
	assert_false(o.has_i);
	assert_false(o.has_colour);
	assert_false(o.has_strings);
	assert_null(o.one);
	assert_null(o.any);
	assert_ok(parse(a, &strict, "{\"s\":\"a\",\"strings\":[]}", &o));
	assert_true(o.has_strings);
	assert_int_equal(o.n_strings, 0);
	assert_ok(parse(a, &strict, "{\"s\":\"a\",\"Number\":4}", &o));
	assert_int_equal(o.i, 4);
	assert_true(o.has_i);
	assert_ok(parse(a, &lenient, "{\"s\":\"a\",\"zzz\":[1,{}]}", &o));
	assert_err(parse(a, &strict, "", &o), ERR_FIELDS);
}

/* One fault each; the detail is the whole text. */
static const struct {
	const char *text;
	const char *pointer;
	const char *detail;
} faults[] = {
	{ "{}", "/s", "is required" },
	{ "{\"s\":null}", "/s", "must be a string, not null" },
	{ "{\"s\":1}", "/s", "must be a string, not an integer" },
	{ "{\"s\":\"\"}", "/s", "must not be empty" },
	{ "{\"s\":\"aaaa\"}", "/s", "must have at most 3 characters" },
	{ "{\"s\":\"abd\"}", "/s", "must be made of a, b and c" },
	{ "[]", "", "must be an object, not an array" },
	{ "7", "", "must be an object, not an integer" },
	{ "{\"s\":\"a\",\"number\":6}", "/number", "must be from -5 to 5" },
	{ "{\"s\":\"a\",\"number\":1.0}", "/number",
	    "must be an integer, not a number" },
	{ "{\"s\":\"a\",\"number\":\"1\"}", "/number",
	    "must be an integer, not a string" },
	{ "{\"s\":\"a\",\"Number\":6}", "/Number", "must be from -5 to 5" },
	{ "{\"s\":\"a\",\"d\":100.5}", "/d", "must be from 0 to 100" },
	{ "{\"s\":\"a\",\"d\":true}", "/d", "must be a number, not a boolean" },
	{ "{\"s\":\"a\",\"b\":0}", "/b", "must be a boolean, not an integer" },
	{ "{\"s\":\"a\",\"colour\":\"blue\"}", "/colour",
	    "must be one of \"red\", \"green\"" },
	{ "{\"s\":\"a\",\"strings\":[\"a\",\"b\",\"c\"]}", "/strings",
	    "must have at most 2 items" },
	{ "{\"s\":\"a\",\"strings\":[\"a\",1]}", "/strings/1",
	    "must be a string, not an integer" },
	{ "{\"s\":\"a\",\"strings\":[\"abcd\"]}", "/strings/0",
	    "must have at most 3 characters" },
	{ "{\"s\":\"a\",\"strings\":\"abc\"}", "/strings",
	    "must be an array, not a string" },
	{ "{\"s\":\"a\",\"one\":{}}", "/one/name", "is required" },
	{ "{\"s\":\"a\",\"one\":[]}", "/one",
	    "must be an object, not an array" },
	{ "{\"s\":\"a\",\"many\":[{\"name\":\"x\"},{}]}", "/many/1/name",
	    "is required" },
	{ "{\"s\":\"a\",\"many\":[3]}", "/many/0",
	    "must be an object, not an integer" },
	{ "{\"s\":\"a\",\"any\":\"123456789\"}", "/any",
	    "must be at most 10 bytes" },
	{ "{\"s\":\"a\",\"object\":[]}", "/object",
	    "must be an object, not an array" },
	{ "{\"s\":\"a\",\"x/y~z\":1}", "/x~1y~0z", "unknown member" },
	{ "{\"s\":\"a\",\"color\":\"red\"}", "/color",
	    "unknown member; did you mean \"colour\"?" },
	{ "{\"s\":\"a\",\"one\":{\"nam\":1,\"name\":\"\"}}", "/one/nam",
	    "unknown member; did you mean \"name\"?" },
};

static void
one_fault(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		UNIT_ARENA(a);
		struct outer o;
		struct err *e = parse(a, &strict, faults[i].text, &o);

		if (e == NULL)
			fail_msg("accepted: %s", faults[i].text);
		assert_int_equal(e->code, ERR_FIELDS);
		assert_non_null(e->faults);
		assert_string_equal(e->faults->pointer, faults[i].pointer);
		assert_string_equal(e->faults->detail, faults[i].detail);
		assert_null(e->faults->next);
	}
}

static void
all_faults(void **state)
{
	static const char *const pointers[] = { "/s", "/number", "/b",
		"/many/0/name", "/many/1", "/what" };
	UNIT_ARENA(a);
	struct outer o;
	struct err *e = parse(a, &strict,
	    "{\"what\":1,\"number\":99,\"b\":\"\",\"many\":[{\"n\":1},2]}", &o);
	const struct field_fault *f;
	size_t i = 0;

	assert_err(e, ERR_FIELDS);
	for (f = e->faults; f != NULL; f = f->next) {
		assert_true(i < ARRAY_LEN(pointers));
		assert_string_equal(f->pointer, pointers[i++]);
	}
	assert_int_equal(i, ARRAY_LEN(pointers));
}

/* A client's names do not come back without bound. */
static void
long_names(void **state)
{
	UNIT_ARENA(a);
	struct outer o;
	struct buf b;
	struct err *e;

	buf_init(&b, a, 1 << 20);
	buf_puts(&b, "{\"s\":\"a\",\"");
	for (int i = 0; i < 10000; i++)
		buf_puts(&b, "\xe2\x82\xac");
	buf_puts(&b, "\":1}");
	e = parse(a, &strict, b.p, &o);
	assert_err(e, ERR_FIELDS);
	assert_int_equal(strlen(e->faults->pointer), 1 + 63 + 3);
}

static void
writes_back(void **state)
{
	static const char *const texts[] = {
		"{\"s\":\"a\",\"d\":0,\"b\":false}",
		"{\"s\":\"abc\",\"number\":-5,\"d\":0.5,\"b\":true,"
		"\"colour\":\"green\",\"strings\":[],"
		"\"one\":{\"name\":\"n\",\"n\":3},"
		"\"many\":[{\"name\":\"p\",\"n\":0}],"
		"\"any\":[1],\"object\":{}}",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		UNIT_ARENA(a);
		struct outer o;

		assert_ok(parse(a, &strict, texts[i], &o));
		assert_string_equal(fields_text(a, &strict, &o, 4096),
		    texts[i]);
		assert_null(fields_text(a, &strict, &o, 10));
	}
}

static void
prints_schema(void **state)
{
	UNIT_ARENA(a);
	const struct json *j;
	const struct json *p;
	struct json_w w;
	struct buf b;

	buf_init(&b, a, 1 << 16);
	json_w_init(&w, &b);
	fields_schema(&strict, &w);
	json_w_finish(&w);
	assert_ok(json_parse(a, b.p, b.n, &json_limits_body, &j));
	p = json_member(j, "properties");
	assert_int_equal(p->n, 10);
	assert_string_equal(json_text(a, json_member(p, "number")),
	    "{\"type\":[\"integer\",\"null\"],\"minimum\":-5,\"maximum\":5}");
	assert_string_equal(json_text(a, json_member(p, "colour")),
	    "{\"type\":\"string\",\"enum\":[\"red\",\"green\"]}");
	assert_string_equal(json_text(a, json_member(p, "one")),
	    "{\"title\":\"inner\",\"type\":\"object\",\"properties\":"
	    "{\"name\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}},"
	    "\"required\":[\"name\"],\"additionalProperties\":false}");
	assert_string_equal(json_text(a, json_member(j, "required")),
	    "[\"s\"]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all),
		cmocka_unit_test(absence),
		cmocka_unit_test(one_fault),
		cmocka_unit_test(all_faults),
		cmocka_unit_test(long_names),
		cmocka_unit_test(writes_back),
		cmocka_unit_test(prints_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
