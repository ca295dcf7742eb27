#include "grade/comparison.h"

#include <string.h>

#include "grade/tree.h"

/* What travels; the rest is not compared. */
#define TESTS_MAX 2000

static const struct comparison_test *
find(const struct comparison_side *side, const char *path, size_t near)
{
	/* Mostly both have the same tests in the same order. */
	if (near < side->n && strcmp(side->tests[near].path, path) == 0)
		return &side->tests[near];
	for (size_t i = 0; i < side->n; i++)
		if (strcmp(side->tests[i].path, path) == 0)
			return &side->tests[i];
	return NULL;
}

static const char *
status_of(const struct comparison_test *before,
    const struct comparison_test *after)
{
	if (before == NULL)
		return "introduced";
	if (after == NULL)
		return "removed";
	if (after->score > before->score)
		return "improved";
	return after->score < before->score ? "regressed" : "unchanged";
}

static void
write_number(struct json_w *w, const char *key, bool is_there, double value)
{
	if (is_there) {
		json_w_key_f64(w, key, tree_round(value));
		return;
	}
	json_w_key(w, key);
	json_w_null(w);
}

static void
write_test(struct json_w *w, const char *path,
    const struct comparison_test *before, const struct comparison_test *after)
{
	double from = before != NULL ? before->score : 0;
	double to = after != NULL ? after->score : 0;

	json_w_object(w);
	json_w_key_str(w, "path", path);
	json_w_key_str(w, "status", status_of(before, after));
	write_number(w, "baseline_score", before != NULL, from);
	write_number(w, "head_score", after != NULL, to);
	write_number(w, "delta", before != NULL && after != NULL, to - from);
	json_w_object_end(w);
}

void
comparison_write(struct json_w *w, const struct comparison_side *baseline,
    const struct comparison_side *head)
{
	json_w_object(w);
	json_w_key_f64(w, "score_delta",
	    tree_round(head->grade - baseline->grade));
	json_w_key_bool(w, "improved", head->grade > baseline->grade);
	json_w_key(w, "test_deltas");
	json_w_array(w);
	for (size_t i = 0; i < head->n; i++)
		write_test(w, head->tests[i].path,
		    find(baseline, head->tests[i].path, i), &head->tests[i]);
	for (size_t i = 0; i < baseline->n; i++)
		if (find(head, baseline->tests[i].path, i) == NULL)
			write_test(w, baseline->tests[i].path,
			    &baseline->tests[i], NULL);
	json_w_array_end(w);
	json_w_object_end(w);
}

static bool
take_number(const struct json *parent, const char *key, double *ret)
{
	const struct json *j = json_member(parent, key);

	if (j == NULL || (j->kind != JSON_INT && j->kind != JSON_DOUBLE))
		return false;
	*ret = j->kind == JSON_INT ? (double)j->integer : j->number;
	return *ret >= 0 && *ret <= 100;
}

bool
comparison_read(struct arena *a, const struct json *j,
    struct comparison_side *ret)
{
	const struct json *tests = json_member(j, "tests");
	struct comparison_side side = { 0 };
	struct comparison_test *list;

	if (!take_number(j, "grade", &side.grade) || tests == NULL ||
	    tests->kind != JSON_ARRAY || tests->n > TESTS_MAX)
		return false;
	list = arena_array(a, tests->n + 1, sizeof(*list));
	for (size_t i = 0; i < tests->n; i++) {
		const struct json *t = &tests->items[i];

		list[side.n].path = json_member_string(t, "path");
		/* A test that was not run has no score. */
		if (list[side.n].path != NULL &&
		    take_number(t, "score", &list[side.n].score))
			side.n++;
	}
	side.tests = list;
	*ret = side;
	return true;
}
