#include "unit.h"

#include <string.h>

#include "package/package.h"
#include "wire/json.h"

/* Packages without test cases: assize.yaml and the files that it names. */

struct part {
	const char *path;
	const char *text;
};
#define PARTS 4

static struct err *
read_parts(struct arena *a, const struct part *parts, struct package **ret)
{
	struct zip_file files[PARTS + 1] = {
		{ "problem.yaml", "name: x\n", 8 },
	};
	size_t n = 1, zip_n;
	char *zip;

	for (size_t i = 0; i < PARTS && parts[i].path != NULL; i++)
		files[n++] = (struct zip_file) { parts[i].path, parts[i].text,
			strlen(parts[i].text) };
	assert_ok(zip_write(a, files, n, &zip, &zip_n));
	return package_read(a,
	    &(struct package_source) { .zip = zip, .zip_n = zip_n }, ret);
}

#define QUIZ "{\"problems\": {\"q\": {\"type\": \"match\", \"answer\": 1}}}"

static void
methods(void **state)
{
	static const struct {
		struct part parts[PARTS];
		enum package_method method;
		const char *templates; /* with commas between */
		bool has_languages;
	} cases[] = {
		{ { { "data/secret/1.in", "" }, { "data/secret/1.ans", "" } },
		    PACKAGE_JUDGED, "input_output", true },
		{ { { "assize.yaml", "template: input_output\n" },
		      { "data/secret/1.in", "" }, { "data/secret/1.ans", "" } },
		    PACKAGE_JUDGED, "input_output", true },
		{ { { "assize.yaml",
		      "template: quiz\n"
		      "quiz: " QUIZ "\n" } },
		    PACKAGE_QUIZ, "quiz", false },
		{ { { "assize.yaml", "template: quiz\n" },
		      { "quiz.json", QUIZ } },
		    PACKAGE_QUIZ, "quiz", false },
		{ { { "assize.yaml", "template: quiz\nquiz: q/all.yml\n" },
		      { "q/all.yml", QUIZ "\n" } },
		    PACKAGE_QUIZ, "quiz", false },
		{ { { "assize.yaml", "template: script\nlanguages: [c]\n" } },
		    PACKAGE_SCRIPT, "script", true },
		{ { { "assize.yaml", "template: manual\n" } }, PACKAGE_MANUAL,
		    "manual", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct package *p = NULL;
		const char *names = "";

		assert_ok(read_parts(a, cases[i].parts, &p));
		assert_int_equal(p->method, cases[i].method);
		for (size_t t = 0; p->templates[t] != NULL; t++)
			names = arena_printf(a, "%s%s%s", names,
			    t > 0 ? "," : "", p->templates[t]);
		assert_string_equal(names, cases[i].templates);
		assert_int_equal(p->languages[0] != NULL,
		    cases[i].has_languages);
		assert_int_equal(p->quiz != NULL, p->method == PACKAGE_QUIZ);
		if (p->quiz != NULL) {
			assert_string_equal(p->quiz->questions[0].id, "q");
			assert_string_equal(p->plan.tests[0].path, "q");
			assert_string_equal(p->pool, "quiz");
		}
	}
}

/* YAML's scalars as JSON, and what a job's snapshot says of them. */
static void
snapshot(void **state)
{
	static const struct part parts[PARTS] = {
		{ "assize.yaml",
		    "template: manual\nsubmission_limit: 5\ngroups: true\n"
		    "state: [007, 7, -1, 1.5, .5, yes, true, ~, 'null', "
		    "+1, 1e3, 0x10, {a: b}]\n" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	const struct json *j, *state_doc;
	const char *text;
	size_t n;

	assert_ok(read_parts(a, parts, &p));
	assert_ok(package_grading_json(a, p, &text, &n));
	assert_ok(json_parse(a, text, n, &json_limits_document, &j));
	assert_string_equal(json_member_string(j, "method"), "manual");
	assert_int_equal(json_member(j, "languages")->n, 0);
	assert_int_equal(json_member(j, "tests")->n, 0);
	assert_null(json_member(j, "tasks"));
	j = json_member(j, "settings");
	assert_int_equal(json_member(j, "submission_limit")->integer, 5);
	assert_true(json_member(j, "groups")->boolean);
	state_doc = json_member(j, "state");
	assert_string_equal(json_text(a, state_doc),
	    "[\"007\",7,-1,1.5,\".5\",\"yes\",true,null,\"null\",\"+1\","
	    "1000,\"0x10\",{\"a\":\"b\"}]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(methods),
		cmocka_unit_test(snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
