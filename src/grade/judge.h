/*
 * Judging a problem with test cases: which test is run next, and what verdict,
 * grade and tree follow from what the tests did.  No I/O: the runner runs.
 *
 *	for (i = judge_next(j); i < n; i = judge_next(j)) {
 *		... run test i ...
 *		judge_report(j, i, &outcome);
 *	}
 *	judge_finish(j, &result);
 *
 * Order and laziness are the package's: a rejected test ends its group if the
 * group's on_reject is "break" (the default); a group that has ended and is
 * itself rejected does the same to the one around it.  Tests not run are
 * "skipped".  The verdict is that of the first test, in the
 * package's order, that was not accepted; none: AC; but JE as soon as what
 * judges has failed.  Groups of pass/fail problems may say otherwise: the
 * worst of theirs, or AC in spite of them (is_worst, accept).
 *
 * Grade of a pass/fail problem: 100 if AC.  If not: where every group says
 * "continue", so that everything has run, the tree's score (all tests weigh
 * the same); else 0, because what lazy judging did not run is not known.  The
 * grade is 100 only with AC, and the tree's final score is the grade.  Grade
 * of a scoring problem: the tree's score, weighted by the package's scores;
 * samples weigh nothing.
 */
#ifndef GRADE_JUDGE_H
#define GRADE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "grade/tree.h"
#include "grade/verdict.h"

/* Groups stand before their members; group 0 is the root ("data"). */
struct judge_group {
	const char *path;    /* "", "sample", "secret", "secret/group1" */
	const char *name;    /* "data", "sample", "secret", "group1" */
	size_t parent;       /* index; the root's is 0 */
	bool breaks;         /* on_reject: break */
	bool all_or_nothing; /* nothing if a test is rejected */
	enum tree_rule rule;
	enum tree_accept accept;
	/* Its verdict is the worst of its children's, not the first. */
	bool is_worst;
	/* Tests before first that must be accepted, or all here is skipped. */
	const bool *needs; /* by index; NULL: none */
	/* A program of the package, with those arguments, grades it. */
	bool is_custom;
	const char *const *grader_args; /* NULL at the end, or NULL */
	double weight;                  /* among its siblings, >= 0 */
	size_t first;                   /* tests first..first+n are below it */
	size_t n;
};

struct judge_test {
	const char *path;    /* "secret/group1/01" */
	const char *name;    /* "01" */
	size_t group;        /* the group that it is directly in */
	double weight;       /* among its siblings, >= 0 */
	double reject_score; /* percent of what acceptance is worth */
	bool hidden;
};

struct judge_plan {
	const struct judge_group *groups;
	size_t group_n;
	const struct judge_test *tests; /* in order */
	size_t test_n;
	bool is_scoring;
	bool has_points; /* people see points as the package counts them */
};

struct judge_outcome {
	enum verdict verdict;
	/*
	 * Percent of what the test is worth, and more where its points have no
	 * end; else 100 or reject_score.
	 */
	double score;
	bool has_score;
	const char *report; /* for the student, or NULL */
};

struct judge_result {
	enum verdict verdict;
	double grade;        /* 0..100 */
	struct tree *tree;   /* tests' index is that of the plan */
	size_t first_failed; /* index, or test_n */
};

struct judge;

/* The plan must outlive it.  At least one test. */
struct judge *judge_new(struct arena *, const struct judge_plan *) _must_check_;
/*
 * Laziness skips nothing: what it would have skipped is run, too, but changes
 * neither verdict nor grade, and has no score.  Before the first test.
 */
void judge_run_all(struct judge *);
/* The next test to run, or test_n. */
size_t judge_next(const struct judge *);
/* Test i was run.  Each at most once, in the order of judge_next. */
void judge_report(struct judge *, size_t i, const struct judge_outcome *);
/*
 * The group that has ended and waits for its own program to grade it; or
 * group_n.  Until judge_grade was told, no other test is to be run.
 */
size_t judge_ended(const struct judge *);
struct judge_part {
	enum verdict verdict;
	double points; /* as the package counts them */
};
/* What is directly in the group and was run, in order. */
void judge_parts(const struct judge *, struct arena *, size_t group,
    const struct judge_part **ret_parts, size_t *ret_n);
void judge_grade(struct judge *, size_t group, const struct judge_part *);
/*
 * What judges is itself at fault: no more tests, and the verdict is JE.  So
 * does a report of the verdict JE.
 */
void judge_spoil(struct judge *);
/* What test i scored, in percent; 0 if it was not run. */
double judge_score(const struct judge *, size_t i);
/* The same as the package counts it. */
double judge_points(const struct judge *, size_t i);
/* Was test i run, and does it count? */
bool judge_has_run(const struct judge *, size_t i);
/* The text for tests[].status: a verdict's slug or "skipped". */
const char *judge_status(const struct judge *, size_t i);
/*
 * Ends it; tests without an outcome are skipped.  compile_failed: the verdict
 * is CE, the grade 0, whatever else.
 */
void judge_finish(struct judge *, bool compile_failed,
    struct judge_result *ret_result);

#endif
