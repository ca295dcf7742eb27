/*
 * Two results of one problem, test by test: what became better, what worse.
 */
#ifndef GRADE_COMPARISON_H
#define GRADE_COMPARISON_H

#include "wire/json.h"

struct comparison_test {
	const char *path;
	double score;
};

struct comparison_side {
	double grade;
	const struct comparison_test *tests;
	size_t n;
};

/*
 * Writes {score_delta, improved, test_deltas: [{path, status, baseline_score,
 * head_score, delta}]}: the tests of head in their order, then those that are
 * gone; status improved, regressed, unchanged, introduced or removed; two
 * decimals; improved is whether the grade is greater.
 */
void comparison_write(struct json_w *, const struct comparison_side *baseline,
    const struct comparison_side *head);
/*
 * A baseline as submissions carry it: {grade, tests: [{path, score}]}, as in a
 * submission document.  false if it is none.
 */
bool comparison_read(struct arena *, const struct json *,
    struct comparison_side *ret_side) _must_check_;

#endif
