#include "unit.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/str.h"
#include "grade/tree.h"
#include "grade/tree_json.h"
#include "wire/json.h"

static const char *
read_data(struct arena *a, const char *name, size_t *ret_n)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");
	char *p = NULL;

	assert_ok(io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/tests/data/%s", srcdir != NULL ? srcdir : ".",
		name),
	    1 << 20, &p, ret_n));
	return p;
}

static double
number(const struct json *j)
{
	assert_non_null(j);
	return j->kind == JSON_INT ? (double)j->integer : j->number;
}

static bool
is_deviation(struct arena *a, const char *id)
{
	size_t n;
	struct str rest = str_of(read_data(a, "vectors-deviations", &n));
	struct str line, field;

	while (str_cut(&rest, '\n', &line))
		if (str_cut(&line, '\t', &field) &&
		    str_is(field, "tree_scoring.json") &&
		    str_cut(&line, '\t', &field) && str_is(field, id))
			return true;
	return false;
}

/*
 * The test function "fixed" of the recording: its score is the parameter of
 * that name, in the list, as an object, or (winning) beside them.
 */
static double
fixed_score(const struct json *test)
{
	const struct json *p = json_member(test, "parameters");
	double score = 0;

	if (json_member(test, "score") != NULL)
		return number(json_member(test, "score"));
	if (p != NULL && p->kind == JSON_OBJECT)
		return number(json_member(p, "score"));
	for (size_t i = 0; p != NULL && i < p->n; i++)
		if (strcmp(json_member_string(&p->items[i], "name"), "score") ==
		    0)
			score = number(json_member(&p->items[i], "value"));
	return score;
}

static void
load_children(struct tree *t, struct tree_node *n, const struct json *j)
{
	const struct json *subjects = json_member(j, "subjects");
	const struct json *tests = json_member(j, "tests");
	const struct json *share = json_member(j, "subjects_weight");

	n->has_subjects_weight = share != NULL;
	if (share != NULL)
		n->subjects_weight = number(share);
	for (size_t i = 0; subjects != NULL && i < subjects->n; i++) {
		const struct json *s = &subjects->items[i];
		struct tree_node *child = tree_subject_add(t, n,
		    json_member_string(s, "subject_name"),
		    number(json_member(s, "weight")));

		assert_non_null(child);
		load_children(t, child, s);
	}
	for (size_t i = 0; tests != NULL && i < tests->n; i++) {
		const struct json *s = &tests->items[i];
		const struct json *weight = json_member(s, "weight");
		struct tree_test *test =
		    tree_test_add(t, n, json_member_string(s, "name"),
			weight != NULL ? number(weight) : TREE_TEST_WEIGHT);

		assert_non_null(test);
		test->score = fixed_score(s);
	}
}

static struct tree *
load(struct arena *a, const struct json *criteria)
{
	struct tree *t = tree_new(a);

	for (int c = 0; c < TREE__MAX; c++) {
		const struct json *j = json_member(criteria,
		    tree_category_name((enum tree_category)c));

		if (j != NULL)
			load_children(t,
			    tree_category(t, (enum tree_category)c,
				number(json_member(j, "weight"))),
			    j);
	}
	return t;
}

/* Equal to the last digit. */
static void
check_number(const char *id, const char *what, double got, double expected)
{
	if (got != expected)
		fail_msg("%s: %s is %.17g, not %.17g", id, what, got, expected);
}

static void
check_node(const char *id, const struct tree_node *n, const struct json *e)
{
	const struct json *subjects = json_member(e, "subjects");
	const struct json *tests = json_member(e, "tests");
	const struct tree_node *s = n->subjects;
	const struct tree_test *t = n->tests;

	check_number(id, n->name, n->score, number(json_member(e, "score")));
	check_number(id, n->name, n->share, number(json_member(e, "weight")));
	for (size_t i = 0; subjects != NULL && i < subjects->n; i++) {
		assert_non_null(s);
		check_node(id, s, &subjects->items[i]);
		s = s->next;
	}
	for (size_t i = 0; tests != NULL && i < tests->n; i++) {
		assert_non_null(t);
		assert_string_equal(t->name,
		    json_member_string(&tests->items[i], "name"));
		check_number(id, t->name, t->score,
		    number(json_member(&tests->items[i], "score")));
		check_number(id, t->name, t->share,
		    number(json_member(&tests->items[i], "weight")));
		t = t->next;
	}
	assert_null(s);
	assert_null(t);
}

/* The order of operations is not recorded for these: a rounding may differ. */
static void
check_losses(struct arena *a, const char *id, const struct tree *t, int c,
    const struct json *expected)
{
	struct tree_loss *losses;
	size_t n;

	tree_focus(t, a, (enum tree_category)c, &losses, &n);
	if (expected == NULL) {
		assert_int_equal(n, 0);
		return;
	}
	assert_int_equal(n, expected->n);
	for (size_t i = 0; i < n; i++) {
		const struct json *e = &expected->items[i];
		double lost = number(json_member(e, "points_lost"));

		if (strcmp(losses[i].test->name,
			json_member_string(e, "name")) != 0 ||
		    fabs(losses[i].points_lost - lost) > 1e-12 * 100)
			fail_msg("%s: %zu: %s loses %.17g", id, i,
			    losses[i].test->name, losses[i].points_lost);
	}
}

struct vector_scores {
	const struct json *expected;
	size_t n;
};

static void
check_score(void *arg, const char *path, struct tree_test *test)
{
	struct vector_scores *v = arg;

	assert_string_equal(v->expected->members[v->n].name, path);
	assert_true(number(&v->expected->members[v->n].value) == test->score);
	v->n++;
}

static void
vectors(void **state)
{
	static const struct json_limits limits = { 100000, 31 };
	UNIT_ARENA(a);
	const struct json *all, *cases;
	size_t n, good = 0, bad = 0;
	const char *text = read_data(a, "vectors/tree_scoring.json", &n);

	assert_ok(json_parse(a, text, n, &limits, &all));
	cases = json_member(all, "cases");
	for (size_t i = 0; i < cases->n; i++) {
		const struct json *c = &cases->items[i];
		const struct json *e = json_member(c, "expected");
		const char *id = json_member_string(c, "id");
		struct vector_scores scores = { 0 };
		struct faults faults;
		struct tree *t = load(a, json_member(c, "criteria"));

		faults_init(&faults, a);
		tree_check(t, &faults);
		if (strcmp(json_member_string(e, "pipeline_status"),
			"success") != 0) {
			if (is_deviation(a, id)) {
				assert_int_equal(faults.n, 0);
				tree_score(t);
				check_number(id, "final", t->final, 50);
			} else if (faults.n == 0) {
				fail_msg("%s: accepted", id);
			}
			bad++;
			continue;
		}
		if (faults.n != 0)
			fail_msg("%s: %s: %s", id, faults.first->pointer,
			    faults.first->detail);
		tree_score(t);
		check_number(id, "final", t->final,
		    number(json_member(e, "final_score")));
		for (int k = 0; k < TREE__MAX; k++) {
			const char *name =
			    tree_category_name((enum tree_category)k);

			if (t->category[k] != NULL)
				check_node(id, t->category[k],
				    json_member(json_member(e, "categories"),
					name));
			check_losses(a, id, t, k,
			    json_member(json_member(e, "points_lost_true"),
				name));
		}
		scores.expected = json_member(e, "score_vector");
		tree_each_test(t, a, check_score, &scores);
		assert_int_equal(scores.n, scores.expected->n);
		good++;
	}
	assert_int_equal(good, 21);
	assert_int_equal(bad, 4);
}

/* Every deviation in the list is a case of the vectors. */
static void
deviations(void **state)
{
	UNIT_ARENA(a);
	size_t n;
	const char *text = read_data(a, "vectors/tree_scoring.json", &n);

	assert_true(is_deviation(a, "*"));
	assert_true(is_deviation(a, "params_dict_is_rejected"));
	assert_non_null(strstr(text, "\"params_dict_is_rejected\""));
	assert_false(is_deviation(a, "flat_equal_default_weight"));
}

/* The examples that the reference works out in words. */
static void
worked(void **state)
{
	UNIT_ARENA(a);
	struct tree *t = tree_new(a);
	struct tree_node *base = tree_category(t, TREE_BASE, 100);
	struct tree_node *bonus = tree_category(t, TREE_BONUS, 40);
	struct tree_node *penalty = tree_category(t, TREE_PENALTY, 50);
	struct tree_node *f = tree_subject_add(t, base, "F", 70);
	struct tree_node *q = tree_subject_add(t, base, "Q", 30);
	struct tree_node *acc = tree_subject_add(t, bonus, "acc", 20);
	struct tree_node *head = tree_subject_add(t, bonus, "head", 80);
	struct tree_node *ph = tree_subject_add(t, penalty, "ph", 50);
	struct tree_node *ps = tree_subject_add(t, penalty, "ps", 50);
	struct faults faults;
	double lost = 0;
	struct tree_loss *losses;
	size_t n;

	tree_test_add(t, f, "f1", 70)->score = 100;
	tree_test_add(t, f, "f2", 30)->score = 40;
	tree_test_add(t, q, "q1", 100)->score = 0;
	tree_test_add(t, acc, "b1", 100)->score = 100;
	tree_test_add(t, head, "b2", 100)->score = 50;
	tree_test_add(t, head, "b3", 100)->score = 0;
	tree_test_add(t, ph, "p1", 100)->score = 100;
	tree_test_add(t, ph, "p2", 100)->score = 0;
	tree_test_add(t, ps, "p3", 100)->score = 100;
	faults_init(&faults, a);
	tree_check(t, &faults);
	assert_int_equal(faults.n, 0);
	tree_score(t);
	assert_true(fabs(base->score - 57.4) < 1e-9);
	assert_true(fabs(t->final - 60.9) < 1e-9);
	for (int c = 0; c < TREE__MAX; c++) {
		static const double sums[] = { 42.6, 24, 12.5 };

		tree_focus(t, a, (enum tree_category)c, &losses, &n);
		lost = 0;
		for (size_t i = 0; i < n; i++)
			lost += losses[i].points_lost;
		assert_true(fabs(lost - sums[c]) < 1e-9);
	}
}

static void
faulty(void **state)
{
	UNIT_ARENA(a);
	struct tree *t = tree_new(a);
	struct faults faults;
	struct tree_node *base, *s;
	static const char *const pointers[] = { "/base/weight", "/base",
		"/base/subjects/0/weight", "/base/subjects/0",
		"/base/subjects/1/subjects_weight",
		"/base/subjects/1/tests/0/weight", "/base/tests/0/weight" };
	size_t i = 0;

	faults_init(&faults, a);
	tree_check(t, &faults);
	assert_int_equal(faults.n, 1);
	assert_string_equal(faults.first->pointer, "/base");

	base = tree_category(t, TREE_BASE, 101);
	s = tree_subject_add(t, base, "empty", -1);
	s = tree_subject_add(t, base, "s", 1);
	s->has_subjects_weight = true;
	s->subjects_weight = 0;
	assert_non_null(tree_test_add(t, s, "t", -1));
	assert_non_null(tree_test_add(t, base, "t", (double)NAN));
	faults_init(&faults, a);
	tree_check(t, &faults);
	for (const struct field_fault *f = faults.first; f != NULL;
	     f = f->next) {
		assert_true(i < ARRAY_LEN(pointers));
		assert_string_equal(f->pointer, pointers[i++]);
	}
	assert_int_equal(i, ARRAY_LEN(pointers));
}

static void
bounded(void **state)
{
	UNIT_ARENA(a);
	struct tree *t = tree_new(a);
	struct tree_node *n = tree_category(t, TREE_BASE, 100);
	size_t depth = 1, count = 1;

	for (struct tree_node *next = n; next != NULL; depth++) {
		n = next;
		next = tree_subject_add(t, n, "s", 1);
		count += next != NULL;
	}
	assert_int_equal(depth - 1, TREE_DEPTH_MAX);
	while (tree_test_add(t, n, "t", 1) != NULL)
		count++;
	assert_int_equal(count, TREE_NODES_MAX);
}

static void
all_or_nothing(void **state)
{
	UNIT_ARENA(a);
	struct tree *t = tree_new(a);
	struct tree_node *base = tree_category(t, TREE_BASE, 100);
	struct tree_node *whole = tree_subject_add(t, base, "whole", 60);
	struct tree_node *rest = tree_subject_add(t, base, "rest", 40);
	struct tree_test *a1 = tree_test_add(t, whole, "a1", 1);
	struct tree_test *a2 = tree_test_add(t, whole, "a2", 1);

	tree_test_add(t, rest, "b", 1)->score = 100;
	whole->all_or_nothing = true;
	a1->score = 100;
	a2->is_rejected = true;
	tree_score(t);
	assert_true(fabs(t->final - 40) < 1e-9);
	assert_true(a1->points_lost == 0);
	assert_true(fabs(a2->points_lost - 60) < 1e-9);
	a2->score = 100;
	a2->is_rejected = false;
	tree_score(t);
	assert_true(fabs(t->final - 100) < 1e-9);
	assert_true(a2->points_lost == 0);
	/* Accepted for less. */
	a2->score = 50;
	tree_score(t);
	assert_true(fabs(t->final - 85) < 1e-9);
	assert_true(fabs(a2->points_lost - 15) < 1e-9);
}

/* Points and points lost, by rule, of children worth 30 and 60. */
static void
rules(void **state)
{
	static const struct {
		enum tree_rule rule;
		double x, y;
		double score;
	} cases[] = {
		{ TREE_SUM, 100, 50, 100 * 60. / 90 },
		{ TREE_MIN, 100, 100, 100 },
		{ TREE_MIN, 100, 25, 50 },
		{ TREE_MIN, 50, 100, 50 },
		{ TREE_MIN, 0, 100, 0 },
		{ TREE_MAX, 100, 100, 100 },
		{ TREE_MAX, 100, 0, 50 },
		{ TREE_MAX, 0, 100, 100 },
		{ TREE_MAX, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct tree *t = tree_new(a);
		struct tree_node *base = tree_category(t, TREE_BASE, 100);
		struct tree_test *x = tree_test_add(t, base, "x", 30);
		struct tree_test *y = tree_test_add(t, base, "y", 60);

		base->rule = cases[i].rule;
		x->score = cases[i].x;
		y->score = cases[i].y;
		tree_score(t);
		if (fabs(t->final - cases[i].score) > 1e-9)
			fail_msg("case %zu: %g", i, t->final);
		assert_true(fabs(x->points_lost + y->points_lost + t->final -
				100) < 1e-9);
	}
}

static void
rounding(void **state)
{
	static const struct {
		double x, rounded;
	} cases[] = {
		{ 66.66666666666667, 66.67 },
		{ 100, 100 },
		{ 0, 0 },
		{ -0.001, 0 },
		{ 2.675, 2.67 }, /* which is a little less than it looks */
		{ 99.995, 100 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_true(tree_round(cases[i].x) == cases[i].rounded);
}

static void
printed(void **state)
{
	UNIT_ARENA(a);
	struct tree *t = tree_new(a);
	struct tree_node *base = tree_category(t, TREE_BASE, 100);
	struct tree_node *s = tree_subject_add(t, base, "s", 1);
	struct tree_test *test = tree_test_add(t, s, "t", 1);
	struct json_w w;
	struct buf b;

	test->status = "AC";
	test->score = 100;
	test = tree_test_add(t, s, "u", 2);
	test->status = "WA";
	test->report = "no";
	tree_score(t);
	buf_init(&b, a, 4096);
	json_w_init(&w, &b);
	tree_write(&w, t);
	json_w_finish(&w);
	assert_string_equal(b.p,
	    "{\"name\":\"root\",\"type\":\"root\",\"score\":33.33,"
	    "\"children\":[{\"name\":\"base\",\"type\":\"category\","
	    "\"score\":33.33,\"weight\":100,\"children\":[{\"name\":\"s\","
	    "\"type\":\"subject\",\"score\":33.33,\"weight\":100,"
	    "\"children\":[{\"name\":\"t\",\"type\":\"test\",\"score\":100,"
	    "\"weight\":33.33,\"points_lost\":0,\"status\":\"AC\"},"
	    "{\"name\":\"u\",\"type\":\"test\",\"score\":0,"
	    "\"weight\":66.67,\"points_lost\":66.67,\"status\":\"WA\"}]}]}]}");
}

/* Leaves that nobody graded: as if they had never been there. */
static void
dropped_leaves(void **state)
{
	UNIT_ARENA(a);
	struct tree *t = tree_new(a);
	struct tree_node *base = tree_category(t, TREE_BASE, 100);
	struct tree_node *penalty = tree_category(t, TREE_PENALTY, 50);
	struct tree_node *s = tree_subject_add(t, base, "s", 50);
	struct tree_test *gone = tree_test_add(t, s, "gone", 100);
	struct tree_test *half = tree_test_add(t, base, "half", 30);
	struct tree_test *lost = tree_test_add(t, base, "lost", 70);
	struct tree_test *kept = tree_test_add(t, penalty, "model", 100);

	(void)state;
	base->has_subjects_weight = true;
	base->subjects_weight = 80;
	half->score = 50;
	gone->is_dropped = kept->is_dropped = lost->is_dropped = true;
	assert_true(tree_drop(t));
	assert_null(base->subjects);
	assert_null(t->category[TREE_PENALTY]);
	tree_score(t);
	assert_true(t->final == 50);
	half->is_dropped = true;
	assert_false(tree_drop(t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dropped_leaves),
		cmocka_unit_test(vectors),
		cmocka_unit_test(deviations),
		cmocka_unit_test(worked),
		cmocka_unit_test(faulty),
		cmocka_unit_test(bounded),
		cmocka_unit_test(all_or_nothing),
		cmocka_unit_test(rules),
		cmocka_unit_test(rounding),
		cmocka_unit_test(printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
