#include "unit.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "runner/score.h"

/*
 * What validators leave, by test: four groups of one test, of which the first
 * one is of samples, a has no end, b has 60 points, c all or nothing.
 */
enum { SAMPLE, A, B, C };

static const struct judge_group groups[] = {
	{ .path = "" },
	{ .path = "sample", .weight = 0, .all_or_nothing = true },
	{ .path = "secret/a", .weight = 1000 },
	{ .path = "secret/b", .weight = 60 },
	{ .path = "secret/c", .weight = 40, .all_or_nothing = true },
};
static const struct judge_test judge_tests[] = {
	{ .path = "sample/1", .group = 1 },
	{ .path = "secret/a/1", .group = 2, .weight = 1000 },
	{ .path = "secret/b/1", .group = 3, .weight = 60 },
	{ .path = "secret/c/1", .group = 4, .weight = 40 },
};
static const struct package_test new_tests[] = {
	{ .most_score = 60 },
	{ .is_unbounded = true },
	{ .least_score = 0 },
	{ .least_score = 0 },
};
/* In a legacy package those of b have a range around them. */
static const struct package_test legacy_tests[] = {
	{ .most_score = HUGE_VAL },
	{ .most_score = 1000 },
	{ .most_score = 80, .least_score = 20 },
	{ .most_score = 40 },
};

#define NONE (-1.0)

static const struct {
	size_t test;
	bool is_accepted;
	const char *score, *multiplier; /* NULL: no such file */
	double percent;                 /* NONE: it left nothing */
	const char *fault;              /* or NULL: then the percent holds */
} cases[] = {
	/* Points without an end. */
	{ A, true, "1000\n", NULL, 100, NULL },
	{ A, true, "0", NULL, 0, NULL },
	{ A, true, " +4.5e2 ", NULL, 45, NULL },
	{ A, true, "25.", NULL, 2.5, NULL },
	{ A, true, ".5", NULL, 0.05, NULL },
	{ A, true, "12345", NULL, 1234.5, NULL },
	{ A, false, NULL, NULL, NONE, NULL },
	{ A, true, NULL, NULL, 0, "no score.txt where points have no end" },
	{ A, true, NULL, "1", 0, "where points have no end" },
	{ A, true, "1", "1", 0, "score.txt and score_multiplier.txt" },
	{ A, false, "1", NULL, 0, "did not accept" },
	{ A, true, "", NULL, 0, "score.txt is not a number" },
	{ A, true, "nan", NULL, 0, "score.txt is not a number" },
	{ A, true, "inf", NULL, 0, "score.txt is not a number" },
	{ A, true, "0x10", NULL, 0, "score.txt is not a number" },
	{ A, true, "much", NULL, 0, "score.txt is not a number" },
	{ A, true, "1 2", NULL, 0, "score.txt is not a number" },
	{ A, true, "1,5", NULL, 0, "score.txt is not a number" },
	{ A, true, "1e", NULL, 0, "score.txt is not a number" },
	{ A, true, "1e400", NULL, 0, "score.txt is not a number" },
	{ A, true, "1e13", NULL, 0, "score.txt is not a number" },
	{ A, true, "-1", NULL, 0, "score.txt is not a number" },
	{ A, true, "\xff", NULL, 0, "score.txt is not a number" },
	/* With an end. */
	{ B, true, NULL, NULL, NONE, NULL },
	{ B, false, NULL, NULL, NONE, NULL },
	{ B, true, "60", NULL, 100, NULL },
	{ B, true, "15", NULL, 25, NULL },
	{ B, true, NULL, "0.25\n", 25, NULL },
	{ B, true, NULL, "1", 100, NULL },
	{ B, true, "60.1", NULL, 0, "not a number from 0 to 60" },
	{ B, true, "-0.1", NULL, 0, "not a number from 0 to 60" },
	{ B, true, NULL, "1.01", 0, "not a number from 0 to 1" },
	{ B, true, NULL, "-1", 0, "not a number from 0 to 1" },
	{ B, true, NULL, "", 0, "not a number from 0 to 1" },
	{ B, true, NULL, "half", 0, "not a number from 0 to 1" },
	{ B, true, "30", "1", 0, "score.txt and score_multiplier.txt" },
	{ B, false, "30", NULL, 0, "did not accept" },
	{ B, false, NULL, "1", 0, "did not accept" },
	/* None of its own. */
	{ C, true, NULL, NULL, NONE, NULL },
	{ C, true, "40", NULL, 0, "all or nothing" },
	{ C, true, NULL, "1", 0, "all or nothing" },
	/* Of a sample nothing counts, and nothing is wrong. */
	{ SAMPLE, true, "7", "x", NONE, NULL },
	{ SAMPLE, false, "nan", NULL, NONE, NULL },
};

struct world {
	char dir[32];
	struct package package;
	struct grading_job job;
	struct grading g;
};

static void
set_up(struct world *w, struct arena *a, const char *format)
{
	*w = (struct world) { .dir = "/tmp/assize-test.XXXXXX" };
	assert_non_null(mkdtemp(w->dir));
	w->package.format = format;
	w->package.plan = (struct judge_plan) { groups, ARRAY_LEN(groups),
		judge_tests, ARRAY_LEN(judge_tests), true, true };
	w->package.tests = new_tests;
	w->job.package = &w->package;
	w->g.arena = a;
	w->g.job = &w->job;
	w->g.workspace.feedback_dir = open(w->dir, O_RDONLY | O_DIRECTORY);
	assert_true(w->g.workspace.feedback_dir >= 0);
}

static void
tear_down(struct world *w)
{
	int dir = w->g.workspace.feedback_dir;

	unlinkat(dir, "score.txt", 0);
	unlinkat(dir, "score_multiplier.txt", 0);
	close(dir);
	assert_int_equal(rmdir(w->dir), 0);
}

static void
leave(struct world *w, const char *name, const char *text)
{
	int dir = w->g.workspace.feedback_dir;

	if (text == NULL)
		unlinkat(dir, name, 0);
	else
		assert_ok(io_write_file(w->g.arena, dir, name, text,
		    strlen(text), 0644));
}

static struct judgement
take(struct world *w, size_t test, bool is_accepted, const char *score,
    const char *multiplier)
{
	struct judgement j = { .is_accepted = is_accepted };

	leave(w, "score.txt", score);
	leave(w, "score_multiplier.txt", multiplier);
	score_take(&w->g, test, &j);
	return j;
}

static bool
is_near(double x, double y)
{
	return fabs(x - y) < 1e-9;
}

static void
table(void **state)
{
	UNIT_ARENA(a);
	struct world w;

	set_up(&w, a, "2025-09");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct judgement j;

		w.g.score_file[0] = NULL;
		j = take(&w, cases[i].test, cases[i].is_accepted,
		    cases[i].score, cases[i].multiplier);
		if (cases[i].fault != NULL && j.fault == NULL)
			fail_msg("case %zu: no fault", i);
		if (cases[i].fault != NULL) {
			assert_non_null(strstr(j.fault, cases[i].fault));
			continue;
		}
		if (j.fault != NULL)
			fail_msg("case %zu: %s", i, j.fault);
		assert_true(j.has_score == (cases[i].percent >= 0));
		if (j.has_score)
			assert_true(is_near(j.score, cases[i].percent));
	}
	tear_down(&w);
}

/* Of a third of 100 points a validator cannot print all digits. */
static void
rounded(void **state)
{
	const struct judge_test thirds[] = { { 0 }, { 0 },
		{ .group = 3, .weight = 100. / 3 } };
	UNIT_ARENA(a);
	struct world w;

	set_up(&w, a, "2023-07-draft");
	w.package.plan.tests = thirds;
	assert_null(take(&w, B, true, "33.3333333334", NULL).fault);
	assert_non_null(take(&w, B, true, "33.34", NULL).fault);
	tear_down(&w);
}

/* One kind of score, whatever the test; a static validator has its own. */
static void
one_kind(void **state)
{
	struct package_test tests[ARRAY_LEN(new_tests)];
	UNIT_ARENA(a);
	struct world w;

	memcpy(tests, new_tests, sizeof(tests));
	set_up(&w, a, "2025-09");
	w.package.tests = tests;
	assert_null(take(&w, B, true, NULL, "1").fault);
	assert_null(take(&w, B, true, NULL, NULL).fault);
	assert_non_null(strstr(take(&w, B, true, "1", NULL).fault, "another"));
	tests[B].is_static = true;
	assert_null(take(&w, B, true, "1", NULL).fault);
	tear_down(&w);
}

static void
a_link_is_no_score(void **state)
{
	UNIT_ARENA(a);
	struct world w;
	struct judgement j = { .is_accepted = true };

	set_up(&w, a, "2025-09");
	assert_int_equal(symlinkat("/proc/self/loginuid",
			     w.g.workspace.feedback_dir, "score.txt"),
	    0);
	score_take(&w.g, B, &j);
	assert_non_null(j.fault);
	tear_down(&w);
}

static void
legacy(void **state)
{
	UNIT_ARENA(a);
	struct world w;

	set_up(&w, a, "legacy");
	w.package.tests = legacy_tests;
	w.package.takes_score = true;
	/* A rejected test may have points there. */
	assert_true(take(&w, A, false, "500", NULL).score == 50);
	assert_non_null(take(&w, A, true, "1001", NULL).fault);
	assert_non_null(take(&w, A, true, "", NULL).fault);
	assert_false(take(&w, A, true, NULL, NULL).has_score);
	assert_true(take(&w, A, true, NULL, "0.5").score == 50);
	/* Less is better: 20 is all of the range, 80 is nothing of it. */
	w.package.wants_least = true;
	assert_true(is_near(take(&w, B, true, "20", NULL).score, 100));
	assert_true(is_near(take(&w, B, true, "50", NULL).score, 50));
	assert_true(is_near(take(&w, B, true, "80", NULL).score, 0));
	assert_non_null(take(&w, B, true, "81", NULL).fault);
	/* Where there are no points nobody looks. */
	w.package.plan.is_scoring = false;
	assert_null(take(&w, B, true, "x", "y").fault);
	tear_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(rounded),
		cmocka_unit_test(one_kind),
		cmocka_unit_test(a_link_is_no_score),
		cmocka_unit_test(legacy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
