#include "core/result_check.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "grade/verdict.h"

_Static_assert((int)WIRE_AC == (int)VERDICT_AC &&
	(int)WIRE_OLE == (int)VERDICT_OLE,
    "the same codes on the wire");

/* Feedback on the whole; beyond it is cut. */
#define TEXT_MAX ((size_t)256 << 10)
/* What a student's state may be, as the table of results has it. */
#define STATE_MAX 65536

/*
 * -- cutting
 */

static const char *
cut(struct arena *a, const char *text, size_t max, bool *ret_cut)
{
	size_t n;

	if (text == NULL || strlen(text) <= max)
		return text;
	n = str_utf8_cut(text, max);
	*ret_cut = true;
	return arena_memdup(a, text, n);
}

static void
cut_outputs(struct arena *a, struct wire_test *t, size_t max)
{
	t->out = cut(a, t->out, max, &t->cut);
	t->err = cut(a, t->err, max, &t->cut);
	t->report = cut(a, t->report, max, &t->cut);
	t->team_message = cut(a, t->team_message, max, &t->cut);
	t->judge_message = cut(a, t->judge_message, max, &t->cut);
}

/*
 * -- our shape
 */

static void
check_test(struct faults *f, const struct snapshot_test *want,
    const struct wire_test *have, int verdict, size_t i)
{
	const char *at = arena_printf(f->arena, "/tests/%zu", i);

	if (strcmp(want->path, have->path) != 0)
		faults_add(f, arena_printf(f->arena, "%s/path", at),
		    "must be %.200s", want->path);
	if (have->status == WIRE_CE ||
	    (have->status == WIRE_JE && verdict != WIRE_JE))
		faults_add(f, arena_printf(f->arena, "%s/status", at),
		    "cannot be the status of one test here");
}

/* The first test that failed says the verdict; none: AC. */
static int
verdict_of_tests(const struct wire_test *tests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tests[i].status != WIRE_AC &&
		    tests[i].status != WIRE_SKIPPED)
			return tests[i].status;
	return WIRE_AC;
}

static bool
has_skipped(const struct wire_test *tests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tests[i].status == WIRE_SKIPPED)
			return true;
	return false;
}

/* Compile errors and errors of the judge are about no test. */
static bool
is_before_tests(int verdict)
{
	return verdict == WIRE_CE || verdict == WIRE_JE;
}

static void
check_verdict(struct faults *f, const struct wire_result *r)
{
	int expected = verdict_of_tests(r->tests, r->n_tests);

	if (is_before_tests(r->verdict))
		return;
	if (r->verdict != expected)
		faults_add(f, "/verdict", "the tests say %s",
		    wire_verdicts[expected]);
	else if (r->verdict == WIRE_AC && has_skipped(r->tests, r->n_tests))
		faults_add(f, "/verdict", "tests were skipped");
}

static void
check_own(struct faults *f, const struct snapshot *s,
    const struct wire_result *r)
{
	bool none = r->n_tests == 0 && is_before_tests(r->verdict);

	if (r->state != NULL && strlen(r->state) > STATE_MAX)
		faults_add(f, "/state", "is longer than %d bytes", STATE_MAX);
	if (r->n_tests != s->n_tests && !none) {
		faults_add(f, "/tests", "the job has %zu tests, not %zu",
		    s->n_tests, r->n_tests);
		return;
	}
	for (size_t i = 0; i < r->n_tests; i++)
		check_test(f, &s->tests[i], &r->tests[i], r->verdict, i);
	if (!s->is_judged)
		return;
	check_verdict(f, r);
	if (is_before_tests(r->verdict) && r->grade > 0)
		faults_add(f, "/grade", "must be 0 with this verdict");
	else if (!s->is_scoring && r->verdict != WIRE_AC && r->grade >= 100)
		faults_add(f, "/grade", "is 100 only where all is accepted");
}

/* What is hidden, and what a test weighs, is the package's to say. */
static void
take_own(struct arena *a, const struct snapshot *s, const struct wire_result *r,
    size_t output_max, struct checked_result *ret)
{
	struct wire_test *tests =
	    arena_array(a, r->n_tests + 1, sizeof(*tests));
	bool was_cut = false;

	ret->result = *r;
	for (size_t i = 0; i < r->n_tests; i++) {
		tests[i] = r->tests[i];
		tests[i].hidden = s->tests[i].hidden;
		cut_outputs(a, &tests[i], output_max);
	}
	ret->result.tests = tests;
	ret->result.text = cut(a, r->text, TEXT_MAX, &was_cut);
	ret->result.out = cut(a, r->out, output_max, &was_cut);
	ret->result.err = cut(a, r->err, output_max, &was_cut);
	if (r->compile != NULL) {
		struct wire_compile *compile =
		    arena_new_of(a, struct wire_compile);
		*compile = *r->compile;
		compile->output = cut(a, compile->output, output_max, &was_cut);
		ret->result.compile = compile;
	}
}

/*
 * -- NOJ's shape
 */

static void
check_noj(struct faults *f, const struct snapshot *s,
    const struct wire_result *r)
{
	if (s->n_tasks == 0) {
		faults_add(f, "/tasks", "the job has none");
		return;
	}
	if (r->n_tasks != s->n_tasks) {
		faults_add(f, "/tasks", "the job has %zu tasks, not %zu",
		    s->n_tasks, r->n_tasks);
		return;
	}
	for (size_t i = 0; i < r->n_tasks; i++)
		if ((int64_t)r->tasks[i].n_cases != s->tasks[i].case_count)
			faults_add(f, arena_printf(f->arena, "/tasks/%zu", i),
			    "the task has %lld cases, not %zu",
			    (long long)s->tasks[i].case_count,
			    r->tasks[i].n_cases);
}

static void
take_case(struct arena *a, const struct snapshot_test *want,
    const struct wire_noj_case *c, size_t output_max, struct wire_test *ret)
{
	*ret = (struct wire_test) {
		.path = want->path,
		.name = want->name,
		.status = c->status,
		.score = c->status == WIRE_AC ? 100 : 0,
		.has_score = true,
		.weight = want->weight,
		.has_weight = true,
		.time_ms = (int64_t)c->exec_time,
		.has_time = c->exec_time >= 0,
		.memory_kb = (int64_t)c->memory_usage,
		.has_memory = c->memory_usage >= 0,
		.exit_code = c->exit_code,
		.has_exit_code = c->exit_code >= 0,
		.out = c->out,
		.err = c->err,
		.hidden = want->hidden,
	};
	cut_outputs(a, ret, output_max);
}

static bool
is_accepted(const struct wire_noj_task *t)
{
	for (size_t i = 0; i < t->n_cases; i++)
		if (t->cases[i].status != WIRE_AC)
			return false;
	return true;
}

/* Any case that could not be judged: nothing was. */
static int
verdict_of_noj(const struct wire_test *tests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_before_tests(tests[i].status))
			return tests[i].status;
	return verdict_of_tests(tests, n);
}

/* Cases stand by task, tests in the package's order. */
static void
take_cases(struct arena *a, const struct snapshot *s,
    const struct wire_result *r, size_t output_max, struct wire_test *tests)
{
	size_t *next = arena_array(a, r->n_tasks + 1, sizeof(*next));

	for (size_t i = 0; i < s->n_tests; i++) {
		size_t task = s->tests[i].task;
		const struct wire_noj_task *t = &r->tasks[task];

		assert(next[task] < t->n_cases);
		take_case(a, &s->tests[i], &t->cases[next[task]++], output_max,
		    &tests[i]);
	}
}

static void
take_noj(struct arena *a, const struct snapshot *s, const struct wire_result *r,
    size_t output_max, struct checked_result *ret)
{
	struct wire_test *tests =
	    arena_array(a, s->n_tests + 1, sizeof(*tests));
	struct wire_result *own = &ret->result;
	double grade = 0;

	take_cases(a, s, r, output_max, tests);
	for (size_t i = 0; i < r->n_tasks; i++)
		if (is_accepted(&r->tasks[i]))
			grade += (double)s->tasks[i].task_score;
	*own = (struct wire_result) { .tests = tests, .n_tests = s->n_tests };
	own->verdict = verdict_of_noj(tests, s->n_tests);
	own->grade = own->verdict == WIRE_AC ? 100
	    : is_before_tests(own->verdict)  ? 0
	    : grade < 99                     ? grade
					     : 99;
	if (own->verdict == WIRE_CE) {
		struct wire_compile *compile =
		    arena_new_of(a, struct wire_compile);

		/* Every case repeats the compiler's words. */
		compile->status = WIRE_COMPILE_ERROR;
		compile->output = s->n_tests > 0 ? tests[0].err : NULL;
		own->compile = compile;
	}
}

/*
 * -- both
 */

static void
take_maxima(struct checked_result *ret)
{
	ret->time_ms = -1;
	ret->memory_kb = -1;
	for (size_t i = 0; i < ret->result.n_tests; i++) {
		const struct wire_test *t = &ret->result.tests[i];

		if (t->has_time && t->time_ms > ret->time_ms)
			ret->time_ms = t->time_ms;
		if (t->has_memory && t->memory_kb > ret->memory_kb)
			ret->memory_kb = t->memory_kb;
	}
}

struct err *
result_check(struct arena *a, const struct snapshot *s,
    const struct wire_result *r, size_t output_max,
    struct checked_result *ret_checked)
{
	struct checked_result checked = { 0 };
	struct faults f;

	faults_init(&f, a);
	if (r->is_noj)
		check_noj(&f, s, r);
	else
		check_own(&f, s, r);
	TRY(faults_err(&f, ERR_RESULT_MISMATCH));
	if (r->is_noj)
		take_noj(a, s, r, output_max, &checked);
	else
		take_own(a, s, r, output_max, &checked);
	take_maxima(&checked);
	*ret_checked = checked;
	return NULL;
}
