#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "package/package.h"
#include "wire/json.h"

static const char *
data_path(struct arena *a, const char *name)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");

	return arena_printf(a, "%s/tests/data/packages/%s",
	    srcdir != NULL ? srcdir : ".", name);
}

static int
open_package(struct arena *a, const char *name)
{
	const char *path = data_path(a, name);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		fail_msg("cannot open %s", path);
	return fd;
}

/* Fails with all its faults where a package is not read. */
static struct package *
read_good(struct arena *a, const struct package_source *source)
{
	struct package *p = NULL;
	struct err *e = package_read(a, source, &p);

	if (e != NULL) {
		for (const struct field_fault *f = e->faults; f != NULL;
		     f = f->next)
			print_message("%s: %s\n", f->pointer, f->detail);
		fail_msg("%s %s", e->detail, e->internal);
	}
	return p;
}

static const struct {
	const char *name;
	const char *format;
	const char *title;
	size_t tests, groups, submissions, statements;
	int64_t time_ms, memory_kb, output_kb;
} shipped[] = {
	{ "brackets", "legacy", "Brackets", 13, 6, 10, 1, 1000, 64 << 10,
	    8 << 10 },
	{ "loners", "2023-07-draft", "Loners", 7, 3, 10, 2, 2000, 128 << 10,
	    8 << 10 },
	{ "perimeter", "legacy", "Perimeter", 9, 3, 11, 1, 1000, 128 << 10,
	    4 << 10 },
};

static void
ships(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
		UNIT_ARENA(a);
		_cleanup_(io_closep) int fd = open_package(a, shipped[i].name);
		const struct package *p =
		    read_good(a, &(struct package_source) { .dir = fd });

		assert_string_equal(p->format, shipped[i].format);
		assert_string_equal(p->name, shipped[i].title);
		assert_string_equal(p->type, "pass-fail");
		assert_int_equal(p->plan.test_n, shipped[i].tests);
		assert_int_equal(p->plan.group_n, shipped[i].groups);
		assert_int_equal(p->submission_n, shipped[i].submissions);
		assert_int_equal(p->statement_n, shipped[i].statements);
		assert_int_equal(p->limits.time_ms, shipped[i].time_ms);
		assert_int_equal(p->limits.memory_kb, shipped[i].memory_kb);
		assert_int_equal(p->limits.output_kb, shipped[i].output_kb);
		assert_null(p->warnings);
		assert_true(enc_is_sha256_hex(p->fingerprint));
	}
}

static void
details(void **state)
{
	UNIT_ARENA(a);
	_cleanup_(io_closep) int fd = open_package(a, "brackets");
	const struct package *p =
	    read_good(a, &(struct package_source) { .dir = fd });
	const struct judge_plan *plan = &p->plan;

	assert_string_equal(plan->groups[1].path, "sample");
	assert_string_equal(plan->groups[2].path, "secret");
	assert_string_equal(plan->groups[3].path, "secret/1-round");
	assert_string_equal(plan->groups[3].name, "1-round");
	assert_int_equal(plan->groups[3].parent, 2);
	assert_false(plan->groups[3].breaks);
	assert_int_equal(plan->groups[2].first, 3);
	assert_int_equal(plan->groups[2].n, 10);
	assert_string_equal(plan->tests[0].path, "sample/1");
	assert_false(plan->tests[0].hidden);
	assert_string_equal(plan->tests[3].path, "secret/1-round/01");
	assert_string_equal(plan->tests[3].name, "01");
	assert_true(plan->tests[3].hidden);
	assert_string_equal(p->tests[3].input, "data/secret/1-round/01.in");
	assert_string_equal(p->tests[3].answer, "data/secret/1-round/01.ans");
	assert_int_equal(p->tests[3].input_bytes, 3);
	assert_true(p->tests[3].compare.case_sensitive);
	assert_int_equal(p->limits.wall_ms, 8000);
	assert_ptr_equal(p->languages[2], &languages[LANGUAGE_PYTHON3]);
	assert_null(p->languages[LANGUAGE__MAX]);
}

static const struct package_submission *
find_submission(const struct package *p, const char *path)
{
	for (size_t i = 0; i < p->submission_n; i++)
		if (strcmp(p->submissions[i].path, path) == 0)
			return &p->submissions[i];
	fail_msg("no %s", path);
	return NULL;
}

/* expected.tsv says of every submission what the package says of it. */
static void
expected_verdicts(void **state)
{
	UNIT_ARENA(a);
	struct package *packages[ARRAY_LEN(shipped)];
	unsigned int seen = 0;
	struct str rest, line;
	size_t n, count = 0, total = 0;
	char *text;

	for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
		_cleanup_(io_closep) int fd = open_package(a, shipped[i].name);

		packages[i] =
		    read_good(a, &(struct package_source) { .dir = fd });
		total += packages[i]->submission_n;
	}
	assert_ok(io_read_file(a, AT_FDCWD, data_path(a, "expected.tsv"),
	    1 << 20, &text, &n));
	rest = str_of(text);
	while (str_cut(&rest, '\n', &line)) {
		const struct package_submission *found;
		struct str field[4];
		enum verdict verdict;
		size_t p = 0;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		for (size_t i = 0; i < 4; i++)
			assert_true(str_cut(&line, '\t', &field[i]));
		assert_true(line.n > 0);
		while (!str_is(field[0], shipped[p].name))
			assert_true(++p < ARRAY_LEN(shipped));
		found = find_submission(packages[p],
		    arena_printf(a, "submissions/%s", str_dup(a, field[1])));
		assert_true(str_is(field[2], found->language->name));
		verdict = 0;
		while (!str_is(field[3], verdict_info(verdict)->slug))
			verdict++;
		/* run_time_error says less than a verdict. */
		if (verdict == VERDICT_RE)
			assert_true(found->expected & 1u << verdict);
		else
			assert_int_equal(found->expected, 1u << verdict);
		seen |= 1u << verdict;
		count++;
	}
	assert_int_equal(count, total);
	assert_int_equal(seen, 0xffu & ~(1u << VERDICT_JE));
}

/* A zip, bare or with a directory around it, is the directory again. */
static void
zipped(void **state)
{
	char dir[] = "/tmp/test_package.XXXXXX";
	UNIT_ARENA(a);
	_cleanup_(io_closep) int fd = open_package(a, "loners");
	_cleanup_(io_closep) int out = -1;
	const struct package *p =
	    read_good(a, &(struct package_source) { .dir = fd });
	const struct package *q;
	struct zip_file *files;
	char *zip;
	size_t n, count;

	assert_ok(zip_write_dir(a, fd, &zip_limits_package, &zip, &n));
	assert_true(n < 2 << 20);
	q = read_good(a, &(struct package_source) { .zip = zip, .zip_n = n });
	assert_string_equal(p->fingerprint, q->fingerprint);
	assert_int_equal(p->plan.test_n, q->plan.test_n);

	assert_ok(zip_read(a, zip, n, &zip_limits_package, &files, &count));
	for (size_t i = 0; i < count; i++)
		files[i].path = arena_printf(a, "loners/%s", files[i].path);
	assert_ok(zip_write(a, files, count, &zip, &n));
	q = read_good(a, &(struct package_source) { .zip = zip, .zip_n = n });
	assert_string_equal(p->fingerprint, q->fingerprint);

	assert_non_null(mkdtemp(dir));
	out = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_ok(package_extract(a, zip, n, out));
	q = read_good(a, &(struct package_source) { .dir = out });
	assert_string_equal(p->fingerprint, q->fingerprint);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);
}

static void
grading_json(void **state)
{
	UNIT_ARENA(a);
	_cleanup_(io_closep) int fd = open_package(a, "perimeter");
	const struct package *p =
	    read_good(a, &(struct package_source) { .dir = fd });
	const struct json *j, *tests, *tasks;
	int64_t points = 0;
	const char *text;
	size_t n;

	assert_ok(package_grading_json(a, p, &text, &n));
	assert_ok(json_parse(a, text, n, &json_limits_document, &j));
	assert_string_equal(json_member_string(j, "template"), "input_output");
	assert_string_equal(json_member_string(j, "validation"), "default");
	assert_int_equal(json_member(json_member(j, "limits"), "time_ms")
			     ->integer,
	    1000);
	tests = json_member(j, "tests");
	assert_int_equal(tests->n, p->plan.test_n);
	for (size_t i = 0; i < tests->n; i++) {
		const struct json *t = &tests->items[i];

		assert_string_equal(json_member_string(t, "path"),
		    p->plan.tests[i].path);
		assert_int_equal(json_member(t, "hidden")->boolean,
		    p->plan.tests[i].hidden);
	}
	assert_string_equal(json_member(&tests->items[0], "validator_args")
				->items[0]
				.string,
	    "float_tolerance");
	tasks = json_member(j, "tasks");
	assert_int_equal(tasks->n, 2);
	for (size_t i = 0; i < tasks->n; i++)
		points += json_member(&tasks->items[i], "task_score")->integer;
	assert_int_equal(points, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ships),
		cmocka_unit_test(details),
		cmocka_unit_test(expected_verdicts),
		cmocka_unit_test(zipped),
		cmocka_unit_test(grading_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
