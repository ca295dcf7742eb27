#include "unit.h"

#include <string.h>

#include "package/package.h"

/*
 * Points, validation of sources, answers in place of programs: what newer
 * versions of the format have.
 */

#define PARTS 10
struct part {
	const char *path; /* "" and NULL: none */
	const char *text;
};

#define HEAD "problem_format_version: 2025-09\nname: x\nuuid: u\n"
#define SCORING HEAD "type: scoring\n"
#define SECRET "data/secret/test_group.yaml"
#define GROUP_A "data/secret/a/test_group.yaml"
#define GROUP_B "data/secret/b/test_group.yaml"

/* Two groups of two tests, a sample, a validator of each kind. */
static const struct part around[] = {
	{ "statement/problem.en.tex", "x\n" },
	{ "data/sample/1.in", "" },
	{ "data/sample/1.ans", "" },
	{ "data/secret/a/1.in", "" },
	{ "data/secret/a/1.ans", "" },
	{ "data/secret/a/2.in", "" },
	{ "data/secret/a/2.ans", "" },
	{ "data/secret/b/1.in", "" },
	{ "data/secret/b/1.ans", "" },
	{ "output_validator/v.py", "" },
	{ "static_validator/s.py", "" },
};

static struct err *
read_parts(struct arena *a, const struct part *parts, struct package **ret)
{
	struct zip_file files[ARRAY_LEN(around) + PARTS];
	size_t n = 0, zip_n;
	char *zip;

	for (size_t i = 0; i < ARRAY_LEN(around) + PARTS; i++) {
		const struct part *part = i < ARRAY_LEN(around)
		    ? &around[i]
		    : &parts[i - ARRAY_LEN(around)];

		if (part->path != NULL)
			files[n++] = (struct zip_file) { part->path, part->text,
				strlen(part->text) };
	}
	assert_ok(zip_write(a, files, n, &zip, &zip_n));
	return package_read(a,
	    &(struct package_source) { .zip = zip, .zip_n = zip_n }, ret);
}

/* What each test weighs, in order, and what can be reached of all. */
static const struct {
	struct part parts[PARTS];
	const char *weights;
	double all;
} weighed[] = {
	{ { { "problem.yaml", SCORING } }, "0 25 25 50", 100 },
	/* A test of the sources takes its part, or what it is given. */
	{ { { "problem.yaml", SCORING }, { SECRET, "max_score: 100\n" },
	      { GROUP_A,
		  "max_score: 40\nscore_aggregation: sum\n"
		  "static_validation_score: 10\n" },
	      { GROUP_B,
		  "max_score: 60\nstatic_validation_score: pass-fail\n" } },
	    "0 10 15 15 30 30", 100 },
	{ { { "problem.yaml",
		"problem_format_version: 2023-07-draft\nname: x\nuuid: u\n"
		"type: scoring\n" },
	      { GROUP_A,
		  "scoring: {score: 60, aggregation: sum}\n"
		  "static_validation: {args: \"a b\"}\n" } },
	    "0 20 20 20 40", 100 },
	/* Of the least, no more than the least can be reached. */
	{ { { "problem.yaml", SCORING }, { SECRET, "score_aggregation: min\n" },
	      { GROUP_A, "max_score: 40\n" }, { GROUP_B, "max_score: 60\n" } },
	    "0 20 20 60", 40 },
	/* No end: what the grade 100 is must be said, or is made up. */
	{ { { "problem.yaml", SCORING }, { SECRET, "max_score: unbounded\n" },
	      { GROUP_A, "score_aggregation: sum\n" },
	      { GROUP_B, "max_score: 60\n" } },
	    "0 50u 50u 60", 160 },
	{ { { "problem.yaml", SCORING }, { SECRET, "max_score: unbounded\n" },
	      { "assize.yaml", "full_score: 1060\n" },
	      { GROUP_A, "score_aggregation: sum\n" },
	      { GROUP_B,
		  "max_score: 60\nstatic_validation_score: "
		  "pass-fail\n" } },
	    "0 500u 500u 30 30", 1060 },
	{ { { "problem.yaml", SCORING },
	      { SECRET, "max_score: unbounded\nscore_aggregation: min\n" },
	      { "assize.yaml", "full_score: 7\n" },
	      { GROUP_A, "score_aggregation: min\n" },
	      { GROUP_B,
		  "score_aggregation: min\nstatic_validation_score: 5\n" } },
	    "0 7u 7u 5 7u", 5 },
};

static const char *
weights_of(struct arena *a, const struct package *p)
{
	const char *text = "";

	for (size_t i = 0; i < p->plan.test_n; i++)
		text = arena_printf(a, "%s%s%g%s", text, i > 0 ? " " : "",
		    p->plan.tests[i].weight,
		    p->tests[i].is_unbounded ? "u" : "");
	return text;
}

static void
weights(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(weighed); i++) {
		UNIT_ARENA(a);
		struct package *p = NULL;

		assert_ok(read_parts(a, weighed[i].parts, &p));
		assert_true(p->plan.groups[1].weight == 0);
		assert_string_equal(weights_of(a, p), weighed[i].weights);
		assert_true(p->plan.groups[2].weight == weighed[i].all);
		assert_true(p->plan.has_points);
	}
}

static void
sources(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", HEAD },
		{ "data/sample/test_group.yaml",
		    "static_validation_score: pass-fail\n" },
		{ GROUP_B,
		    "static_validation_score: pass-fail\n"
		    "static_validator_args: [no, goto]\n" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	const char *json;
	size_t n;

	assert_ok(read_parts(a, parts, &p));
	assert_int_equal(p->plan.test_n, 6);
	assert_string_equal(p->plan.tests[0].path, "sample/static_validation");
	assert_string_equal(p->plan.tests[4].path,
	    "secret/b/static_validation");
	assert_true(p->tests[0].is_static && p->tests[4].is_static);
	assert_false(p->tests[1].is_static || p->tests[5].is_static);
	assert_string_equal(p->tests[4].validator_args[1], "goto");
	assert_null(p->tests[0].validator_args[0]);
	assert_false(p->plan.tests[0].hidden);
	assert_true(p->plan.tests[4].hidden);
	assert_string_equal(p->static_validator->path, "static_validator");
	assert_ok(package_grading_json(a, p, &json, &n));
	assert_non_null(strstr(json, "sample/static_validation"));
}

/* Who says what of the time limit: of secret/a/1, of secret/b/1. */
#define LOWER PACKAGE_TIME_LOWER
#define UPPER PACKAGE_TIME_UPPER
#define LEGACY "name: x\n"
static const struct {
	const char *head;
	const char *submission;
	const char *rules; /* "": none */
	unsigned int a, b;
} timed[] = {
	{ HEAD, "accepted/x.c", "", LOWER, LOWER },
	{ HEAD, "wrong_answer/x.c", "", LOWER, LOWER },
	{ HEAD, "run_time_error/x.c", "", LOWER, LOWER },
	{ HEAD, "time_limit_exceeded/x.c", "", UPPER, UPPER },
	{ HEAD, "brute_force/x.c", "", 0, 0 },
	{ HEAD, "rejected/x.c", "", 0, 0 },
	{ LEGACY, "accepted/x.c", "", LOWER, LOWER },
	{ LEGACY, "wrong_answer/x.c", "", 0, 0 },
	{ LEGACY, "time_limit_exceeded/x.c", "", UPPER, UPPER },
	/* Of the directory, in place of what is usual. */
	{ HEAD, "accepted/x.c", "accepted: {use_for_time_limit: false}", 0, 0 },
	{ HEAD, "accepted/x.c", "accepted: {permitted: [AC, TLE]}", 0, 0 },
	{ HEAD, "accepted/x.c", "accepted: {message: m}", LOWER, LOWER },
	{ HEAD, "time_limit_exceeded/x.c",
	    "time_limit_exceeded: {required: [TLE, RTE]}", 0, 0 },
	/* Of one submission, beside it. */
	{ HEAD, "accepted/x.c", "accepted/*: {use_for_time_limit: false}",
	    LOWER, LOWER },
	{ HEAD, "brute_force/x.c", "brute_force/*: {permitted: [AC, WA]}",
	    LOWER, LOWER },
	{ HEAD, "brute_force/x.c",
	    "brute_force/*: {permitted: [AC], use_for_time_limit: false}", 0,
	    0 },
	{ HEAD, "brute_force/x.c", "'*/x.c': {use_for_time_limit: lower}",
	    LOWER, LOWER },
	{ HEAD, "rejected/x.c", "rejected: {use_for_time_limit: upper}", UPPER,
	    UPPER },
	/* Of some tests. */
	{ HEAD, "mixed/x.c",
	    "mixed/x.c:\n  secret/a: {permitted: [AC]}\n"
	    "  secret/b: {required: [TLE]}\n",
	    LOWER, UPPER },
	{ HEAD, "mixed/x.c",
	    "mixed/x.c:\n  secret/a: {required: [TLE, WA]}\n"
	    "  secret/b: {use_for_time_limit: upper}\n",
	    0, UPPER },
};

static void
times(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(timed); i++) {
		UNIT_ARENA(a);
		const struct part parts[PARTS] = {
			{ "problem.yaml", timed[i].head },
			{ arena_printf(a, "submissions/%s",
			      timed[i].submission),
			    "" },
			{ "submissions/submissions.yaml", timed[i].rules },
		};
		const struct package_submission *s;
		struct package *p = NULL;

		assert_ok(read_parts(a, parts, &p));
		s = &p->submissions[0];
		if (package_time_bounds(s, "secret/a/1") != timed[i].a ||
		    package_time_bounds(s, "secret/b/1") != timed[i].b)
			fail_msg("%s, %s", timed[i].submission, timed[i].rules);
	}
}

/* What an upper bound asks is asked; accepted is still all accepted. */
static void
a_bound_is_a_demand(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", HEAD },
		{ "submissions/accepted/x.c", "" },
		{ "submissions/mixed/x.c", "" },
		{ "submissions/submissions.yaml",
		    "accepted: {use_for_time_limit: lower}\n"
		    "mixed: {use_for_time_limit: upper}\n" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;

	assert_ok(read_parts(a, parts, &p));
	assert_int_equal(p->submissions[0].expected, 1u << VERDICT_AC);
	assert_int_equal(p->submissions[1].rules->required, 1u << VERDICT_TLE);
}

/* What validators are tried with, and what is not used of it. */
static void
probes(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", HEAD },
		{ "data/invalid_input/x.in", "" },
		{ "data/invalid_inputs/sub/x.in", "" },
		{ "data/valid_output/x.in", "" },
		{ "data/valid_output/x.ans", "" },
		{ "data/valid_output/x.out", "" },
		{ "data/invalid_output/x.in", "" },
		{ "data/invalid_output/x.ans", "" },
		{ "data/invalid_answers/x.in", "" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	bool is_said = false;

	assert_ok(read_parts(a, parts, &p));
	assert_int_equal(p->probe_n, 4);
	assert_int_equal(p->probes[0].kind, PACKAGE_INVALID_INPUT);
	assert_null(p->probes[0].output);
	assert_string_equal(p->probes[1].name, "valid_output/x");
	assert_string_equal(p->probes[1].output, "data/valid_output/x.out");
	assert_string_equal(p->probes[2].test.input,
	    "data/invalid_inputs/sub/x.in");
	assert_string_equal(p->probes[3].output, "data/sample/1.ans");
	for (const struct field_fault *f = p->warnings; f != NULL; f = f->next)
		is_said |=
		    strcmp(f->pointer, "data/invalid_output/x.in") == 0 &&
		    strstr(f->detail, "no data/invalid_output/x.out") != NULL;
	assert_true(is_said);
}

/* Slips of the pen in submissions.yaml, each with its line. */
static void
slips(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", HEAD },
		{ "submissions/accepted/x.c", "" },
		{ "submissions/submissions.yaml",
		    "accepted:\n  permited: [AC]\n"
		    "  secret/z: {permitted: [AC]}\n"
		    "  secret/{a,b}/1: {permitted: [AC]}\n"
		    "accepted/*: [AC]\n"
		    "acepted: {required: [AC]}\n" },
	};
	static const char *const wanted[] = { "unknown key \"permited\"",
		"no test or group like \"secret/z\"", "map of demands",
		"no submission like \"acepted\"" };
	static const int lines[] = { 2, 3, 5, 6 };
	UNIT_ARENA(a);
	struct package *p = NULL;
	size_t n = 0;

	assert_ok(read_parts(a, parts, &p));
	for (const struct field_fault *f = p->warnings; f != NULL;
	     f = f->next) {
		if (strncmp(f->pointer, "submissions/", 12) != 0)
			continue;
		assert_true(n < ARRAY_LEN(wanted));
		assert_non_null(strstr(f->detail, wanted[n]));
		assert_string_equal(f->pointer,
		    arena_printf(a, "submissions/submissions.yaml:%d",
			lines[n]));
		n++;
	}
	assert_int_equal(n, ARRAY_LEN(wanted));
}

/* What stands beside sample/1: what is shown of it, and what is said. */
static const struct {
	const char *head;
	const char *beside[4];
	const char *input, *answer, *interaction;
	const char *warned; /* the file; or NULL */
} shown[] = {
	{ HEAD, { NULL }, "1.in", "1.ans", NULL, NULL },
	{ HEAD, { "1.out" }, "1.in", "1.out", NULL, NULL },
	{ HEAD,
	    { "1.in.statement", "1.ans.statement", "1.in.download",
		"1.ans.download" },
	    "1.in.statement", "1.ans.statement", NULL, NULL },
	{ HEAD, { "1.in.statement" }, "1.in.statement", "1.ans", NULL,
	    "1.in.statement" },
	{ HEAD, { "1.ans.download" }, "1.in", "1.ans", NULL, "1.ans.download" },
	{ HEAD, { "1.out", "1.ans.statement", "1.ans.download" }, "1.in",
	    "1.ans.statement", NULL, "1.out" },
	{ HEAD, { "1.hint", "1.desc", "1.png", "1.yaml" }, "1.in", "1.ans",
	    NULL, NULL },
	{ HEAD, { "tool.py.download", "kit.download/a.in" }, "1.in", "1.ans",
	    NULL, NULL },
	{ HEAD "type: interactive\n", { "1.interaction" }, NULL, NULL,
	    "1.interaction", NULL },
	{ HEAD "type: multi-pass\n", { NULL }, NULL, NULL, NULL, NULL },
	{ HEAD "type: interactive\n", { "1.interaction", "1.out" }, NULL, NULL,
	    "1.interaction", "1.interaction" },
	{ LEGACY, { "1.out" }, "1.in", "1.ans", NULL, NULL },
	{ LEGACY "validation: custom interactive\n", { "2.interaction" }, NULL,
	    NULL, NULL, NULL },
	{ HEAD, { "3.ans.statement" }, "1.in", "1.ans", NULL,
	    "3.ans.statement" },
};

/* Files for a language that nobody submits in. */
static void
useless_include(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", HEAD "languages: [c, java]\n" },
		{ "include/c/a.h", "" },
		{ "include/default/a.txt", "" },
		{ "include/python3/a.py", "" },
		{ "include/cobol/a.cob", "" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	size_t n = 0;

	assert_ok(read_parts(a, parts, &p));
	for (const struct field_fault *f = p->warnings; f != NULL; f = f->next)
		if (strncmp(f->pointer, "include/", 8) == 0) {
			assert_non_null(strstr(f->detail, "takes no"));
			n++;
		}
	assert_int_equal(n, 2);
}

static void
assert_file(struct arena *a, const char *path, const char *name)
{
	if (name == NULL)
		assert_null(path);
	else
		assert_string_equal(path,
		    arena_printf(a, "data/sample/%s", name));
}

static void
what_is_shown(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		UNIT_ARENA(a);
		struct part parts[PARTS] = {
			{ "problem.yaml", shown[i].head },
			{ "output_validators/v.py", "" },
		};
		const char *warned = NULL;
		struct package *p = NULL;

		if (strncmp(shown[i].head, LEGACY, strlen(LEGACY)) != 0)
			parts[1].path = NULL;
		for (size_t k = 0; k < 4 && shown[i].beside[k] != NULL; k++)
			parts[2 + k] =
			    (struct part) { arena_printf(a, "data/sample/%s",
						shown[i].beside[k]),
				    "" };
		assert_ok(read_parts(a, parts, &p));
		assert_string_equal(p->plan.tests[0].path, "sample/1");
		assert_file(a, p->tests[0].shown_input, shown[i].input);
		assert_file(a, p->tests[0].shown_answer, shown[i].answer);
		assert_file(a, p->tests[0].interaction, shown[i].interaction);
		for (const struct field_fault *f = p->warnings; f != NULL;
		     f = f->next)
			if (strncmp(f->pointer, "data/", 5) == 0)
				warned = f->pointer;
		assert_file(a, warned, shown[i].warned);
	}
}

/* A group whose required one was not passed is not judged. */
static void
required(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", SCORING },
		{ GROUP_A, "max_score: 40\n" },
		{ GROUP_B,
		    "max_score: 60\nrequire_pass: [sample, secret/a]\n" },
	};
	/* Of sample/1, a/1, a/2: the grade, and is b judged? */
	static const struct {
		const char *outcomes;
		double grade;
		bool is_judged;
	} cases[] = {
		{ "AAA", 100, true },
		{ "AAW", 0, false },
		{ "AW-", 0, false },
		{ "WAA", 40, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct package *p = NULL;
		struct judge_outcome right = { .verdict = VERDICT_AC };
		struct judge_result r;
		struct judge *j;

		assert_ok(read_parts(a, parts, &p));
		j = judge_new(a, &p->plan);
		for (size_t t = 0; t < 3; t++) {
			if (cases[i].outcomes[t] == '-')
				continue;
			assert_int_equal(judge_next(j), t);
			right.verdict = cases[i].outcomes[t] == 'A'
			    ? VERDICT_AC
			    : VERDICT_WA;
			judge_report(j, t, &right);
		}
		assert_int_equal(judge_next(j), cases[i].is_judged ? 3 : 4);
		right.verdict = VERDICT_AC;
		if (cases[i].is_judged)
			judge_report(j, 3, &right);
		judge_finish(j, false, &r);
		assert_true(r.grade > cases[i].grade - 1e-6 &&
		    r.grade < cases[i].grade + 1e-6);
	}
}

/* What is odd and judged all the same, or (by its name) not at all. */
static void
odd(void **state)
{
	static const struct part parts[PARTS] = {
		{ "problem.yaml", SCORING },
		{ GROUP_A, "max_score: 40\nscore_aggregation: sum\n" },
		{ GROUP_B, "max_score: 60\nrequire_pass: secret/a\n" },
		{ "data/secret/b/-2.in", "" },
		{ "data/secret/b/-2.ans", "" },
		{ "data/secret/b c/1.in", "" },
		{ "data/secret/b c/1.ans", "" },
		{ "data/sample/test_group.yaml", "max_score: 3\n" },
	};
	static const char *const wanted[][2] = {
		{ GROUP_B ":2", "as a whole" },
		{ "data/secret/b/-2.in", "ignored" },
		{ "data/secret/b c", "ignored" },
		{ "data/sample/test_group.yaml:1", "worth nothing" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;

	assert_ok(read_parts(a, parts, &p));
	assert_int_equal(p->plan.test_n, 4);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		const struct field_fault *f = p->warnings;

		while (f != NULL &&
		    (strcmp(f->pointer, wanted[i][0]) != 0 ||
			strstr(f->detail, wanted[i][1]) == NULL))
			f = f->next;
		if (f == NULL)
			fail_msg("nothing is said of %s", wanted[i][0]);
	}
}

static const struct {
	struct part parts[PARTS];
	const char *pointer;
	const char *says;
} refused[] = {
	{ { { "problem.yaml", HEAD }, { "data/secret/a/test_group.in", "" },
	      { "data/secret/a/test_group.ans", "" } },
	    "data/secret/a/test_group.in", "may be called so" },
	/* Times. */
	{ { { "problem.yaml", HEAD }, { "submissions/accepted/x.c", "" },
	      { "submissions/submissions.yaml",
		  "accepted:\n  use_for_time_limit: maybe\n" } },
	    "submissions/submissions.yaml:2", "lower" },
	/* Points. */
	{ { { "problem.yaml", SCORING },
	      { GROUP_A, "max_score: unbounded\n" } },
	    GROUP_A ":1", "data/secret has a max_score" },
	{ { { "problem.yaml", SCORING }, { SECRET, "max_score: unbounded\n" },
	      { GROUP_A, "score_aggregation: pass-fail\n" },
	      { GROUP_B, "max_score: 1\n" } },
	    GROUP_A ":1", "must have a max_score" },
	{ { { "problem.yaml", SCORING }, { SECRET, "max_score: unbounded\n" },
	      { "assize.yaml", "full_score: 60\n" },
	      { GROUP_A, "score_aggregation: sum\n" },
	      { GROUP_B, "max_score: 60\n" } },
	    "assize.yaml", "more than the 60 points" },
	{ { { "problem.yaml", SCORING }, { "assize.yaml", "full_score: 0\n" } },
	    "assize.yaml:1", "full_score" },
	{ { { "problem.yaml", SCORING }, { GROUP_A, "max_score: endless\n" } },
	    GROUP_A ":1", "number" },
	{ { { "problem.yaml", HEAD }, { GROUP_A, "max_score: unbounded\n" } },
	    GROUP_A ":1", "only for" },
	{ { { "problem.yaml", SCORING }, { SECRET, "\n\nmax_score: 90\n" },
	      { GROUP_A, "max_score: 40\n" }, { GROUP_B, "max_score: 60\n" } },
	    SECRET ":3", "more points than it has" },
	/* Sources. */
	{ { { "problem.yaml", HEAD },
	      { GROUP_A, "\nstatic_validation_score: 5\n" } },
	    GROUP_A ":2", "must be pass-fail" },
	{ { { "problem.yaml", SCORING },
	      { GROUP_A, "static_validation_score: 5\n" } },
	    GROUP_A ":1", "must be pass-fail" },
	{ { { "problem.yaml", SCORING },
	      { SECRET, "static_validation_score: pass-fail\n" } },
	    SECRET ":1", "must be a number" },
	{ { { "problem.yaml", HEAD },
	      { GROUP_A, "static_validator_args: [x]\n" } },
	    GROUP_A ":1", "without" },
	{ { { "problem.yaml", HEAD },
	      { GROUP_A, "static_validation_score: pass-fail\n" },
	      { "data/secret/a/static_validation.in", "" },
	      { "data/secret/a/static_validation.ans", "" } },
	    "data/secret/a/static_validation", "has the name" },
	{ { { "problem.yaml", HEAD "type: submit-answer\n" } },
	    "static_validator", "no sources" },
};

static void
refusals(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		UNIT_ARENA(a);
		struct package *p = NULL;
		struct err *e = read_parts(a, refused[i].parts, &p);
		bool found = false;

		if (e == NULL)
			fail_msg("case %zu (%s): accepted", i, refused[i].says);
		for (const struct field_fault *f = e->faults; f != NULL;
		     f = f->next)
			found |= strcmp(f->pointer, refused[i].pointer) == 0 &&
			    strstr(f->detail, refused[i].says) != NULL;
		if (!found)
			fail_msg("case %zu (%s): got %s: %s", i,
			    refused[i].says, e->faults->pointer,
			    e->faults->detail);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights),
		cmocka_unit_test(sources),
		cmocka_unit_test(times),
		cmocka_unit_test(a_bound_is_a_demand),
		cmocka_unit_test(probes),
		cmocka_unit_test(slips),
		cmocka_unit_test(required),
		cmocka_unit_test(odd),
		cmocka_unit_test(what_is_shown),
		cmocka_unit_test(useless_include),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
