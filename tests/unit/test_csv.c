/*
 * CSV as spreadsheets read it, and zips that are written piece by piece.
 */
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#include "core/csv.h"
#include "package/zip.h"
#include "package/zip_out.h"

static void
test_cells(void **state)
{
	static const struct {
		const char *text;
		const char *cell;
	} cases[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ NULL, "" },
		{ "a,b", "\"a,b\"" },
		{ "say \"it\"", "\"say \"\"it\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "=1+1", "'=1+1" },
		{ "+1", "'+1" },
		{ "-1", "'-1" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "=a,b", "\"'=a,b\"" },
		{ "\t=1", "'\t=1" },
	};
	UNIT_ARENA(a);
	struct buf b;
	struct csv c = { .buf = &b };

	(void)state;
	buf_init(&b, a, 1024);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&b);
		csv_text(&c, cases[i].text);
		csv_end(&c);
		assert_string_equal(b.p,
		    arena_printf(a, "%s\r\n", cases[i].cell));
	}
}

static void
test_numbers(void **state)
{
	UNIT_ARENA(a);
	struct buf b;
	struct csv c = { .buf = &b };

	(void)state;
	buf_init(&b, a, 1024);
	csv_text(&c, NULL);
	csv_number(&c, 100);
	csv_number(&c, 33.330);
	csv_number(&c, 12.5);
	csv_number(&c, 0);
	csv_number(&c, NAN);
	csv_end(&c);
	csv_number(&c, 70);
	csv_end(&c);
	assert_string_equal(b.p, ",100,33.33,12.5,0,\r\n70\r\n");
}

/* Takes so many bytes and then no more. */
struct taker {
	struct buf bytes;
	size_t left;
	size_t refused;
};

static bool
take(void *ctx, const void *p, size_t n)
{
	struct taker *t = ctx;

	if (n > t->left) {
		t->refused++;
		return false;
	}
	t->left -= n;
	buf_put(&t->bytes, p, n);
	return true;
}

static void
test_zip(void **state)
{
	UNIT_ARENA(a);
	struct taker t = { .left = SIZE_MAX };
	const struct sink sink = { take, &t };
	struct zip_file *files;
	struct zip_out *z;
	size_t n;

	(void)state;
	buf_init(&t.bytes, a, 1 << 20);
	assert_ok(zip_out_open(a, &sink, &z));
	assert_ok(zip_out_file(z, a, "b/two.c", "int x;", 6));
	assert_ok(zip_out_file(z, a, "a/empty", "", 0));
	assert_err(zip_out_file(z, a, "../up", "x", 1), ERR_FILES);
	assert_ok(zip_out_close(z, a));
	assert_ok(
	    zip_read(a, t.bytes.p, t.bytes.n, &zip_limits_package, &files, &n));
	assert_int_equal(n, 2);
	assert_string_equal(files[0].path, "a/empty");
	assert_int_equal(files[0].n, 0);
	assert_string_equal(files[1].path, "b/two.c");
	assert_memory_equal(files[1].p, "int x;", 6);
}

/* Who has left is not written to again, also not at the end. */
static void
test_zip_nobody_takes(void **state)
{
	UNIT_ARENA(a);
	struct taker t = { .left = 20000 };
	const struct sink sink = { take, &t };
	unsigned char *noise = arena_alloc(a, 100000);
	struct err *e = NULL;
	struct zip_out *z;

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		noise[i] = (unsigned char)(i * i * 2654435761u >> 13);
	buf_init(&t.bytes, a, 1 << 20);
	assert_ok(zip_out_open(a, &sink, &z));
	for (int i = 0; i < 50 && e == NULL; i++)
		e = zip_out_file(z, a, arena_printf(a, "%d", i), noise, 100000);
	assert_err(e, ERR_UNAVAILABLE);
	assert_int_equal(t.refused, 1);
	assert_err(zip_out_close(z, a), ERR_UNAVAILABLE);
	assert_int_equal(t.refused, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_zip),
		cmocka_unit_test(test_zip_nobody_takes),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
