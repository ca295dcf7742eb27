#include "unit.h"

#include "runner/backoff.h"

static void
waits_double_up_to_the_bound(void **state)
{
	/* Between half and all of these. */
	static const int64_t full[] = { 1000, 2000, 4000, 8000, 16000, 30000,
		30000, 30000 };

	for (int round = 0; round < 50; round++) {
		struct backoff b = { 0 };

		for (size_t i = 0; i < ARRAY_LEN(full); i++) {
			int64_t ms = backoff_next_ms(&b, 0);

			assert_in_range(ms, full[i] / 2, full[i]);
		}
		backoff_reset(&b);
		assert_in_range(backoff_next_ms(&b, 0), 500, 1000);
	}
}

static void
jitter_differs(void **state)
{
	struct backoff b = { .failures = 10 };
	int64_t first = backoff_next_ms(&b, 0);
	int same = 0;

	for (int i = 0; i < 20; i++)
		same += backoff_next_ms(&b, 0) == first;
	assert_true(same < 20);
}

static void
the_server_may_ask_for_more(void **state)
{
	static const struct {
		int asked;
		int64_t min, max;
	} cases[] = {
		{ 7, 7000, 8000 },
		{ 60, 60000, 61000 },
		{ 86400, BACKOFF_ASKED_MAX_S * 1000,
		    BACKOFF_ASKED_MAX_S * 1000 + 1000 },
		{ -5, 500, 1000 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct backoff b = { 0 };

		assert_in_range(backoff_next_ms(&b, cases[i].asked),
		    cases[i].min, cases[i].max);
	}
}

static void
it_never_overflows(void **state)
{
	struct backoff b = { .failures = 4000000000u };

	assert_in_range(backoff_next_ms(&b, 0), BACKOFF_MAX_MS / 2,
	    BACKOFF_MAX_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_double_up_to_the_bound),
		cmocka_unit_test(jitter_differs),
		cmocka_unit_test(the_server_may_ask_for_more),
		cmocka_unit_test(it_never_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
