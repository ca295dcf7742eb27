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
		    "template: script\nsubmission_limit: 5\ngroups: true\n"
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
	assert_string_equal(json_member_string(j, "method"), "script");
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

/* Set-up: what is taken, and what is refused with its place. */
static void
setups(void **state)
{
	static const struct part good[PARTS] = {
		{ "assize.yaml",
		    "template: input_output\nsetup:\n"
		    "  required_files: [README]\n"
		    "  assets: [{source: data.txt, target: in/data.txt}]\n"
		    "  python: {setup_commands: [make, {name: N, command: c,"
		    " shell: true, time_ms: 5}]}\n" },
		{ "criteria.json",
		    "{\"base\":{\"tests\":[{\"name\":\"dont_fail\"}]}}" },
		{ "data.txt", "1" },
	};
	static const struct {
		const char *setup, *pointer, *says;
	} bad[] = {
		{ "{required_file: [a]}", "/required_file", "neither" },
		{ "{required_files: a}", "/required_files", "a list" },
		{ "{c: {setup_command: [a]}}", "/c/setup_command",
		    "did you mean \"setup_commands\"" },
		{ "{c: {setup_commands: [{name: X}]}}", "/c/setup_commands/0",
		    "with a command" },
		{ "{klingon: {}}", "/klingon", "nor a language" },
		{ "{assets: [{source: gone, target: a}]}", "/assets/0/source",
		    "no such file" },
		{ "{assets: [{source: criteria.json, target: ../a}]}",
		    "/assets/0/target", "without" },
		{ "{assets: [{source: criteria.json, target: /usr/a}]}",
		    "/assets/0/target", "below /app" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	const struct setup_command *c;

	assert_ok(read_parts(a, good, &p));
	assert_string_equal(p->setup->assets[0].target, "/app/in/data.txt");
	assert_int_equal(p->setup->blocks_n, 2);
	assert_true(setup_is_for(&p->setup->blocks[0], NULL));
	assert_true(setup_is_for(&p->setup->blocks[1], "python3"));
	assert_false(setup_is_for(&p->setup->blocks[1], "c"));
	c = p->setup->blocks[1].commands;
	assert_string_equal(c[0].name, "Setup Command 1");
	assert_false(c[0].by_shell);
	assert_true(c[1].by_shell);
	assert_int_equal(c[1].time_ms, 5);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct part parts[PARTS] = {
			{ "assize.yaml",
			    arena_printf(a,
				"template: input_output\nsetup: %s\n",
				bad[i].setup) },
			good[1],
		};
		struct err *e = read_parts(a, parts, &p);
		bool found = false;

		assert_non_null(e);
		for (const struct field_fault *f = e->faults; f != NULL;
		     f = f->next)
			found |= strcmp(f->pointer,
				     arena_printf(a, "assize.yaml#/setup%s",
					 bad[i].pointer)) == 0 &&
			    strstr(f->detail, bad[i].says) != NULL;
		if (!found)
			fail_msg("%s: got %s: %s", bad[i].setup,
			    e->faults->pointer, e->faults->detail);
	}
}

/* Test functions of the package's own, and their parameters. */
static void
own_functions(void **state)
{
	static const struct part good[PARTS] = {
		{ "assize.yaml",
		    "template: custom\nfunctions: {words: {parameters: "
		    "{least: count, file: {type: text, required: false}}}}\n" },
		{ "criteria.json",
		    "{\"base\":{\"tests\":[{\"name\":\"words\","
		    "\"parameters\":{\"least\":3}}]}}" },
		{ "functions/words.py", "" },
	};
	static const struct part unknown[PARTS] = {
		{ "assize.yaml", "template: custom\n" },
		{ "criteria.json",
		    "{\"base\":{\"tests\":[{\"name\":\"words\","
		    "\"least\":3}]}}" },
		{ "functions/words.py", "" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	struct err *e;

	assert_ok(read_parts(a, good, &p));
	assert_int_equal(p->functions_n, 1);
	assert_ptr_equal(p->criteria->tests[0].function, p->own_functions);
	assert_int_equal(criteria_count(&p->criteria->tests[0], "least"), 3);
	e = read_parts(a, unknown, &p);
	assert_non_null(e);
	assert_string_equal(e->faults->pointer,
	    "criteria.json#/base/tests/0/least");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(methods),
		cmocka_unit_test(snapshot),
		cmocka_unit_test(setups),
		cmocka_unit_test(own_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
