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

static const struct {
	struct part parts[PARTS];
	const char *pointer;
	const char *says;
} refused[] = {
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
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
