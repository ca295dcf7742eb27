#include "unit.h"

#include "runner/job.h"

static void
the_job_overrides_the_package(void **state)
{
	UNIT_ARENA(a);
	struct package_limits l = { .time_ms = 1000,
		.memory_kb = 2048,
		.output_kb = 8 };

	assert_ok(job_limits(a, NULL, &l));
	assert_int_equal(l.time_ms, 1000);
	assert_ok(job_limits(a, "{}", &l));
	assert_int_equal(l.time_ms, 1000);
	assert_ok(job_limits(a,
	    "{\"time_ms\":2500,\"processes\":7,"
	    "\"something_new\":[1]}",
	    &l));
	assert_int_equal(l.time_ms, 2500);
	assert_int_equal(l.processes, 7);
	assert_int_equal(l.memory_kb, 2048);
	assert_int_equal(l.output_kb, 8);
}

static void
limits_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *json;
		enum err_code code;
	} cases[] = {
		{ "{\"time_ms\":0}", ERR_FIELDS },
		{ "{\"time_ms\":-1}", ERR_FIELDS },
		{ "{\"memory_kb\":9223372036854775807}", ERR_FIELDS },
		{ "{\"time_ms\":\"1000\"}", ERR_FIELDS },
		{ "{\"time_ms\":1.5}", ERR_FIELDS },
		{ "[1000]", ERR_FIELDS },
		{ "{\"time_ms\":1000", ERR_NOT_JSON },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct package_limits l = { .time_ms = 1000 };

		assert_err(job_limits(a, cases[i].json, &l), cases[i].code);
		assert_int_equal(l.time_ms, 1000);
	}
}

static void
tests_must_be_the_packages(void **state)
{
	static const struct judge_test tests[] = {
		{ .path = "sample/1" },
		{ .path = "secret/1" },
	};
	static const struct package package = {
		.plan = { .tests = tests, .test_n = ARRAY_LEN(tests) },
	};
	static const struct {
		const char *json;
		bool ok;
	} cases[] = {
		{ "{\"tests\":[{\"path\":\"sample/1\"},"
		  "{\"path\":\"secret/1\"}]}",
		    true },
		{ "{\"tests\":[{\"path\":\"secret/1\"},"
		  "{\"path\":\"sample/1\"}]}",
		    false },
		{ "{\"tests\":[{\"path\":\"sample/1\"}]}", false },
		{ "{\"tests\":[{\"path\":\"sample/1\"},{\"path\":\"secret/1\"},"
		  "{\"path\":\"secret/2\"}]}",
		    false },
		{ "{\"tests\":[{\"path\":\"sample/1\"},{\"name\":\"1\"}]}",
		    false },
		{ "{\"tests\":{}}", false },
		{ "{}", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);

		if (cases[i].ok)
			assert_ok(job_check_tests(a, cases[i].json, &package));
		else
			assert_err(job_check_tests(a, cases[i].json, &package),
			    ERR_RESULT_MISMATCH);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_job_overrides_the_package),
		cmocka_unit_test(limits_that_cannot_be_are_refused),
		cmocka_unit_test(tests_must_be_the_packages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
