#include "unit.h"

#include <math.h>
#include <string.h>

#include "grade/judge.h"

/*
 * Plans and outcomes as text.  A plan: one character a test, its group's
 * number; outcomes likewise: A accepted, W wrong, T time, J our fault, '-' must not be
 * asked for.
 */
struct group {
	size_t parent;
	bool breaks;
	bool all_or_nothing;
	double weight;
};

static const struct group nested[] = {
	/* 0 data, 1 sample, 2 secret, 3 and 4 below it */
	{ 0, true, false, 0 },
	{ 0, true, false, 1 },
	{ 0, true, false, 4 },
	{ 2, true, false, 2 },
	{ 2, true, false, 2 },
};

static const struct group patient[] = {
	{ 0, false, false, 0 },
	{ 0, false, false, 1 },
	{ 0, false, false, 4 },
	{ 2, true, false, 2 },
	{ 2, true, false, 2 },
};

static const struct group thorough[] = {
	{ 0, false, false, 0 },
	{ 0, false, false, 1 },
	{ 0, false, false, 4 },
	{ 2, false, false, 2 },
	{ 2, false, false, 2 },
};

/* A group that goes on, in one that does not. */
static const struct group mixed[] = {
	{ 0, false, false, 0 },
	{ 0, false, false, 1 },
	{ 0, true, false, 4 },
	{ 2, false, false, 2 },
	{ 2, true, false, 2 },
};

static const struct group points[] = {
	{ 0, false, false, 0 },
	{ 0, false, false, 0 },
	{ 0, false, false, 100 },
	{ 2, true, true, 30 },
	{ 2, true, true, 70 },
};

static const struct {
	const struct group *groups;
	bool is_scoring;
	const char *plan;
	const char *outcomes;
	enum verdict verdict;
	double grade;
} cases[] = {
	{ nested, false, "13344", "AAAAA", VERDICT_AC, 100 },
	{ nested, false, "13344", "W----", VERDICT_WA, 0 },
	{ nested, false, "13344", "AAT--", VERDICT_TLE, 0 },
	{ nested, false, "13344", "AAAAW", VERDICT_WA, 0 },
	/* A group that breaks ends; its parent, which does not, goes on. */
	{ patient, false, "13344", "AW-AA", VERDICT_WA, 0 },
	{ patient, false, "13344", "WT-W-", VERDICT_WA, 0 },
	/* It is rejected when it has ended, and ends the one around it. */
	{ mixed, false, "13344", "AWA--", VERDICT_WA, 0 },
	{ mixed, false, "13344", "WAW--", VERDICT_WA, 0 },
	{ mixed, false, "13344", "WAAAT", VERDICT_WA, 0 },
	/* What judges has failed: nothing else counts, nothing more runs. */
	{ thorough, false, "13344", "WAJ--", VERDICT_JE, 0 },
	{ points, true, "13344", "AAJ--", VERDICT_JE, 0 },
	/* Where everything runs, the grade says how much was right. */
	{ thorough, false, "13344", "AAAAA", VERDICT_AC, 100 },
	{ thorough, false, "13344", "AWAAA", VERDICT_WA, 80 },
	{ thorough, false, "13344", "ATWAA", VERDICT_TLE, 60 },
	{ thorough, false, "13344", "WWWWW", VERDICT_WA, 0 },
	/* Samples are worth nothing in a scoring problem. */
	{ points, true, "13344", "AAAAA", VERDICT_AC, 100 },
	{ points, true, "13344", "WAAAA", VERDICT_WA, 100 },
	{ points, true, "13344", "AW-AA", VERDICT_WA, 70 },
	{ points, true, "13344", "AAAAT", VERDICT_TLE, 30 },
};

static void
make_plan(struct arena *a, const struct group *groups, const char *text,
    struct judge_plan *plan)
{
	struct judge_group *g = arena_array(a, 5, sizeof(*g));
	struct judge_test *t = arena_array(a, strlen(text), sizeof(*t));

	for (size_t i = 0; i < 5; i++) {
		g[i].path = g[i].name = arena_printf(a, "g%zu", i);
		g[i].parent = groups[i].parent;
		g[i].breaks = groups[i].breaks;
		g[i].all_or_nothing = groups[i].all_or_nothing;
		g[i].weight = groups[i].weight;
	}
	for (size_t i = 0; text[i] != '\0'; i++) {
		size_t in = (size_t)(text[i] - '0');

		t[i].path = t[i].name = arena_printf(a, "t%zu", i);
		t[i].group = in;
		t[i].weight = 1;
		for (;; in = g[in].parent) {
			if (g[in].n++ == 0)
				g[in].first = i;
			if (in == 0)
				break;
		}
	}
	plan->groups = g;
	plan->group_n = 5;
	plan->tests = t;
	plan->test_n = strlen(text);
}

static enum verdict
outcome_of(char c)
{
	return c == 'A' ? VERDICT_AC
	    : c == 'W'  ? VERDICT_WA
	    : c == 'J'  ? VERDICT_JE
			: VERDICT_TLE;
}

static void
table(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct judge_plan plan = { .is_scoring = cases[i].is_scoring };
		const char *outcomes = cases[i].outcomes;
		struct judge_result r;
		struct judge *j;
		size_t expected = 0, t;

		make_plan(a, cases[i].groups, cases[i].plan, &plan);
		j = judge_new(a, &plan);
		while ((t = judge_next(j)) < plan.test_n) {
			while (outcomes[expected] == '-')
				expected++;
			if (t != expected)
				fail_msg("case %zu: test %zu was asked for", i,
				    t);
			expected++;
			judge_report(j, t,
			    &(struct judge_outcome) {
				.verdict = outcome_of(outcomes[t]) });
		}
		judge_finish(j, false, &r);
		assert_int_equal(r.verdict, cases[i].verdict);
		if (r.grade != cases[i].grade)
			fail_msg("case %zu: grade %g", i, r.grade);
		assert_true(r.tree->final == r.grade);
		for (t = 0; t < plan.test_n; t++) {
			assert_int_equal(judge_has_run(j, t),
			    outcomes[t] != '-');
			assert_string_equal(judge_status(j, t),
			    outcomes[t] == '-'
				? VERDICT_SKIPPED
				: verdict_info(outcome_of(outcomes[t]))->slug);
		}
	}
}

/* Points without an end: more than all of them is no more than the grade. */
static void
more_than_all(void **state)
{
	UNIT_ARENA(a);
	struct judge_plan plan;
	struct judge_result r;
	struct judge *j;
	struct judge_outcome x = { .verdict = VERDICT_AC, .has_score = true };

	make_plan(a, points, "344", &plan);
	plan.is_scoring = plan.has_points = true;
	j = judge_new(a, &plan);
	x.score = 50;
	judge_report(j, 0, &x);
	x.score = 500;
	judge_report(j, 1, &x);
	judge_report(j, 2, &x);
	judge_finish(j, false, &r);
	assert_true(judge_points(j, 1) == 5);
	assert_true(r.grade == 100 && r.tree->final == 100);
	for (const struct tree_node *n =
		 r.tree->category[TREE_BASE]->subjects->next->subjects;
	     n != NULL; n = n->next) {
		bool is_first = strcmp(n->name, "g3") == 0;

		assert_true(n->has_points && n->tests->has_points);
		assert_true(fabs(n->points - (is_first ? 15 : 350)) < 1e-9);
		assert_true(fabs(n->score - (is_first ? 50 : 100)) < 1e-9);
		assert_true(fabs(n->tests->score - n->score) < 1e-9);
		assert_true(n->tests->points_lost >= 0);
	}
}

static void
compile_error(void **state)
{
	UNIT_ARENA(a);
	struct judge_plan plan = { 0 };
	struct judge_result r;
	struct judge *j;

	make_plan(a, nested, "13344", &plan);
	j = judge_new(a, &plan);
	judge_finish(j, true, &r);
	assert_int_equal(r.verdict, VERDICT_CE);
	assert_true(r.grade == 0);
	assert_int_equal(r.first_failed, plan.test_n);
	for (size_t i = 0; i < plan.test_n; i++)
		assert_string_equal(judge_status(j, i), VERDICT_SKIPPED);
}

static void
spoilt_before_any_test(void **state)
{
	UNIT_ARENA(a);
	struct judge_plan plan = { 0 };
	struct judge_result r;
	struct judge *j;

	make_plan(a, nested, "13344", &plan);
	j = judge_new(a, &plan);
	judge_spoil(j);
	assert_int_equal(judge_next(j), plan.test_n);
	judge_finish(j, false, &r);
	assert_int_equal(r.verdict, VERDICT_JE);
	assert_true(r.grade == 0);
}

static void
tree_of_groups(void **state)
{
	UNIT_ARENA(a);
	struct judge_plan plan = { 0 };
	struct tree_node *secret;
	struct judge_result r;
	struct judge *j;

	make_plan(a, thorough, "12234", &plan);
	j = judge_new(a, &plan);
	for (size_t i = 0; i < 5; i++)
		judge_report(j, i,
		    &(struct judge_outcome) { .verdict = i == 1 ? VERDICT_RE
								: VERDICT_AC,
			.report = "r" });
	judge_finish(j, false, &r);
	assert_int_equal(r.first_failed, 1);
	secret = r.tree->category[TREE_BASE]->subjects->next;
	assert_string_equal(secret->name, "g2");
	assert_string_equal(secret->tests->name, "t1");
	assert_string_equal(secret->tests->status, "RE");
	assert_string_equal(secret->tests->report, "r");
	assert_int_equal(secret->tests->index, 1);
	assert_true(secret->tests->score == 0);
	assert_string_equal(secret->subjects->name, "g3");
	assert_string_equal(secret->subjects->next->name, "g4");
}

/* With laziness off everything runs, and says the same. */
static void
run_all(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct judge_plan plan = { .is_scoring = cases[i].is_scoring };
		struct judge_result r;
		struct judge *j;
		size_t t, runs = 0;

		if (cases[i].verdict == VERDICT_JE)
			continue;
		make_plan(a, cases[i].groups, cases[i].plan, &plan);
		j = judge_new(a, &plan);
		judge_run_all(j);
		while ((t = judge_next(j)) < plan.test_n) {
			/* What lazy judging skips is wrong in its own way. */
			char c = cases[i].outcomes[t];

			judge_report(j, t,
			    &(struct judge_outcome) { .verdict = c == '-'
				    ? VERDICT_RE
				    : outcome_of(c) });
			assert_int_equal(judge_has_run(j, t), c != '-');
			runs++;
		}
		judge_finish(j, false, &r);
		assert_int_equal(runs, plan.test_n);
		assert_int_equal(r.verdict, cases[i].verdict);
		assert_float_equal(r.grade, cases[i].grade, 1e-9);
	}
}

/* Groups that other verdicts make, and such that need others. */
static void
accepted_otherwise(void **state)
{
	static const struct {
		enum tree_accept accept;
		bool is_worst, needs;
		const char *outcomes; /* of 1, 3, 3, 4, 4 */
		enum verdict verdict;
	} others[] = {
		{ TREE_ACCEPT_ALL, false, false, "ATWAA", VERDICT_TLE },
		{ TREE_ACCEPT_ALL, true, false, "AWTAA", VERDICT_TLE },
		{ TREE_ACCEPT_ANY, false, false, "ATWAA", VERDICT_AC },
		{ TREE_ACCEPT_ANY, false, false, "ATWWT", VERDICT_TLE },
		{ TREE_ACCEPT_ALWAYS, false, false, "ATWWT", VERDICT_AC },
		{ TREE_ACCEPT_ALL, false, true, "AWA--", VERDICT_WA },
		{ TREE_ACCEPT_ALL, false, true, "AAAWA", VERDICT_WA },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		UNIT_ARENA(a);
		struct judge_plan plan = { 0 };
		struct judge_group *g;
		bool *needs = arena_array(a, 5, sizeof(*needs));
		struct judge_result r;
		struct judge *j;
		size_t t, last = 0;

		make_plan(a, thorough, "13344", &plan);
		g = arena_array(a, 5, sizeof(*g));
		memcpy(g, plan.groups, 5 * sizeof(*g));
		plan.groups = g;
		g[2].accept = others[i].accept;
		for (size_t k = 0; k < 5; k++)
			g[k].is_worst = others[i].is_worst;
		needs[1] = true;
		if (others[i].needs)
			g[4].needs = needs;
		j = judge_new(a, &plan);
		while ((t = judge_next(j)) < plan.test_n) {
			assert_int_not_equal(others[i].outcomes[t], '-');
			judge_report(j, t,
			    &(struct judge_outcome) {
				.verdict = outcome_of(others[i].outcomes[t]) });
			last = t;
		}
		assert_true(last + 1 == plan.test_n ||
		    others[i].outcomes[last + 1] == '-');
		judge_finish(j, false, &r);
		if (r.verdict != others[i].verdict)
			fail_msg("case %zu: %d", i, (int)r.verdict);
	}
}

/* What a group accepts in spite of its tests ends nothing around it. */
static void
accepted_and_broken(void **state)
{
	static const struct {
		enum tree_accept accept;
		const char *outcomes; /* of 1, 3, 3, 4, 4 */
		enum verdict verdict;
	} others[] = {
		{ TREE_ACCEPT_ALL, "AW---", VERDICT_WA },
		{ TREE_ACCEPT_ALWAYS, "AW-T-", VERDICT_AC },
		{ TREE_ACCEPT_ANY, "AAWAA", VERDICT_AC },
		{ TREE_ACCEPT_ANY, "AW---", VERDICT_WA },
		{ TREE_ACCEPT_ANY, "AAWT-", VERDICT_TLE },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		UNIT_ARENA(a);
		struct judge_plan plan = { 0 };
		struct judge_group *g = arena_array(a, 5, sizeof(*g));
		struct judge_result r;
		struct judge *j;
		size_t t;

		make_plan(a, nested, "13344", &plan);
		memcpy(g, plan.groups, 5 * sizeof(*g));
		plan.groups = g;
		g[3].accept = g[4].accept = others[i].accept;
		j = judge_new(a, &plan);
		while ((t = judge_next(j)) < plan.test_n) {
			if (others[i].outcomes[t] == '-')
				fail_msg("case %zu: test %zu", i, t);
			judge_report(j, t,
			    &(struct judge_outcome) {
				.verdict = outcome_of(others[i].outcomes[t]) });
		}
		judge_finish(j, false, &r);
		if (r.verdict != others[i].verdict)
			fail_msg("case %zu: %d", i, (int)r.verdict);
	}
}

/* Groups that a program grades: inner ones first, each when it has ended. */
static void
graded(void **state)
{
	static const enum verdict ends[] = { VERDICT_AC, VERDICT_WA, VERDICT_AC,
		VERDICT_AC, VERDICT_TLE };
	UNIT_ARENA(a);
	struct judge_plan plan = { .is_scoring = true };
	struct judge_group *g = arena_array(a, 5, sizeof(*g));
	const struct judge_part *parts;
	struct judge_result r;
	struct judge *j;
	size_t n;

	make_plan(a, points, "13344", &plan);
	memcpy(g, plan.groups, 5 * sizeof(*g));
	plan.groups = g;
	g[2].is_custom = g[3].is_custom = true;
	j = judge_new(a, &plan);
	judge_report(j, 0, &(struct judge_outcome) { .verdict = ends[0] });
	assert_int_equal(judge_ended(j), 5);
	judge_report(j, 1, &(struct judge_outcome) { .verdict = ends[1] });
	/* It breaks: the program sees what was run. */
	assert_int_equal(judge_ended(j), 3);
	judge_parts(j, a, 3, &parts, &n);
	assert_int_equal(n, 1);
	assert_int_equal(parts[0].verdict, VERDICT_WA);
	judge_grade(j, 3, &(struct judge_part) { VERDICT_AC, 15 });
	assert_int_equal(judge_ended(j), 5);
	judge_report(j, 3, &(struct judge_outcome) { .verdict = ends[3] });
	judge_report(j, 4, &(struct judge_outcome) { .verdict = ends[4] });
	assert_int_equal(judge_ended(j), 2);
	judge_parts(j, a, 2, &parts, &n);
	assert_int_equal(n, 2);
	assert_int_equal(parts[0].verdict, VERDICT_AC);
	assert_float_equal(parts[0].points, 15, 1e-9);
	assert_int_equal(parts[1].verdict, VERDICT_TLE);
	assert_float_equal(parts[1].points, 0, 1e-9);
	judge_grade(j, 2, &(struct judge_part) { VERDICT_AC, 25 });
	assert_int_equal(judge_ended(j), 5);
	judge_finish(j, false, &r);
	assert_float_equal(r.grade, 25, 1e-9);
	assert_int_equal(r.verdict, VERDICT_WA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(run_all),
		cmocka_unit_test(accepted_otherwise),
		cmocka_unit_test(accepted_and_broken),
		cmocka_unit_test(graded),
		cmocka_unit_test(compile_error),
		cmocka_unit_test(more_than_all),
		cmocka_unit_test(spoilt_before_any_test),
		cmocka_unit_test(tree_of_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
