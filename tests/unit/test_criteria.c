/*
 * Criteria documents: what is read of them, what is refused, and that the
 * recorded ones score as recorded.  "fixed", which returns its parameter, is
 * a function of this test only.
 */
#include "unit.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/str.h"
#include "grade/comparison.h"
#include "grade/criteria.h"

static const struct function fixed[] = {
	{ "test", "fixed",
	    { { "score", PARAM_SCALAR, .is_required = true },
		{ "report", PARAM_TEXT, .text = "" } } },
	{ 0 },
};
static const char *const all_templates[] = { "input_output", "webdev",
	"static_analysis", NULL };

static const struct json *
parse(struct arena *a, const char *text, size_t n)
{
	static const struct json_limits limits = { 100000, 31 };
	const struct json *j;

	assert_ok(json_parse(a, text, n, &limits, &j));
	return j;
}

static double
number(const struct json *j)
{
	assert_non_null(j);
	return j->kind == JSON_INT ? (double)j->integer : j->number;
}

static const struct criteria *
read_criteria(struct arena *a, const struct json *j, struct faults *f)
{
	const struct criteria_options options = {
		.templates = all_templates,
		.own = fixed,
		.where = "c.json#",
	};

	faults_init(f, a);
	return criteria_read(a, j, &options, f);
}

struct scoring {
	const struct criteria *criteria;
	const struct json *vector;
	size_t n;
};

static void
set_score(void *arg, const char *path, struct tree_test *t)
{
	struct scoring *s = arg;

	t->score =
	    number(criteria_value(&s->criteria->tests[t->index], "score"));
	assert_int_equal(t->index, s->n++);
	(void)path;
}

static void
check_vector(void *arg, const char *path, struct tree_test *t)
{
	struct scoring *s = arg;
	const struct json_member *m = &s->vector->members[s->n++];

	assert_string_equal(m->name, path);
	assert_string_equal(m->name, s->criteria->tests[t->index].path);
	assert_true(number(&m->value) == t->score);
}

static void
check_losses(struct arena *a, const char *id, const struct tree *t,
    const struct json *expected)
{
	for (int c = 0; c < TREE__MAX; c++) {
		const struct json *list = json_member(expected,
		    tree_category_name((enum tree_category)c));
		struct tree_loss *losses;
		size_t n;

		tree_focus(t, a, (enum tree_category)c, &losses, &n);
		assert_int_equal(n, list == NULL ? 0 : list->n);
		for (size_t i = 0; i < n; i++)
			if (fabs(losses[i].points_lost -
				number(json_member(&list->items[i],
				    "points_lost"))) > 1e-10)
				fail_msg("%s: %s loses %.17g", id,
				    losses[i].test->name,
				    losses[i].points_lost);
	}
}

static void
recorded(void **state)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");
	UNIT_ARENA(a);
	const struct json *cases;
	size_t n, good = 0, refused = 0;
	char *text;

	assert_ok(io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/tests/data/vectors/tree_scoring.json",
		srcdir != NULL ? srcdir : "."),
	    1 << 20, &text, &n));
	cases = json_member(parse(a, text, n), "cases");
	for (size_t i = 0; i < cases->n; i++) {
		const struct json *e =
		    json_member(&cases->items[i], "expected");
		const char *id = json_member_string(&cases->items[i], "id");
		struct scoring s = { 0 };
		struct faults f;
		struct tree *t;

		s.criteria = read_criteria(a,
		    json_member(&cases->items[i], "criteria"), &f);
		if (strcmp(json_member_string(e, "pipeline_status"),
			"success") != 0) {
			refused += s.criteria == NULL;
			continue;
		}
		if (s.criteria == NULL)
			fail_msg("%s: %s: %s", id, f.first->pointer,
			    f.first->detail);
		t = criteria_tree(a, s.criteria);
		tree_each_test(t, a, set_score, &s);
		tree_score(t);
		if (t->final != number(json_member(e, "final_score")))
			fail_msg("%s: %.17g", id, t->final);
		s.n = 0;
		s.vector = json_member(e, "score_vector");
		tree_each_test(t, a, check_vector, &s);
		assert_int_equal(s.n, s.vector->n);
		check_losses(a, id, t, json_member(e, "points_lost_true"));
		good++;
	}
	/* Parameters as an object are accepted here. */
	assert_int_equal(good, 21);
	assert_int_equal(refused, 3);
}

#define TEST(members) "{\"base\":{\"tests\":[{" members "}]}}"
#define FIXED "\"name\":\"a\",\"type\":\"fixed\",\"score\":1"

static void
refused(void **state)
{
	static const struct {
		const char *text, *pointer, *says;
	} cases[] = {
		{ "[]", "c.json#", "must be an object" },
		{ "{}", "c.json#/base", "is missing" },
		{ "{\"base\":3}", "c.json#/base", "must be an object" },
		{ "{\"bas\":{}}", "c.json#/bas", "did you mean \"base\"" },
		{ TEST("\"type\":\"fixed\",\"score\":1"),
		    "c.json#/base/tests/0/name", "is missing" },
		{ TEST("\"name\":\"\",\"type\":\"fixed\",\"score\":1"),
		    "c.json#/base/tests/0/name", "1 to 255" },
		{ TEST("\"name\":\"has_tog\",\"tag\":\"p\""),
		    "c.json#/base/tests/0/name", "did you mean \"has_tag\"" },
		{ TEST("\"name\":\"a\",\"type\":\"health_check\""),
		    "c.json#/base/tests/0/type", "of the template api" },
		{ TEST("\"name\":\"a\",\"type\":7"),
		    "c.json#/base/tests/0/type", "must be string" },
		{ TEST("\"name\":\"has_tag\""), "c.json#/base/tests/0",
		    "has_tag needs the parameter tag, a text" },
		{ TEST("\"name\":\"has_tag\",\"tag\":[\"p\"]"),
		    "c.json#/base/tests/0/tag", "must be a text" },
		{ TEST("\"name\":\"has_tag\",\"parameters\":{\"tag\":\"p\","
		       "\"require_count\":1}"),
		    "c.json#/base/tests/0/parameters/require_count",
		    "did you mean \"required_count\"" },
		{ TEST("\"name\":\"has_tag\",\"parameters\":[{\"name\":\"tag\","
		       "\"value\":\"p\"},{\"name\":\"required_count\","
		       "\"value\":-1}]"),
		    "c.json#/base/tests/0/parameters/1/value", "from 0 up" },
		{ TEST("\"name\":\"has_tag\",\"parameters\":[{\"tag\":\"p\"}]"),
		    "c.json#/base/tests/0/parameters/0", "name and value" },
		{ TEST("\"name\":\"has_tag\",\"parameters\":3"),
		    "c.json#/base/tests/0/parameters", "a list" },
		{ TEST(
		      "\"name\":\"has_attribute\",\"attribute_names\":\"alt\""),
		    "c.json#/base/tests/0/attribute_names",
		    "unknown parameter" },
		{ TEST(FIXED ",\"wieght\":1"), "c.json#/base/tests/0/wieght",
		    "did you mean \"weight\"" },
		{ TEST(FIXED ",\"weight\":-1"), "c.json#/base/tests/0/weight",
		    "from 0 up" },
		{ TEST(FIXED ",\"weight\":\"1\""),
		    "c.json#/base/tests/0/weight", "must be a number" },
		{ TEST(FIXED ",\"file\":[]"), "c.json#/base/tests/0/file",
		    "names no file" },
		{ TEST(FIXED ",\"file\":[1]"), "c.json#/base/tests/0/file",
		    "a pattern" },
		{ TEST("\"name\":\"a\",\"type\":\"expect_file_artifact\","
		       "\"artifact_path\":\"x\",\"expected_content\":\"y\","
		       "\"match_mode\":\"fuzzy\""),
		    "c.json#/base/tests/0/match_mode",
		    "one of exact, contains, regex" },
		{ TEST("\"name\":\"a\",\"type\":\"expect_file_artifact\","
		       "\"artifact_path\":\"x\",\"match_mode\":\"regex\","
		       "\"parameters\":[{\"name\":\"expected_content\","
		       "\"value\":\"a(b\"}]"),
		    "c.json#/base/tests/0/parameters/0/value",
		    "expected_content is no regular expression: missing closing "
		    "parenthesis at byte 3" },
		{ "{\"base\":{\"tests\":[{" FIXED "}],\"subjects\":[]},"
		  "\"bonus\":{\"tests\":[{" FIXED "}]}}",
		    "c.json#/bonus/weight", "is missing" },
		{ "{\"base\":{\"subjects\":[{\"weight\":1,\"tests\":[{" FIXED
		  "}]}]}}",
		    "c.json#/base/subjects/0/subject_name", "is missing" },
		{ "{\"base\":{\"subjects\":[{\"subject_name\":\"s\",\"tests\":"
		  "[{" FIXED "}]}]}}",
		    "c.json#/base/subjects/0/weight", "is missing" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct faults f;
		bool found = false;

		assert_null(read_criteria(a,
		    parse(a, cases[i].text, strlen(cases[i].text)), &f));
		for (const struct field_fault *e = f.first; e != NULL;
		     e = e->next)
			found |= strcmp(e->pointer, cases[i].pointer) == 0 &&
			    strstr(e->detail, cases[i].says) != NULL;
		if (!found)
			fail_msg("%s: got %s: %s", cases[i].text,
			    f.first->pointer, f.first->detail);
	}
}

/* Every fault of a document, not only the first. */
static void
all_at_once(void **state)
{
	static const char text[] =
	    "{\"base\":{\"weight\":101,\"tests\":[{\"name\":\"has_tag\"},"
	    "{\"name\":\"b\",\"type\":\"nothing\"}]},\"penalty\":{}}";
	UNIT_ARENA(a);
	struct faults f;

	assert_null(read_criteria(a, parse(a, text, sizeof(text) - 1), &f));
	assert_int_equal(f.n, 5);
}

static void
values(void **state)
{
	static const char text[] =
	    TEST("\"name\":\"out\",\"type\":\"expect_output\",\"file\":"
		 "[\"src/*.py\",\"main.c\"],\"parameters\":[{\"name\":"
		 "\"inputs\",\"value\":[\"a\",5]},{\"name\":"
		 "\"expected_output\",\"value\":8},{\"name\":"
		 "\"expected_output\",\"value\":\"9\"}],\"program_command\":"
		 "{\"python\":\"python3 x.py\",\"c\":\"./x\"}");
	UNIT_ARENA(a);
	const struct criteria_test *t;
	const struct criteria *c;
	const char *const *inputs;
	struct faults f;

	c = read_criteria(a, parse(a, text, sizeof(text) - 1), &f);
	assert_non_null(c);
	t = c->tests;
	inputs = criteria_texts(a, t, "inputs");
	assert_string_equal(inputs[0], "a");
	assert_string_equal(inputs[1], "5");
	assert_null(inputs[2]);
	assert_string_equal(criteria_text(a, t, "expected_output"), "9");
	assert_true(criteria_flag(t, "normalization"));
	assert_string_equal(criteria_command(t, "program_command", "python3"),
	    "python3 x.py");
	assert_string_equal(criteria_command(t, "program_command", "c"), "./x");
	assert_null(criteria_command(t, "program_command", "java"));
	assert_true(criteria_takes_file(t, "src/a.py"));
	assert_true(criteria_takes_file(t, "main.c"));
	assert_false(criteria_takes_file(t, "main.py"));
}

/* Tests of one name are told apart, also where a name looks like ours. */
static void
same_names(void **state)
{
	static const char text[] =
	    "{\"base\":{\"tests\":[{" FIXED "},{" FIXED "},"
	    "{\"name\":\"a (3)\",\"type\":\"fixed\",\"score\":1},{" FIXED
	    "}]}}";
	static const char *const paths[] = { "base/a", "base/a (2)",
		"base/a (3)", "base/a (4)" };
	UNIT_ARENA(a);
	const struct criteria *c;
	struct faults f;

	c = read_criteria(a, parse(a, text, sizeof(text) - 1), &f);
	assert_non_null(c);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_string_equal(c->tests[i].path, paths[i]);
}

static const char *
read_doc(struct arena *a, const char *name)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");
	char *p;
	size_t n;

	assert_ok(io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/docs/%s", srcdir != NULL ? srcdir : ".", name),
	    1 << 20, &p, &n));
	return p;
}

/* docs/templates.md has a row for each function, with all its parameters. */
static void
documented(void **state)
{
	UNIT_ARENA(a);
	const char *text = read_doc(a, "templates.md");

	for (const struct function *f = functions; f->name != NULL; f++) {
		const char *row =
		    strstr(text, arena_printf(a, "\n| `%s` |", f->name));
		const char *line;

		if (row == NULL)
			fail_msg("%s is not documented", f->name);
		line = arena_memdup(a, row + 1, strcspn(row + 1, "\n"));
		for (size_t i = 0; i < function_params(f); i++)
			if (strstr(line,
				arena_printf(a, "`%s`", f->params[i].name)) ==
			    NULL)
				fail_msg("%s: %s is not documented", f->name,
				    f->params[i].name);
	}
}

/* The row of a test in the example's table: its score or another column. */
static double
column(const char *text, struct arena *a, const char *path, size_t which)
{
	const char *row = strstr(text, arena_printf(a, "\n| %s |", path));
	struct str rest, cell;
	double value = -1;

	assert_non_null(row);
	rest = (struct str) { row + 2, strcspn(row + 2, "\n") };
	for (size_t i = 0; i <= which; i++)
		assert_true(str_cut(&rest, '|', &cell));
	assert_true(str_to_double(str_dup(a, str_trim(cell)), &value));
	return value;
}

struct example {
	struct arena *arena;
	const char *text;
	size_t n;
	bool is_scored;
};

static void
check_example(void *arg, const char *path, struct tree_test *t)
{
	struct example *e = arg;

	if (!e->is_scored) {
		t->score = column(e->text, e->arena, path, 1);
	} else if (fabs(t->points_lost - column(e->text, e->arena, path, 3)) >
	    1e-9) {
		fail_msg("%s loses %g", path, t->points_lost);
	}
	e->n++;
}

static double
points_of(const struct tree *t, enum tree_category c)
{
	const struct tree_node *n = t->category[c];

	if (n == NULL)
		return 0;
	return (c == TREE_BONUS ? n->score : 100 - n->score) / 100 * n->weight;
}

/* A document, the table of its tests, and the sentence of what they make. */
static void
check_section(struct arena *a, const char *text)
{
	struct example e = { a, text, 0, false };
	const struct criteria *c;
	struct faults f;
	struct tree *t;

	c = read_criteria(a,
	    parse(a, text, (size_t)(strstr(text, "```") - text)), &f);
	assert_non_null(c);
	t = criteria_tree(a, c);
	tree_each_test(t, a, check_example, &e);
	tree_score(t);
	e.is_scored = true;
	tree_each_test(t, a, check_example, &e);
	assert_int_equal(e.n, 2 * c->n);
	assert_non_null(strstr(text,
	    arena_printf(a, "base %g, bonus %g, penalty %g: final %g.",
		t->category[TREE_BASE]->score, points_of(t, TREE_BONUS),
		points_of(t, TREE_PENALTY), t->final)));
}

/* The examples of docs/criteria.md come to what stands there. */
static void
example(void **state)
{
	static const char begin[] = "```json\n";
	UNIT_ARENA(a);
	const char *at = strstr(read_doc(a, "criteria.md"), begin);
	size_t n = 0;

	for (; at != NULL; n++) {
		const char *from = at + strlen(begin);

		at = strstr(from, begin);
		check_section(a,
		    at == NULL
			? from
			: arena_printf(a, "%.*s", (int)(at - from), from));
	}
	assert_int_equal(n, 2);
}

/* Two results side by side. */
static void
compared(void **state)
{
	static const char before[] =
	    "{\"grade\":40.5,\"tests\":[{\"path\":\"base/a\",\"score\":100},"
	    "{\"path\":\"base/b\",\"score\":0},{\"path\":\"base/c\","
	    "\"score\":30.333},{\"path\":\"base/d\",\"score\":1},"
	    "{\"path\":\"base/s\",\"status\":\"skipped\"}]}";
	static const struct comparison_test after[] = {
		{ "base/b", 100 },
		{ "base/a", 100 },
		{ "base/c", 10 },
		{ "base/n", 5 },
	};
	const struct comparison_side head = { 60.75, after, 4 };
	UNIT_ARENA(a);
	struct comparison_side baseline;
	struct json_w w;
	struct buf b;

	assert_true(comparison_read(a, parse(a, before, sizeof(before) - 1),
	    &baseline));
	assert_false(comparison_read(a, parse(a, "{}", 2), &baseline));
	assert_false(comparison_read(a, NULL, &baseline));
	buf_init(&b, a, 4096);
	json_w_init(&w, &b);
	comparison_write(&w, &baseline, &head);
	json_w_finish(&w);
	assert_string_equal(b.p,
	    "{\"score_delta\":20.25,\"improved\":true,\"test_deltas\":["
	    "{\"path\":\"base/b\",\"status\":\"improved\","
	    "\"baseline_score\":0,\"head_score\":100,\"delta\":100},"
	    "{\"path\":\"base/a\",\"status\":\"unchanged\","
	    "\"baseline_score\":100,\"head_score\":100,\"delta\":0},"
	    "{\"path\":\"base/c\",\"status\":\"regressed\","
	    "\"baseline_score\":30.33,\"head_score\":10,\"delta\":-20.33},"
	    "{\"path\":\"base/n\",\"status\":\"introduced\","
	    "\"baseline_score\":null,\"head_score\":5,\"delta\":null},"
	    "{\"path\":\"base/d\",\"status\":\"removed\","
	    "\"baseline_score\":1,\"head_score\":null,\"delta\":null}]}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded),
		cmocka_unit_test(refused),
		cmocka_unit_test(all_at_once),
		cmocka_unit_test(values),
		cmocka_unit_test(same_names),
		cmocka_unit_test(compared),
		cmocka_unit_test(documented),
		cmocka_unit_test(example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
