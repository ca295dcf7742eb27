#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "package/meta.h"
#include "package/package.h"

/* The least that is a package; cases below change one thing in it. */
static const struct zip_file least[] = {
	{ "problem.yaml", "name: x\n", 8 },
	{ "problem_statement/problem.en.tex", "x\n", 2 },
	{ "data/secret/1.in", "1\n", 2 },
	{ "data/secret/1.ans", "1\n", 2 },
	{ "input_validators/v.py", "\n", 1 },
	{ "submissions/accepted/a.c", "\n", 1 },
};

#define NEW "problem_format_version: 2023-07-draft\nname: x\nuuid: u\n"

struct change {
	const char *path;
	const char *text; /* NULL: left out */
};
#define CHANGES 12

static struct err *
read_changed(struct arena *a, const struct change *changes, size_t n,
    struct package **ret)
{
	struct zip_file files[ARRAY_LEN(least) + CHANGES];
	size_t count = 0, zip_n;
	char *zip;

	assert_true(n <= CHANGES);
	for (size_t i = 0; i < ARRAY_LEN(least); i++) {
		bool is_changed = false;

		for (size_t c = 0; c < n; c++)
			is_changed |= changes[c].path != NULL &&
			    strcmp(changes[c].path, least[i].path) == 0;
		if (!is_changed)
			files[count++] = least[i];
	}
	for (size_t c = 0; c < n; c++)
		if (changes[c].path != NULL && changes[c].text != NULL)
			files[count++] = (struct zip_file) { changes[c].path,
				changes[c].text, strlen(changes[c].text) };
	assert_ok(zip_write(a, files, count, &zip, &zip_n));
	return package_read(a,
	    &(struct package_source) { .zip = zip, .zip_n = zip_n }, ret);
}

struct faulty {
	struct change changes[4];
	const char *pointer;
	const char *says;
};

static void
check_refused(const struct faulty *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		UNIT_ARENA(a);
		struct package *p;
		struct err *e = read_changed(a, cases[i].changes, 4, &p);
		bool found = false;

		if (e == NULL)
			fail_msg("case %zu (%s): accepted", i, cases[i].says);
		assert_int_equal(e->code, ERR_PACKAGE);
		for (const struct field_fault *f = e->faults; f != NULL;
		     f = f->next)
			found |= strcmp(f->pointer, cases[i].pointer) == 0 &&
			    strstr(f->detail, cases[i].says) != NULL;
		if (!found)
			fail_msg("case %zu (%s: %s): got %s: %s", i,
			    cases[i].pointer, cases[i].says, e->faults->pointer,
			    e->faults->detail);
	}
}

/* YAML that is none, or does harm. */
static void
bad_yaml(void **state)
{
	static const struct faulty cases[] = {
		{ { { "problem.yaml", NULL } }, "problem.yaml", "missing" },
		{ { { "problem.yaml", "name: [\n" } }, "problem.yaml:2",
		    "not YAML" },
		{ { { "problem.yaml", "- a\n" } }, "problem.yaml:1",
		    "must be a map" },
		{ { { "problem.yaml", "name: x\n\nname: y\n" } },
		    "problem.yaml:3", "twice" },
		{ { { "problem.yaml", "name: x\nuuid: *a\n" } },
		    "problem.yaml:2", "is named &a" },
		{ { { "problem.yaml", "name: x\nuuid: &a [x, *a]\n" } },
		    "problem.yaml:2", "is named &a" },
		{ { { "problem.yaml", "<<: 1\nname: x\n" } }, "problem.yaml:1",
		    "map or a list of maps" },
		{ { { "problem.yaml", "name: x\n\n<<: [{}, 1]\n" } },
		    "problem.yaml:3", "map or a list of maps" },
		{ { { "problem.yaml",
		      "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
		      "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		      "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
		      "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		      "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n" } },
		    "problem.yaml:4", "too many" },
		{ { { "problem.yaml",
		      "a: &a [[[[[[[[[[[x]]]]]]]]]]]\n"
		      "b: [[[[[[[[[*a]]]]]]]]]\n" } },
		    "problem.yaml:2", "deeply" },
		{ { { "problem.yaml", "name: !!python/object:os.system x\n" } },
		    "problem.yaml:1", "tags" },
		{ { { "problem.yaml", "name: x\n---\nname: y\n" } },
		    "problem.yaml:3", "more than one" },
		{ { { "problem.yaml",
		      "name: [[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]\n" } },
		    "problem.yaml:1", "deeply" },
		{ { { "problem.yaml", "name: \"a\\0b\"\n" } }, "problem.yaml:1",
		    "NUL" },
		{ { { "problem.yaml", "name: \xff\n" } }, "problem.yaml:1",
		    "not YAML" },
		{ { { "problem.yaml", "[a]: b\n" } }, "problem.yaml:1",
		    "plain word" },
	};

	check_refused(cases, ARRAY_LEN(cases));
}

/* A long text that is repeated is as long as if it were written out. */
static void
a_bomb_of_one_text(void **state)
{
	UNIT_ARENA(a);
	struct buf b;

	buf_init(&b, a, 1 << 20);
	buf_puts(&b, "name: x\na: &a ");
	for (size_t i = 0; i < 60000; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\nb: [*a, *a, *a, *a,\n *a, *a]\n");
	check_refused(&(struct faulty) { { { "problem.yaml", b.p } },
			  "problem.yaml:4", "aliases stand for more than" },
	    1);
}

/* An alias is what it stands for; "<<" brings keys of other maps. */
static void
aliases(void **state)
{
	static const char *const cases[][2] = {
		{ "a: &a x\nb: *a", "{'a':'x','b':'x'}" },
		{ "a: &a {k: [1, 2]}\nb: [*a, *a]",
		    "{'a':{'k':[1,2]},'b':[{'k':[1,2]},{'k':[1,2]}]}" },
		{ "a: &a 1\nb: &a 2\nc: *a", "{'a':1,'b':2,'c':2}" },
		{ "a: &a {k: 1, l: 2}\nb: {l: 3, <<: *a, m: 4}",
		    "{'a':{'k':1,'l':2},'b':{'k':1,'l':3,'m':4}}" },
		{ "- &a {k: 1}\n- &b {k: 2, l: 2}\n- {<<: [*a, *b]}",
		    "[{'k':1},{'k':2,'l':2},{'k':1,'l':2}]" },
		{ "a: &a {k: 1}\nb: &b {<<: *a, l: 2}\nc: {<<: *b}",
		    "{'a':{'k':1},'b':{'k':1,'l':2},'c':{'k':1,'l':2}}" },
		{ "{<<: {}, <<x: 1, k: <<}", "{'<<x':1,'k':'<<'}" },
		{ "{<<: []}", "{}" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct faults faults;
		size_t nodes = 0;
		const struct meta_file file = { "x", &faults, &nodes, NULL };
		char *want = arena_strdup(a, cases[i][1]);
		const struct meta *m;

		faults_init(&faults, a);
		m = meta_parse(&file, cases[i][0], strlen(cases[i][0]));
		if (m == NULL)
			fail_msg("%s: %s", cases[i][0], faults.first->detail);
		for (char *p = want; *p != '\0'; p++)
			if (*p == '\'')
				*p = '"';
		assert_string_equal(json_text(a, meta_json(a, m)), want);
	}
}

/* What the format does not know, or we cannot do. */
static void
bad_problem(void **state)
{
	static const struct faulty cases[] = {
		{ { { "problem.yaml", "problem_format_version: 1999\n" } },
		    "problem.yaml:1", "one of legacy" },
		{ { { "problem.yaml", "type: riddle\n" } }, "problem.yaml:1",
		    "unknown type" },
		{ { { "problem.yaml", "type: {}\n" } }, "problem.yaml:1",
		    "name of a type" },
		{ { { "problem.yaml",
		      NEW "type: [pass-fail, interactive]\n" } },
		    "problem.yaml", "needs an output validator" },
		{ { { "problem.yaml", "name: [x]\n" } }, "problem.yaml:1",
		    "name must be" },
		{ { { "problem.yaml", "validation: custom riddle\n" },
		      { "output_validators/v.py", "x" } },
		    "problem.yaml:1", "cannot be judged" },
		{ { { "problem.yaml", "validation: custom\n" } },
		    "problem.yaml:1", "no output validator" },
		{ { { "problem.yaml", "validation: custom interactive\n" },
		      { "output_validators/a.py", "x" },
		      { "output_validators/b.py", "x" } },
		    "problem.yaml", "only one" },
		{ { { "problem.yaml", "validation: custom\n" },
		      { "output_validators/a.py", "x" },
		      { "data/testdata.yaml",
			  "output_validator_flags: {name: b, flags: x}\n" } },
		    "data/testdata.yaml:1", "no output validator \"b\"" },
		{ { { "problem.yaml", "validation: custom\n" },
		      { "output_validators/v.cbl", "x" } },
		    "problem.yaml:1", "no output validator" },
		{ { { "problem.yaml", NEW }, { "output_validator/a.py", "x" },
		      { "output_validator/b.py", "x" } },
		    "output_validator", "which of 2 files" },
		{ { { "problem.yaml", "validation: diff\n" } },
		    "problem.yaml:1", "\"default\"" },
		{ { { "problem.yaml", "validator_flags: fuzzy 1\n" } },
		    "problem.yaml", "\"fuzzy\"" },
		{ { { "problem.yaml", "validator_flags: float_tolerance\n" } },
		    "problem.yaml", "needs a number" },
		{ { { "problem.yaml", "limits:\n  memory: 0\n" } },
		    "problem.yaml:2", "from 1 to" },
		{ { { "problem.yaml", "limits:\n  memory: lots\n" } },
		    "problem.yaml:2", "must be a number" },
		{ { { "problem.yaml", "limits:\n  memory: 1.5\n" } },
		    "problem.yaml:2", "whole" },
		{ { { "problem.yaml", "limits:\n  memory: [1]\n" } },
		    "problem.yaml:2", "single value" },
		{ { { "problem.yaml", "limits: 7\n" } }, "problem.yaml:1",
		    "must be a map" },
		{ { { "problem.yaml", "limits:\n  time_limit: 1e9\n" } },
		    "problem.yaml:2", "from 0.01 to 600" },
		{ { { "problem.yaml", "languages: [cobol]\n" } },
		    "problem.yaml:1", "none of the languages" },
		{ { { "problem.yaml", "grading: {objective: min}\n" } },
		    "problem.yaml:1", "only for" },
		{ { { "problem.yaml",
			NEW "type: [submit-answer, interactive]\n" },
		      { "output_validator/v.py", "x" } },
		    "problem.yaml", "nothing runs" },
		{ { { "problem.yaml", NEW "type: [pass-fail, multi-pass]\n" } },
		    "problem.yaml", "needs an output validator" },
		{ { { "problem.yaml", NEW "constants: {1n: 1}\n" } },
		    "problem.yaml:4", "letters" },
		{ { { "problem.yaml", NEW "constants: {n: {WORD: a}}\n" } },
		    "problem.yaml", "a number or a text" },
		{ { { "problem.yaml", NEW "constants: {n: [1]}\n" } },
		    "problem.yaml:4", "a number or a text" },
		{ { { "problem.yaml", NEW },
		      { "data/secret/test_group.yaml",
			  "static_validation: true\n" } },
		    "data/secret/test_group.yaml:1", "no program" },
		{ { { "problem.yaml", NEW "type: scoring\n" },
		      { "data/secret/test_group.yaml",
			  "scoring: {score: unbounded}\n" } },
		    "data/secret/1.in", "no output validator" },
		{ { { "problem.yaml", NEW },
		      { "static_validator/v.cobol", "x" } },
		    "static_validator/v.cobol", "no program" },
		{ { { ".timelimit", "soon\n" } }, ".timelimit", "seconds" },
		{ { { "domjudge-problem.ini", "timelimit = -1\n" } },
		    "domjudge-problem.ini", "seconds" },
		{ { { "assize.yaml", "template: essay\n" } }, "assize.yaml:1",
		    "one of input_output" },
		{ { { "assize.yaml", "template: web_dev\n" } }, "assize.yaml:1",
		    "did you mean \"webdev\"" },
		{ { { "assize.yaml", "evaluate: last\ntemplate: webdev\n" } },
		    "assize.yaml:2", "webdev needs criteria" },
		{ { { "assize.yaml", "template: []\n" } }, "assize.yaml:1",
		    "must name one" },
		{ { { "assize.yaml", "template: webdev, quiz\n" } },
		    "assize.yaml:1", "cannot be graded together" },
		{ { { "assize.yaml", "template: quiz\nquiz: gone.yaml\n" } },
		    "assize.yaml:2", "no file gone.yaml" },
		{ { { "assize.yaml", "template: quiz\nquiz: [1]\n" } },
		    "assize.yaml#/quiz", "must be a map" },
		{ { { "assize.yaml", "template: quiz\n" },
		      { "quiz.json", "{\"a\": 1,}" } },
		    "quiz.json", "not JSON" },
		{ { { "assize.yaml", "submission_limit: many\n" } },
		    "assize.yaml#/submission_limit", "must be an integer" },
		{ { { "assize.yaml", "submission_limit: -1\n" } },
		    "assize.yaml#/submission_limit", "from 0" },
		{ { { "assize.yaml", "windows: tomorrow\n" } },
		    "assize.yaml#/windows", "" },
		{ { { "assize.yaml", "weight: -1\n" } }, "assize.yaml#/weight",
		    "" },
		{ { { "assize.yaml", "weight: heavy\n" } },
		    "assize.yaml#/weight", "number" },
		{ { { "assize.yaml", "stored_submissions: all\n" } },
		    "assize.yaml#/stored_submissions", "" },
		{ { { "assize.yaml", "visible: 7\n" } }, "assize.yaml#/visible",
		    "" },
		{ { { "assize.yaml", "state: {a: 1}\n" } },
		    "assize.yaml#/state", "only the template script" },
		{ { { "assize.yaml", "groups: 3\n" } }, "assize.yaml#/groups",
		    "must be a boolean" },
		{ { { "assize.yaml", "limits: {processes: 0}\n" } },
		    "assize.yaml:1", "from 1" },
		{ { { "assize.yaml", "colour: red\n" } }, "assize.yaml:1",
		    "unknown key" },
	};

	check_refused(cases, ARRAY_LEN(cases));
}

static void
bad_data(void **state)
{
	static const struct faulty cases[] = {
		{ { { "data/secret/1.in", NULL } }, "data/secret/1.ans",
		    "no data/secret/1.in" },
		{ { { "data/secret/1.ans", NULL } }, "data/secret/1.in",
		    "no data/secret/1.ans" },
		{ { { "data/secret/1.ans", NULL },
		      { "data/secret/1.in", NULL } },
		    "data/secret", "no secret test" },
		{ { { "data/2.in", "x" } }, "data/2", "belong into" },
		{ { { "data/secret/1/2.in", "x" },
		      { "data/secret/1/2.ans", "x" } },
		    "data/secret/1", "both a test and a group" },
		{ { { "data/secret/a/b/c/d/e/1.in", "x" },
		      { "data/secret/a/b/c/d/e/1.ans", "x" } },
		    "data/secret/a/b/c/d/e", "too deeply" },
		{ { { "data/secret/testdata.yaml", "on_reject: panic\n" } },
		    "data/secret/testdata.yaml:1", "one of break, continue" },
		{ { { "data/testdata.yaml", "\n\ngrading: custom\n" } },
		    "data/testdata.yaml:3", "there are 0" },
		{ { { "data/testdata.yaml", "grading: custom\n" },
		      { "graders/a.py", "x" }, { "graders/b.py", "x" } },
		    "data/testdata.yaml:1", "there are 2" },
		{ { { "problem.yaml",
			"type: scoring\nvalidation: custom score\n"
			"grading: {objective: min}\n" },
		      { "output_validators/v.py", "x" } },
		    "data/secret/1.in", "range with two ends" },
		{ { { "data/testdata.yaml",
		      "output_validator_flags: float_tolerance x\n" } },
		    "data/testdata.yaml:1", "not a number" },
		{ { { "problem.yaml", NEW },
		      { "data/secret/test_group.yaml",
			  "output_validator_args: [case_insensitive]\n" } },
		    "data/secret/test_group.yaml:1", "case_insensitive" },
		{ { { "problem.yaml", NEW "type: scoring\n" },
		      { "data/secret/a/test_group.yaml",
			  "scoring: {require_pass: secret/b}\n" },
		      { "data/secret/a/1.in", "" },
		      { "data/secret/a/1.ans", "" } },
		    "data/secret/a/test_group.yaml:1",
		    "\"secret/b\" is no test" },
		{ { { "problem.yaml", NEW "type: scoring\n" },
		      { "data/secret/a/test_group.yaml",
			  "scoring: {score: 200}\n" },
		      { "data/secret/a/1.in", "" },
		      { "data/secret/a/1.ans", "" } },
		    "data/secret", "more points" },
	};

	check_refused(cases, ARRAY_LEN(cases));
}

/* All faults of a package come at once. */
static void
all_faults(void **state)
{
	static const struct change changes[] = {
		{ "problem.yaml", "name: [x]\nlimits: {memory: no}\n" },
		{ "data/secret/testdata.yaml", "on_reject: 1\n" },
		{ "data/secret/1.ans", NULL },
		{ "assize.yaml", "evaluate: worst\n" },
	};
	UNIT_ARENA(a);
	struct package *p;
	struct err *e = read_changed(a, changes, 4, &p);
	size_t n = 0;

	assert_non_null(e);
	for (const struct field_fault *f = e->faults; f != NULL; f = f->next)
		n++;
	assert_int_equal(n, 5);
}

static void
no_package(void **state)
{
	UNIT_ARENA(a);
	struct package *p;

	assert_err(package_read(a,
		       &(struct package_source) { .zip = "junk", .zip_n = 4 },
		       &p),
	    ERR_FILES);
}

/* The worst that the limits allow is refused, and never ends the process. */
static void
too_much(void **state)
{
	static const struct {
		const char *path;
		const char *begin;
		char fill;
		size_t n;
		const char *says;
	} cases[] = {
		{ "problem.yaml", "name: ", 'x', (256 << 10) + 1, "large" },
		{ "problem.yaml", "keywords: ", '[', 200000, "deeply" },
		{ "problem.yaml", "keywords: [", ',', 200000, "not YAML" },
		{ "problem.yaml", "keywords: \n", '-', 200000, "" },
		{ "problem.yaml", "validator_flags: ", 'x', 5000, "too long" },
		{ "problem.yaml", "name: ", '{', 100000, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		size_t front = strlen(cases[i].begin);
		char *text = arena_alloc(a, front + cases[i].n + 1);
		struct change change = { cases[i].path, text };
		struct package *p;
		struct err *e;

		memcpy(text, cases[i].begin, front);
		memset(text + front, cases[i].fill, cases[i].n);
		e = read_changed(a, &change, 1, &p);
		if (e != NULL &&
		    strstr(e->faults->detail, cases[i].says) == NULL)
			fail_msg("case %zu: %s", i, e->faults->detail);
		if (e == NULL && cases[i].says[0] != '\0')
			fail_msg("case %zu: accepted", i);
	}
}

/* A hundred files with as many values as one may have. */
static void
many_values(void **state)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("many", (size_t)256 << 20);
	size_t n = ARRAY_LEN(least), zip_n;
	struct zip_file files[ARRAY_LEN(least) + 100];
	char *text = arena_alloc(a, 20000), *zip;
	struct package *p;
	struct err *e;

	memcpy(files, least, sizeof(least));
	memset(text, ',', 9999);
	for (size_t i = 0; i < 9998; i += 2)
		text[i] = 'a';
	memcpy(text, "hint: [", 7);
	text[9998] = ']';
	for (size_t i = 0; i < 100; i++)
		files[n++] = (struct zip_file) {
			arena_printf(a, "data/secret/g%zu/testdata.yaml", i),
			text, strlen(text)
		};
	assert_ok(zip_write(a, files, n, &zip, &zip_n));
	e = package_read(a,
	    &(struct package_source) { .zip = zip, .zip_n = zip_n }, &p);
	assert_non_null(e);
	assert_int_equal(e->code, ERR_PACKAGE);
	assert_true(arena_used(a) < (size_t)96 << 20);
}

static void
many_tests(void **state)
{
	static const struct {
		size_t n;
		bool ok;
	} counts[] = { { 9999, true }, { 10000, false } };

	for (size_t c = 0; c < ARRAY_LEN(counts); c++) {
		_cleanup_(arena_freep) struct arena *a =
		    arena_new("many", (size_t)256 << 20);
		size_t n = ARRAY_LEN(least), zip_n;
		struct zip_file *files =
		    arena_array(a, n + 2 * counts[c].n, sizeof(*files));
		struct package *p;
		struct err *e;
		char *zip;

		memcpy(files, least, sizeof(least));
		for (size_t i = 0; i < counts[c].n; i++) {
			files[n++] = (struct zip_file) {
				arena_printf(a, "data/secret/t%zu.in", i), "", 0
			};
			files[n++] =
			    (struct zip_file) { arena_printf(a,
						    "data/secret/t%zu.ans", i),
				    "", 0 };
		}
		assert_ok(zip_write(a, files, n, &zip, &zip_n));
		e = package_read(a,
		    &(struct package_source) { .zip = zip, .zip_n = zip_n },
		    &p);
		assert_int_equal(e == NULL, counts[c].ok);
		if (e != NULL)
			assert_non_null(strstr(e->faults->detail, "10000"));
	}
}

static void
small_arena(void **state)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("small", 1 << 20);
	struct package *p;

	assert_err(read_changed(a, NULL, 0, &p), ERR_TOO_LARGE);
}

/* Any byte of a package's YAML changed: read or refused, never worse. */
static void
changed_bytes(void **state)
{
	static const char yaml[] =
	    NEW "limits: {time_limit: 1, memory: 64}\n"
		"languages: [c, 'cpp', \"python3\"]\nlicense: cc0\n";
	static const char marks[] = "\0\"'[]{}&*!|>%@`#,:?-\t\n \x80\xff";
	size_t refused_n = 0, all = 0;

	for (size_t i = 0; i < sizeof(yaml) - 1; i++)
		for (size_t m = 0; m < sizeof(marks) - 1; m += 3) {
			UNIT_ARENA(a);
			char *text = arena_memdup(a, yaml, sizeof(yaml) - 1);
			struct change change = { "problem.yaml", text };
			struct package *p;
			struct err *e;

			text[i] = marks[(m + i) % (sizeof(marks) - 1)];
			e = read_changed(a, &change, 1, &p);
			assert_true(e == NULL || e->code == ERR_PACKAGE);
			refused_n += e != NULL;
			all++;
		}
	assert_true(refused_n > all / 4 && refused_n < all);
}

static void
accepted(void **state)
{
	static const struct {
		struct change changes[4];
		int64_t time_ms;
		size_t warnings;
		const char *expected;
	} cases[] = {
		{ { { NULL, NULL } }, 2000, 1, "AC" },
		{ { { ".timelimit", "3\n" } }, 3000, 0, "AC" },
		{ { { "domjudge-problem.ini",
		      "color=#fff\ntimelimit = '0.5'\n" } },
		    500, 0, "AC" },
		{ { { "problem.yaml", "limits: {time_limit: 4}\n" },
		      { ".timelimit", "3\n" } },
		    4000, 1, "AC" },
		{ { { "problem.yaml",
		      "\xef\xbb\xbf---\nlimits: {time_limit: 4}\n" } },
		    4000, 1, "AC" },
		{ { { "assize.yaml", "limits: {time_ms: 700}\n" },
		      { ".timelimit", "3\n" } },
		    700, 0, "AC" },
		{ { { ".timelimit", "1" }, { "data/sample/testdata.yaml", "" },
		      { "data/secret/1.desc", "why" },
		      { "data/secret/1.png", "x" } },
		    1000, 0, "AC" },
		{ { { ".timelimit", "1" }, { "data/README", "x" },
		      { "submissions/accepted/a.c",
			  "/* @EXPECTED_RESULTS@: CORRECT, TIMELIMIT */\n" } },
		    1000, 1, "AC,TLE" },
		{ { { ".timelimit", "1" }, { "submissions/accepted/a.c", NULL },
		      { "submissions/rejected/dir/a.py", "x" },
		      { "submissions/rejected/dir/b.py", "x" } },
		    1000, 1, "WA,CE,TLE,MLE,RE,OLE" },
		{ { { ".timelimit", "1" }, { "submissions/accepted/a.c", NULL },
		      { "submissions/accepted/a.cob", "x" } },
		    1000, 1, "AC" },
		{ { { ".timelimit", "1" }, { "submissions/accepted/a.c", NULL },
		      { "submissions/accepted/a.py",
			  "#!/usr/bin/env python2\nprint 1\n" } },
		    1000, 1, "AC" },
		{ { { ".timelimit", "1" },
		      { "submissions/accepted/a.c",
			  "// @EXPECTED_RESULTS@: NO_OUTPUT,Time-Limit\r\n" } },
		    1000, 0, "WA,TLE" },
		/* Samples alone are judged, and what systems leave is not. */
		{ { { "data/secret/1.ans", NULL }, { "data/secret/1.in", NULL },
		      { "data/sample/1.in", "" }, { "data/sample/1.ans", "" } },
		    2000, 2, "AC" },
		{ { { ".timelimit", "1" }, { "data/secret/._1.in", "x" },
		      { "output_validators/__pycache__/a.pyc", "x" },
		      { "submissions/accepted/.gitkeep", "" } },
		    1000, 0, "AC" },
		/* As drafts of the new format had it. */
		{ { { "problem.yaml",
		      "problem_format_version: 2023-07\nname: x\nuuid: y\n"
		      "validation: {multipass: false}\nlicense:\n"
		      "limits: {time_limit: 1, time_multiplier: "
		      "{ac_to_time_limit: 3}}\n" } },
		    1000, 1, "AC" },
		/* Nobody who writes these has a word for memory. */
		{ { { ".timelimit", "1" },
		      { "submissions/accepted/a.c",
			  "// @EXPECTED_RESULTS@: RUN_TIME_ERROR\n" } },
		    1000, 0, "MLE,RE" },
		{ { { ".timelimit", "1" }, { "submissions/accepted/a.c", NULL },
		      { "submissions/run_time_error/a.c", "x" } },
		    1000, 1, "MLE,RE,OLE" },
		{ { { ".timelimit", "1" },
		      { "submissions/accepted/a.c",
			  "# @EXPECTED_RESULTS@: CHECK-MANUALLY\n" } },
		    1000, 0, "AC,WA,CE,TLE,MLE,RE,OLE" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct package *p = NULL;
		size_t n = 0;

		assert_ok(read_changed(a, cases[i].changes, 4, &p));
		assert_int_equal(p->limits.time_ms, cases[i].time_ms);
		for (const struct field_fault *f = p->warnings; f != NULL;
		     f = f->next)
			n++;
		if (n != cases[i].warnings)
			fail_msg("case %zu: %zu warnings", i, n);
		assert_int_equal(p->submission_n, 1);
		assert_string_equal(package_expected_text(a,
					p->submissions[0].expected),
		    cases[i].expected);
	}
}

/* Settings of groups: what a file does not say is as above it. */
static void
inherited(void **state)
{
	static const struct change legacy[] = {
		{ "problem.yaml", "validator_flags: case_sensitive\n" },
		{ "data/testdata.yaml",
		    "on_reject: continue\n"
		    "output_validator_flags: float_tolerance 0.5\n" },
		{ "data/secret/testdata.yaml", "on_reject: break\n" },
		{ ".timelimit", "1" },
	};
	static const struct change new[] = {
		{ "problem.yaml", NEW "languages: [python3, cobol]\n" },
		{ "data/test_group.yaml",
		    "full_feedback: true\n"
		    "output_validator_args: [float_tolerance, '0.5']\n" },
		{ "data/secret/test_group.yaml", "hint: read it\n" },
		{ "data/secret/1.yaml", "args: [-v]\n" },
	};
	static const struct change all[] = {
		{ "assize.yaml", "judging: all\n" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;

	assert_ok(read_changed(a, legacy, 4, &p));
	assert_false(p->plan.groups[0].breaks);
	assert_true(p->plan.groups[1].breaks);
	assert_true(p->tests[0].compare.case_sensitive);
	assert_true(p->tests[0].compare.has_absolute);
	assert_true(p->plan.tests[0].hidden);

	assert_ok(read_changed(a, new, 4, &p));
	assert_true(p->plan.groups[1].breaks);
	assert_true(p->tests[0].compare.has_absolute);
	assert_string_equal(p->tests[0].validator_args[1], "0.5");
	assert_string_equal(p->tests[0].hint, "read it");
	assert_string_equal(p->tests[0].args[0], "-v");
	assert_false(p->plan.tests[0].hidden);
	assert_ptr_equal(p->languages[0], &languages[LANGUAGE_PYTHON3]);
	assert_null(p->languages[1]);

	assert_ok(read_changed(a, all, 1, &p));
	assert_false(p->plan.groups[1].breaks);
}

/* Where an output validator may stand, and what belongs to it. */
static void
validators(void **state)
{
	static const struct {
		struct change changes[4];
		const char *path;
		const char *base;
		const char *first;
		enum language_id language;
		size_t files;
	} cases[] = {
		{ { { "problem.yaml", "validation: custom\n" },
		      { "output_validators/v.py", "x" } },
		    "output_validators/v.py", "output_validators/",
		    "output_validators/v.py", LANGUAGE_PYTHON3, 1 },
		{ { { "problem.yaml", "validation: custom\n" },
		      { "output_validators/v.cc", "x" },
		      { "output_validators/testlib.h", "x" } },
		    "output_validators/v.cc", "output_validators/",
		    "output_validators/testlib.h", LANGUAGE_CPP, 2 },
		{ { { "problem.yaml", "validation: custom\n" },
		      { "output_validators/v/a.c", "x" },
		      { "output_validators/v/b.c", "x" } },
		    "output_validators/v", "output_validators/v/",
		    "output_validators/v/a.c", LANGUAGE_C, 2 },
		{ { { "problem.yaml", NEW },
		      { "output_validator/main.py", "x" },
		      { "output_validator/more.py", "x" } },
		    "output_validator", "output_validator/",
		    "output_validator/main.py", LANGUAGE_PYTHON3, 2 },
		{ { { "problem.yaml", NEW },
		      { "output_validator/v/v.py", "x" } },
		    "output_validator/v", "output_validator/v/",
		    "output_validator/v/v.py", LANGUAGE_PYTHON3, 1 },
	};
	static const struct change talks[] = {
		{ "problem.yaml",
		    "type: scoring\nvalidation: custom interactive score\n" },
		{ "output_validators/v.py", "x" },
	};
	static const struct change flags[] = {
		{ "problem.yaml",
		    "validation: custom\n"
		    "validator_flags: any words \"of some\" length\n" },
		{ "output_validators/v.py", "x" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct package_program *v;
		size_t n = 0;

		assert_ok(read_changed(a, cases[i].changes, 4, &p));
		assert_string_equal(p->validation, "custom");
		assert_int_equal(p->validator_n, 1);
		v = p->validators;
		assert_string_equal(v->path, cases[i].path);
		assert_string_equal(v->base, cases[i].base);
		assert_string_equal(v->files[0], cases[i].first);
		assert_int_equal(v->language->id, cases[i].language);
		while (v->files[n] != NULL)
			n++;
		assert_int_equal(n, cases[i].files);
	}
	assert_ok(read_changed(a, flags, ARRAY_LEN(flags), &p));
	assert_string_equal(p->tests[0].validator_args[1], "words");
	assert_string_equal(p->tests[0].validator_args[2], "of some");
	assert_string_equal(p->tests[0].validator_args[3], "length");
	assert_false(p->is_interactive);
	assert_ok(read_changed(a, talks, ARRAY_LEN(talks), &p));
	assert_true(p->is_interactive && p->takes_score);
	/* A validator that nobody asked for. */
	assert_ok(read_changed(a, &flags[1], 1, &p));
	assert_int_equal(p->validator_n, 0);
	assert_string_equal(p->validation, "default");
}

static void
scores(void **state)
{
	static const struct change legacy[] = {
		{ "problem.yaml", "type: scoring\n" },
		{ "data/testdata.yaml",
		    "on_reject: continue\n"
		    "grader_flags: always_accept ignore_sample\n" },
		{ "data/secret/a/testdata.yaml",
		    "accept_score: 30\ngrader_flags: min\n" },
		{ "data/sample/1.in", "" },
		{ "data/sample/1.ans", "" },
		{ "data/secret/a/1.in", "" },
		{ "data/secret/a/1.ans", "" },
	};
	static const struct change later[] = {
		{ "problem.yaml",
		    "problem_format_version: 2025-09\nname: x\nuuid: u\n"
		    "type: scoring\n" },
		{ "data/secret/test_group.yaml", "max_score: 60\n" },
		{ "data/secret/a/test_group.yaml",
		    "max_score: 60\nscore_aggregation: min\n" },
		{ "data/secret/1.in", NULL },
		{ "data/secret/1.ans", NULL },
		{ "data/secret/a/1.in", "" },
		{ "data/secret/a/1.ans", "" },
	};
	static const struct change new[] = {
		{ "problem.yaml", NEW "type: scoring\n" },
		{ "data/secret/a/test_group.yaml", "scoring: {score: 60}\n" },
		{ "data/sample/1.in", "" },
		{ "data/sample/1.ans", "" },
		{ "data/secret/a/1.in", "" },
		{ "data/secret/a/1.ans", "" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;

	assert_ok(read_changed(a, legacy, ARRAY_LEN(legacy), &p));
	assert_true(p->plan.is_scoring);
	assert_int_equal(p->plan.group_n, 4);
	assert_int_equal(p->plan.groups[3].rule, TREE_MIN);
	assert_int_equal(p->plan.groups[2].rule, TREE_SUM);
	assert_true(p->plan.groups[1].weight == 0);  /* sample */
	assert_true(p->plan.groups[2].weight == 31); /* secret: 1 and a */
	assert_true(p->plan.groups[3].weight == 30);
	assert_true(p->plan.groups[3].all_or_nothing);
	assert_false(p->plan.groups[2].all_or_nothing);

	assert_ok(read_changed(a, new, ARRAY_LEN(new), &p));
	assert_true(p->plan.groups[1].weight == 0);
	assert_true(p->plan.groups[2].weight == 100);
	assert_true(p->plan.groups[3].weight == 60);
	assert_true(p->plan.tests[1].weight == 40);
	assert_true(p->plan.groups[3].all_or_nothing);
	assert_false(p->plan.groups[2].breaks);

	assert_ok(read_changed(a, later, ARRAY_LEN(later), &p));
	assert_true(p->plan.groups[1].weight == 60);
	assert_int_equal(p->plan.groups[1].rule, TREE_SUM);
	assert_true(p->plan.groups[2].weight == 60);
	assert_false(p->plan.groups[2].all_or_nothing);
	assert_int_equal(p->plan.groups[2].rule, TREE_MIN);
}

/* The usual way of subtasks: some accepted groups make an accepted whole. */
static void
subtasks(void **state)
{
	static const struct change changes[] = {
		{ "problem.yaml", "type: scoring\n" },
		{ "data/testdata.yaml",
		    "on_reject: continue\ngrader_flags: ignore_sample\n" },
		{ "data/secret/testdata.yaml",
		    "grader_flags: first_error accept_if_any_accepted\n" },
		{ "data/secret/a/testdata.yaml",
		    "on_reject: break\naccept_score: 40\n"
		    "grader_flags: min\n" },
		{ "data/secret/a/1.in", "" },
		{ "data/secret/a/1.ans", "" },
		{ "data/secret/1.in", NULL },
		{ "data/secret/1.ans", NULL },
	};
	static const struct change more[] = {
		{ "data/secret/b/testdata.yaml",
		    "accept_score: 60\ngrader_flags: min\n" },
		{ "data/secret/b/1.in", "" },
		{ "data/secret/b/1.ans", "" },
	};
	struct change all[ARRAY_LEN(changes) + ARRAY_LEN(more)];
	UNIT_ARENA(a);
	struct package *p = NULL;
	struct judge_result r;
	struct judge *j;

	memcpy(all, changes, sizeof(changes));
	memcpy(all + ARRAY_LEN(changes), more, sizeof(more));
	assert_ok(read_changed(a, all, ARRAY_LEN(all), &p));
	assert_int_equal(p->plan.test_n, 2);
	assert_int_equal(p->plan.groups[1].accept, TREE_ACCEPT_ANY);
	j = judge_new(a, &p->plan);
	judge_report(j, 0, &(struct judge_outcome) { .verdict = VERDICT_AC });
	judge_report(j, 1, &(struct judge_outcome) { .verdict = VERDICT_WA });
	judge_finish(j, false, &r);
	assert_float_equal(r.grade, 40, 1e-9);
	assert_int_equal(r.verdict, VERDICT_WA);
}

/* What newer packages have beside input and answer. */
static void
beside(void **state)
{
	static const struct change changes[] = {
		{ "problem.yaml",
		    NEW "type: [pass-fail, multi-pass]\n"
			"limits: {validation_passes: 5}\n"
			"constants: {eps: 0.25, n: 7, big: {value: 5, "
			"WORD: five}}\n"
			"allow_file_writing: true\n" },
		{ "output_validator/run", "#!/bin/sh\nexit 42\n" },
		{ "data/secret/1.files/in.txt", "x" },
		{ "data/secret/1.args", "-a 'b c' \"\" d\\ e\n" },
		{ "data/secret/test_group.yaml",
		    "input_validator_args: {v.py: ['{{n}}']}\n"
		    "output_validator_args: [float_tolerance, '{{eps}}']\n" },
		{ "include/default/data.txt", "x" },
		{ "include/python3/grader.py", "x" },
		{ "input_validators/ctd.ctd", "x" },
		{ "data/secret/1.hint", " think\n" },
	};
	UNIT_ARENA(a);
	struct package *p = NULL;
	const struct package_test *t;

	assert_ok(read_changed(a, changes, ARRAY_LEN(changes), &p));
	t = &p->tests[0];
	assert_true(p->is_multi_pass && p->writes_files);
	assert_int_equal(p->limits.validation_passes, 5);
	assert_null(p->validators->language);
	assert_string_equal(t->files.paths[0], "data/secret/1.files/in.txt");
	assert_string_equal(t->args[0], "-a");
	assert_string_equal(t->args[1], "b c");
	assert_string_equal(t->args[2], "");
	assert_string_equal(t->args[3], "d e");
	assert_null(t->args[4]);
	assert_string_equal(t->hint, "think");
	assert_string_equal(t->input_args->validator, "v.py");
	assert_string_equal(t->input_args->args[0], "7");
	assert_string_equal(t->validator_args[1], "0.25");
	assert_string_equal(package_include_for(p, "c")->language, "default");
	assert_string_equal(package_include_for(p, "python3")->language,
	    "python3");
	assert_int_equal(p->input_validator_n, 1);
	assert_string_equal(package_fill(a, p, STR("{{n}} {{m}} {{eps}}"), 100)
				.p,
	    "7 {{m}} 0.25");
	assert_string_equal(package_fill(a, p,
				STR("{{big}} {{big.WORD}} {{big.x}}"), 100)
				.p,
	    "5 five {{big.x}}");
	assert_int_equal(package_fill(a, p, STR("{{eps}}"), 2).n, 7);
	assert_string_equal(package_fill(a, p, STR("{{{n}} {{n}}{{"), 99).p,
	    "{7 7{{");
}

/* submissions.yaml: patterns of submissions, then of tests. */
static void
rules(void **state)
{
	static const struct change changes[] = {
		{ "problem.yaml", NEW },
		{ "submissions/wrong_answer/b.py", "x" },
		{ "submissions/wrong_answer/c.py", "x" },
		{ "submissions/submissions.yaml",
		    "accepted: {permitted: [AC, TLE]}\n"
		    "'*/{a,b}.*':\n  secret/*-easy:\n    permitted: [AC]\n"
		    "wrong_answer/b.py:\n  required: RTE\n  message: no\n"
		    "nobody: {required: [WA]}\n" },
	};
#define FOUR(s) s s s s
	static const struct {
		const char *pattern;
		const char *path;
		bool covers;
	} patterns[] = {
		{ "secret", "secret/1", true },
		{ "secr", "secret/1", false },
		{ "*/1", "secret/1", true },
		{ "*/1", "secret/a/1", false },
		{ "secret/*a*b", "secret/xaxbxb", true },
		{ "secret/*a*b", "secret/xaxbx", false },
		{ "s*/a{1,2,}x", "secret/ax/y", true },
		{ "s*/a{1,{2", "secret/a1", false },
		{ "", "secret", false },
		/* These would take for ever if all ways were tried. */
		{ FOUR(FOUR(FOUR("*a"))) "b", FOUR(FOUR(FOUR("aaa"))), false },
		{ FOUR(FOUR("{a,a}")) "b", FOUR(FOUR("a")) "c", false },
	};
	struct package_rule rule = { 0 };
	UNIT_ARENA(a);
	struct package *p = NULL;
	const struct package_submission *s;

	assert_ok(read_changed(a, changes, ARRAY_LEN(changes), &p));
	s = p->submissions;
	assert_string_equal(package_expected_text(a, s[0].expected), "AC,TLE");
	assert_string_equal(package_expected_text(a, s[1].expected), "WA");
	assert_null(s[2].rules);
	assert_string_equal(s[1].rules->message, "no");
	assert_true(package_rule_covers(s[1].rules, "secret/1"));
	assert_string_equal(s[1].rules->next->tests, "secret/*-easy");
	assert_true(package_rule_covers(s[1].rules->next, "secret/1-easy"));
	assert_true(package_rule_covers(s[1].rules->next, "secret/x-easy/1"));
	assert_false(package_rule_covers(s[1].rules->next, "secret/x/1-easy"));
	assert_false(package_rule_covers(s[1].rules->next, "secret/1-hard"));
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		rule.tests = patterns[i].pattern;
		if (package_rule_covers(&rule, patterns[i].path) !=
		    patterns[i].covers)
			fail_msg("%.40s %.40s", patterns[i].pattern,
			    patterns[i].path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_yaml),
		cmocka_unit_test(a_bomb_of_one_text),
		cmocka_unit_test(aliases),
		cmocka_unit_test(bad_problem),
		cmocka_unit_test(bad_data),
		cmocka_unit_test(all_faults),
		cmocka_unit_test(no_package),
		cmocka_unit_test(too_much),
		cmocka_unit_test(many_values),
		cmocka_unit_test(many_tests),
		cmocka_unit_test(small_arena),
		cmocka_unit_test(changed_bytes),
		cmocka_unit_test(accepted),
		cmocka_unit_test(inherited),
		cmocka_unit_test(validators),
		cmocka_unit_test(scores),
		cmocka_unit_test(subtasks),
		cmocka_unit_test(beside),
		cmocka_unit_test(rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
