#include "unit.h"

#include <string.h>

#include "core/result_check.h"

/* Two groups whose tests are mixed in the package's order. */
static const char grading[] =
    "{\"template\":\"input_output\",\"type\":\"pass-fail\","
    "\"limits\":{\"time_ms\":1000,\"wall_ms\":3000,\"memory_kb\":65536,"
    "\"code_kb\":128,\"compile_time_ms\":10000,\"validation_time_ms\":500},"
    "\"languages\":[\"c\",\"python3\"],"
    "\"groups\":[{\"path\":\"\"},{\"path\":\"sample\"},{\"path\":\"secret\"}],"
    "\"tests\":["
    "{\"path\":\"sample/1\",\"name\":\"1\",\"group\":\"sample\","
    "\"hidden\":false,\"weight\":1},"
    "{\"path\":\"secret/1\",\"name\":\"1\",\"group\":\"secret\","
    "\"hidden\":true,\"weight\":1,\"validator_args\":[\"x\"]},"
    "{\"path\":\"sample/2\",\"name\":\"2\",\"group\":\"sample\","
    "\"hidden\":false,\"weight\":1}],"
    "\"tasks\":["
    "{\"group\":\"sample\",\"case_count\":2,\"task_score\":40,"
    "\"time_limit\":1000,\"memory_limit\":65536},"
    "{\"group\":\"secret\",\"case_count\":1,\"task_score\":60,"
    "\"time_limit\":1000,\"memory_limit\":65536}]}";

static const struct snapshot *
read_snapshot(struct arena *a)
{
	struct snapshot *s = NULL;

	assert_ok(snapshot_read(a, grading, &s));
	return s;
}

static void
snapshots(void **state)
{
	UNIT_ARENA(a);
	const struct snapshot *s = read_snapshot(a);
	struct snapshot *bad;

	assert_int_equal(s->n_tests, 3);
	assert_int_equal(s->tests[0].task, 0);
	assert_int_equal(s->tests[1].task, 1);
	assert_int_equal(s->tests[2].task, 0);
	assert_true(s->tests[1].hidden);
	assert_int_equal(s->n_tasks, 2);
	assert_int_equal(s->tasks[1].task_id, 1);
	assert_int_equal(s->tasks[1].task_score, 60);
	assert_int_equal(s->code_kb, 128);
	assert_true(snapshot_takes_language(s, "python3"));
	assert_false(snapshot_takes_language(s, "cpp"));
	/* 60 s, twice the compiler, four seconds a test. */
	assert_int_equal(snapshot_budget_s(s), 60 + 20 + 3 * 4);
	assert_err(snapshot_read(a, "", &bad), ERR_INTERNAL);
	assert_err(snapshot_read(a, "{\"tests\":[{}]}", &bad), ERR_INTERNAL);
	assert_err(snapshot_read(a, "{\"tests\":7}", &bad), ERR_INTERNAL);
}

static struct wire_result
own(int verdict, double grade, const struct wire_test *tests, size_t n)
{
	return (struct wire_result) {
		.verdict = verdict,
		.grade = grade,
		.tests = tests,
		.n_tests = n,
	};
}

static void
own_shape(void **state)
{
	static const struct {
		int verdict;
		double grade;
		int status[3];
		const char *pointer; /* of the first fault, or NULL */
	} cases[] = {
		{ WIRE_AC, 100, { WIRE_AC, WIRE_AC, WIRE_AC }, NULL },
		/* A scoring problem may be right and worth less. */
		{ WIRE_AC, 80, { WIRE_AC, WIRE_AC, WIRE_AC }, NULL },
		{ WIRE_WA, 40, { WIRE_AC, WIRE_WA, WIRE_AC }, NULL },
		{ WIRE_TLE, 0, { WIRE_TLE, WIRE_SKIPPED, WIRE_SKIPPED }, NULL },
		{ WIRE_TLE, 0, { WIRE_AC, WIRE_TLE, WIRE_WA }, NULL },
		{ WIRE_CE, 0, { WIRE_SKIPPED, WIRE_SKIPPED, WIRE_SKIPPED },
		    NULL },
		{ WIRE_JE, 0, { WIRE_AC, WIRE_SKIPPED, WIRE_SKIPPED }, NULL },
		{ WIRE_JE, 0, { WIRE_AC, WIRE_JE, WIRE_SKIPPED }, NULL },
		{ WIRE_WA, 0, { WIRE_WA, WIRE_JE, WIRE_SKIPPED },
		    "/tests/1/status" },
		{ WIRE_WA, 0, { WIRE_AC, WIRE_TLE, WIRE_WA }, "/verdict" },
		{ WIRE_AC, 100, { WIRE_AC, WIRE_AC, WIRE_SKIPPED },
		    "/verdict" },
		{ WIRE_WA, 0, { WIRE_AC, WIRE_AC, WIRE_AC }, "/verdict" },
		{ WIRE_WA, 100, { WIRE_WA, WIRE_AC, WIRE_AC }, "/grade" },
		{ WIRE_CE, 1, { WIRE_SKIPPED, WIRE_SKIPPED, WIRE_SKIPPED },
		    "/grade" },
		{ WIRE_WA, 0, { WIRE_AC, WIRE_CE, WIRE_WA },
		    "/tests/1/status" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		const struct snapshot *s = read_snapshot(a);
		struct wire_test tests[3] = { 0 };
		struct wire_result r =
		    own(cases[i].verdict, cases[i].grade, tests, 3);
		struct checked_result checked;
		struct err *e;

		for (size_t k = 0; k < 3; k++) {
			tests[k].path = s->tests[k].path;
			tests[k].status = cases[i].status[k];
			/* What the runner says of it does not count. */
			tests[k].hidden = false;
		}
		e = result_check(a, s, &r, 10, &checked);
		if ((e == NULL) != (cases[i].pointer == NULL))
			fail_msg("case %zu: %s", i,
			    e == NULL ? "accepted" : e->faults->detail);
		if (e != NULL) {
			assert_int_equal(e->code, ERR_RESULT_MISMATCH);
			assert_string_equal(e->faults->pointer,
			    cases[i].pointer);
			continue;
		}
		assert_true(checked.result.tests[1].hidden);
		assert_int_equal(checked.time_ms, -1);
	}
}

static void
wrong_tests(void **state)
{
	UNIT_ARENA(a);
	const struct snapshot *s = read_snapshot(a);
	struct wire_test tests[4] = {
		{ .path = "sample/1" },
		{ .path = "sample/2" },
		{ .path = "secret/1" },
		{ .path = "secret/2" },
	};
	struct checked_result checked;

	for (size_t n = 0; n <= 4; n++) {
		struct wire_result r = own(WIRE_AC, 100, tests, n);

		assert_err(result_check(a, s, &r, 10, &checked),
		    ERR_RESULT_MISMATCH);
	}
	/* Where nothing was run there may be no tests at all. */
	for (int verdict = WIRE_AC; verdict <= WIRE_OLE; verdict++) {
		struct wire_result r = own(verdict, 0, NULL, 0);
		struct err *e = result_check(a, s, &r, 10, &checked);

		assert_int_equal(e == NULL,
		    verdict == WIRE_CE || verdict == WIRE_JE);
	}
}

/* Of a template that is not judged its own grader says the verdict. */
static void
not_judged(void **state)
{
	UNIT_ARENA(a);
	const char *text = "{\"template\":\"quiz\",\"tests\":[{\"path\":"
			   "\"q\"},{\"path\":\"r\"}]}";
	struct wire_test tests[2] = {
		{ .path = "q", .status = WIRE_AC },
		{ .path = "r", .status = WIRE_WA },
	};
	struct wire_result r = own(WIRE_TLE, 100, tests, 2);
	struct checked_result checked;
	struct snapshot *s = NULL;
	char *state_text = arena_alloc(a, 65538);

	assert_ok(snapshot_read(a, text, &s));
	assert_string_equal(s->template, "quiz");
	r.out = "12345678901";
	assert_ok(result_check(a, s, &r, 10, &checked));
	assert_string_equal(checked.result.out, "1234567890");
	memset(state_text, 'x', 65537);
	r.state = state_text + 1;
	assert_ok(result_check(a, s, &r, 10, &checked));
	r.state = state_text;
	assert_err(result_check(a, s, &r, 10, &checked), ERR_RESULT_MISMATCH);
}

static void
cutting(void **state)
{
	UNIT_ARENA(a);
	const struct snapshot *s = read_snapshot(a);
	const struct wire_compile compile = { WIRE_COMPILE_OK,
		"\xc3\xa4\xc3\xa4\xc3\xa4" };
	struct wire_test tests[3] = {
		{ .path = "sample/1",
		    .out = "12345",
		    .has_time = true,
		    .time_ms = 5,
		    .has_memory = true,
		    .memory_kb = 9 },
		{ .path = "secret/1",
		    .out = "\xc3\xa4\xc3\xa4\xc3\xa4",
		    .err = "123456",
		    .has_time = true,
		    .time_ms = 7 },
		{ .path = "sample/2", .report = "1234567" },
	};
	struct wire_result r = own(WIRE_AC, 100, tests, 3);
	struct checked_result checked;

	r.compile = &compile;
	assert_ok(result_check(a, s, &r, 5, &checked));
	assert_string_equal(checked.result.tests[0].out, "12345");
	assert_false(checked.result.tests[0].cut);
	assert_string_equal(checked.result.tests[1].out, "\xc3\xa4\xc3\xa4");
	assert_string_equal(checked.result.tests[1].err, "12345");
	assert_true(checked.result.tests[1].cut);
	assert_string_equal(checked.result.tests[2].report, "12345");
	assert_string_equal(checked.result.compile->output, "\xc3\xa4\xc3\xa4");
	assert_int_equal(checked.time_ms, 7);
	assert_int_equal(checked.memory_kb, 9);
}

static void
noj_shape(void **state)
{
	static const struct {
		int status[3]; /* sample/1, sample/2; secret/1 */
		int verdict;
		double grade;
	} cases[] = {
		{ { WIRE_AC, WIRE_AC, WIRE_AC }, WIRE_AC, 100 },
		{ { WIRE_AC, WIRE_AC, WIRE_WA }, WIRE_WA, 40 },
		{ { WIRE_AC, WIRE_RE, WIRE_AC }, WIRE_RE, 60 },
		/* The package's order: secret/1 stands before sample/2. */
		{ { WIRE_AC, WIRE_RE, WIRE_TLE }, WIRE_TLE, 0 },
		{ { WIRE_CE, WIRE_CE, WIRE_CE }, WIRE_CE, 0 },
		{ { WIRE_AC, WIRE_JE, WIRE_WA }, WIRE_JE, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct wire_noj_case all[3];
		const struct wire_noj_task tasks[] = {
			{ &all[0], 2 },
			{ &all[2], 1 },
		};
		const struct wire_result r = {
			.is_noj = true,
			.tasks = tasks,
			.n_tasks = 2,
		};
		struct checked_result checked;

		for (size_t k = 0; k < 3; k++)
			all[k] = (struct wire_noj_case) {
				.out = "o",
				.err = "e",
				.exit_code = -1,
				.exec_time = -1,
				.memory_usage = 12.5,
				.status = cases[i].status[k],
			};
		assert_ok(result_check(a, read_snapshot(a), &r, 10, &checked));
		assert_int_equal(checked.result.verdict, cases[i].verdict);
		assert_true(checked.result.grade == cases[i].grade);
		assert_int_equal(checked.result.n_tests, 3);
		assert_string_equal(checked.result.tests[1].path, "secret/1");
		assert_int_equal(checked.result.tests[1].status,
		    cases[i].status[2]);
		assert_int_equal(checked.time_ms, -1);
		assert_int_equal(checked.memory_kb, 12);
		assert_false(checked.result.is_noj);
	}
}

static void
wrong_noj(void **state)
{
	static const struct wire_noj_case c = { .out = "", .err = "" };
	const struct wire_noj_case two[] = { c, c };
	const struct wire_noj_task tasks[] = {
		{ two, 2 },
		{ two, 2 },
		{ two, 1 },
	};
	UNIT_ARENA(a);
	struct checked_result checked;

	for (size_t n = 1; n <= 3; n++) {
		const struct wire_result r = {
			.is_noj = true,
			.tasks = tasks,
			.n_tasks = n,
		};

		assert_err(result_check(a, read_snapshot(a), &r, 10, &checked),
		    ERR_RESULT_MISMATCH);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(snapshots),
		cmocka_unit_test(own_shape),
		cmocka_unit_test(wrong_tests),
		cmocka_unit_test(not_judged),
		cmocka_unit_test(cutting),
		cmocka_unit_test(noj_shape),
		cmocka_unit_test(wrong_noj),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
