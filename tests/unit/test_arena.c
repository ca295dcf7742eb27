#include "unit.h"

#include <string.h>

#include "base/buf.h"

static void
allocations_are_zeroed_and_aligned(void **state)
{
	UNIT_ARENA(a);

	for (size_t n = 1; n < 20000; n = n * 3 + 1) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	assert_int_equal(*(unsigned char *)arena_alloc(a, 1), 0);
}

static void
limit_holds(void **state)
{
	struct arena *a = arena_new("small", 1000);

	assert_null(arena_try_alloc(a, 1001));
	assert_null(arena_try_alloc(a, SIZE_MAX));
	assert_null(arena_try_alloc(a, SIZE_MAX - 15));
	assert_non_null(arena_try_alloc(a, 512));
	assert_null(arena_try_alloc(a, 512));
	assert_true(arena_left(a) < 500);
	arena_reset(a);
	assert_non_null(arena_try_alloc(a, 900));
	arena_free(a);
}

static void
note_order(void *arg)
{
	static char next = 'a';
	char *p = arg;

	*p = next++;
}

static void
deferred_runs_latest_first(void **state)
{
	char order[3] = "--";
	struct arena *a = arena_new("defer", 1 << 16);

	arena_defer(a, note_order, &order[0]);
	arena_defer(a, note_order, &order[1]);
	arena_free(a);
	assert_string_equal(order, "ba");
}

static void
grow_keeps_what_was_there(void **state)
{
	UNIT_ARENA(a);
	int *p = NULL;
	size_t cap = 0;

	for (int i = 0; i < 1000; i++) {
		p = arena_grow(a, p, (size_t)i, &cap, sizeof(*p));
		p[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(p[i], i);
}

static void
buffer_overflow_is_sticky(void **state)
{
	UNIT_ARENA(a);
	struct buf b;

	buf_init(&b, a, 10);
	assert_string_equal(b.p, "");
	buf_puts(&b, "12345");
	buf_printf(&b, "%d", 67890);
	assert_false(buf_overflowed(&b));
	assert_string_equal(b.p, "1234567890");
	buf_putc(&b, 'x');
	assert_true(buf_overflowed(&b));
	buf_puts(&b, "");
	assert_string_equal(b.p, "1234567890");
	buf_reset(&b);
	assert_false(buf_overflowed(&b));
	assert_string_equal(b.p, "");
	assert_null(buf_room(&b, 11));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_are_zeroed_and_aligned),
		cmocka_unit_test(limit_holds),
		cmocka_unit_test(deferred_runs_latest_first),
		cmocka_unit_test(grow_keeps_what_was_there),
		cmocka_unit_test(buffer_overflow_is_sticky),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
