/*
 * The table of steps, and what a pipeline does that cannot go on.  Gradings
 * that run programs are in tests/integ/test_runner_check.py.
 */
#include "unit.h"

#include <unistd.h>

#include "runner/pipeline.h"

static const char *const names[] = { "LOAD_TEMPLATE", "BUILD_TREE", "SANDBOX",
	"PRE_FLIGHT", "AI_BATCH", "STRUCTURAL_ANALYSIS", "GRADE", "FOCUS",
	"FEEDBACK" };

static void
steps_stand_in_their_order(void **state)
{
	size_t i;

	for (i = 0; pipeline_steps[i].name != NULL; i++)
		assert_string_equal(pipeline_steps[i].name, names[i]);
	assert_int_equal(i, ARRAY_LEN(names));
}

static void
only_what_follows_the_grade_may_fail(void **state)
{
	bool is_graded = false;

	for (const struct step *s = pipeline_steps; s->name != NULL; s++) {
		assert_int_equal((s->flags & STEP_OPTIONAL) != 0, is_graded);
		if (strcmp(s->name, "GRADE") == 0)
			is_graded = true;
	}
	assert_true(is_graded);
}

/* A grading of a package that says template and validation. */
static void
assert_interrupted(const char *template, const char *validation, bool cancel,
    const char *why)
{
	static const struct judge_test tests[] = { { .path = "secret/1" } };
	UNIT_ARENA(a);
	const struct package package = {
		.template = template,
		.templates = (const char *const[]) { template, NULL },
		.validation = validation,
		.plan = { .tests = tests, .test_n = 1 },
	};
	struct tools tools = { .is_served = { false } };
	struct runner_config config = { .output_kb = 16 };
	const struct grader grader = { .config = &config,
		.tools = &tools,
		.work = -1 };
	struct event event;
	const struct grading_job job = {
		.owner = "jb_1",
		.package = &package,
		.language = &languages[LANGUAGE_C],
		.cancel = &event,
	};
	struct wire_result *result = NULL;
	struct err *e;

	assert_ok(event_init(&event, a));
	if (cancel)
		event_set(&event);
	e = pipeline_run(&grader, a, &job, &result);
	event_done(&event);
	assert_non_null(e);
	assert_int_equal(e->code, ERR_UNAVAILABLE);
	assert_non_null(strstr(e->internal, why));
	assert_null(result);
}

static void
what_it_cannot_do_is_no_verdict(void **state)
{
	assert_interrupted("essay", "default", false, "no template");
	assert_interrupted("input_output", "custom", false, "validate");
	/* A language whose tool is not here. */
	assert_interrupted("input_output", "default", false, "serve");
	assert_interrupted("input_output", "default", true, "cancelled");
}

static void
an_event_can_be_polled_and_reset(void **state)
{
	UNIT_ARENA(a);
	struct event e;
	char byte[8];

	assert_ok(event_init(&e, a));
	assert_false(event_wait(&e, 20));
	event_set(&e);
	event_set(&e);
	assert_true(event_wait(&e, 10000));
	assert_true(event_is_set(&e));
	event_reset(&e);
	assert_false(event_is_set(&e));
	assert_int_equal(read(e.fd, byte, sizeof(byte)), -1);
	event_done(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_stand_in_their_order),
		cmocka_unit_test(only_what_follows_the_grade_may_fail),
		cmocka_unit_test(what_it_cannot_do_is_no_verdict),
		cmocka_unit_test(an_event_can_be_polled_and_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
