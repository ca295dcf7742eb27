#include "unit.h"

#include <string.h>

#include "assized/multipart.h"
#include "base/buf.h"

#define TYPE "multipart/form-data; boundary=XX"

static void
good(void **state)
{
	static const char body[] =
	    "preamble\r\n"
	    "--XX\r\n"
	    "Content-Disposition: form-data; name=\"course\"\r\n"
	    "\r\n"
	    "c1\r\n"
	    "--XX  \r\n"
	    "content-disposition:form-data;name=f; filename=\"a \\\"b\\\".c\"\r\n"
	    "Content-Type: text/plain\r\n"
	    "\r\n"
	    "int x;\r\n--X\r\n\0more\r\n"
	    "--XX\r\n"
	    "Content-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n"
	    "\r\n"
	    "\r\n--XX--\r\nepilogue";
	UNIT_ARENA(a);
	struct parts parts;

	assert_null(multipart_parse(a, TYPE, body, sizeof(body) - 1, &parts));
	assert_int_equal(parts.n, 3);
	assert_string_equal(parts.part[0].name, "course");
	assert_null(parts.part[0].filename);
	assert_int_equal(parts.part[0].n, 2);
	assert_memory_equal(parts.part[0].p, "c1", 2);
	assert_string_equal(parts.part[1].name, "f");
	assert_string_equal(parts.part[1].filename, "a \"b\".c");
	assert_int_equal(parts.part[1].n, 18);
	assert_memory_equal(parts.part[1].p, "int x;\r\n--X\r\n\0more", 18);
	assert_string_equal(parts.part[2].filename, "");
	assert_int_equal(parts.part[2].n, 0);
}

static void
no_parts(void **state)
{
	UNIT_ARENA(a);
	struct parts parts = { NULL, 7 };

	assert_null(multipart_parse(a, "multipart/form-data; boundary=\"a b\"",
	    "--a b--", 7, &parts));
	assert_int_equal(parts.n, 0);
}

/* A part without a byte, and its delimiter right behind its headers. */
static void
empty_part(void **state)
{
	static const char body[] =
	    "--XX\r\n"
	    "Content-Disposition: form-data; name=x\r\n\r\n--XX--";
	UNIT_ARENA(a);
	struct parts parts;

	assert_null(multipart_parse(a, TYPE, body, sizeof(body) - 1, &parts));
	assert_int_equal(parts.n, 1);
	assert_int_equal(parts.part[0].n, 0);
}

#define DISPOSITION "Content-Disposition: form-data; name=x\r\n"

static void
bad(void **state)
{
	static const struct {
		const char *type;
		const char *body;
	} cases[] = {
		{ "multipart/form-data", "--XX--" },
		{ "multipart/form-data; boundary=", "--XX--" },
		{ "multipart/form-data; boundary=\"", "--XX--" },
		{ "multipart/form-data; boundary=01234567890123456789012345678"
		  "901234567890123456789012345678901234567890123",
		    "--XX--" },
		{ TYPE, "" },
		{ TYPE, "no boundary" },
		{ TYPE, "--XX" },
		{ TYPE, "--XXY\r\n" },
		{ TYPE, "--XX\r\n" },
		{ TYPE, "--XX\r\n\r\n\r\n--XX--" },
		{ TYPE, "--XX\r\n" DISPOSITION "\r\nno end" },
		{ TYPE, "--XX\r\n" DISPOSITION },
		{ TYPE,
		    "--XX\r\nContent-Disposition: attachment; name=x\r\n"
		    "\r\n\r\n--XX--" },
		{ TYPE,
		    "--XX\r\nContent-Disposition: form-data; name=\"x\r\n"
		    "\r\n\r\n--XX--" },
		{ TYPE,
		    "--XX\r\nContent-Disposition: form-data; name=\"\xff\""
		    "\r\n\r\n\r\n--XX--" },
		{ TYPE, "--XX\r\n" DISPOSITION "\r\nx\r\n--XX" },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct parts parts;
		struct err *e = multipart_parse(a, cases[i].type, cases[i].body,
		    strlen(cases[i].body), &parts);

		if (e == NULL)
			fail_msg("case %zu was accepted", i);
		assert_int_equal(e->code, ERR_REQUEST);
	}
}

static void
too_many(void **state)
{
	static const char part[] = "--XX\r\n" DISPOSITION "\r\n\r\n";
	UNIT_ARENA(a);
	struct parts parts;
	struct err *e;
	struct buf b;

	buf_init(&b, a, 1 << 20);
	for (int i = 0; i < MULTIPART_MAX_PARTS + 1; i++)
		buf_puts(&b, part);
	buf_puts(&b, "--XX--");
	e = multipart_parse(a, TYPE, b.p, b.n, &parts);
	assert_non_null(e);
	assert_int_equal(e->code, ERR_FILES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(no_parts),
		cmocka_unit_test(empty_part),
		cmocka_unit_test(bad),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
