/*
 * The criteria tree: every grade is one.
 *
 * A tree has up to three categories (base, bonus, penalty); a category or
 * subject has subjects, tests, or both.  Only siblings' weights are compared,
 * so weights need not sum to 100.  A node with both says by subjects_weight
 * (1..100) which share of it its subjects have.
 *
 *	score(node)	sum of child score * share over subjects and tests
 *	final		base + bonus / 100 * weight
 *			- (100 - penalty) / 100 * weight, clamped to 0..100
 *
 * Doubles inside, nothing rounded; leaf scores are not clamped.  Penalty
 * tests are "pass is good": 100 costs nothing.
 */
#ifndef GRADE_TREE_H
#define GRADE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum tree_category { TREE_BASE, TREE_BONUS, TREE_PENALTY, TREE__MAX };

/* Nodes one inside another, the category included: what JSON may nest. */
#define TREE_DEPTH_MAX 6
#define TREE_NODES_MAX 20000

struct tree_test {
	const char *name;
	double weight;      /* as given, >= 0; default TREE_TEST_WEIGHT */
	double share;       /* normalised weight, set by tree_score */
	double score;       /* 0..100, set by the caller before tree_score */
	double points_lost; /* of the final score, set by tree_score */
	bool has_points;    /* the caller's own count, for people */
	double points;
	bool is_rejected;   /* see all_or_nothing */
	bool is_dropped;    /* see tree_drop */
	const char *report; /* or NULL */
	const char *status; /* verdict slug, "skipped", or NULL */
	size_t index;       /* the caller's: which test of the package */
	struct tree_test *next;
};
#define TREE_TEST_WEIGHT 100.0

/*
 * What a node's points are of its children's: their sum, the least of them or
 * the most; likewise the points that it could have.
 */
enum tree_rule { TREE_SUM, TREE_MIN, TREE_MAX };

/* Which of its children that weigh anything make a node an accepted one. */
enum tree_accept { TREE_ACCEPT_ALL, TREE_ACCEPT_ANY, TREE_ACCEPT_ALWAYS };

struct tree_node {
	const char *name;
	bool is_category;
	double weight;   /* as given, 0..100; categories: most points */
	double share;    /* normalised weight (categories: weight) */
	double score;    /* set by tree_score */
	bool has_points; /* the caller's own count, for people */
	double points;
	bool has_subjects_weight;
	double subjects_weight;
	enum tree_rule rule;
	/*
	 * The score is 0 if the node is not accepted; the points lost are then
	 * shared by the tests that lost any.
	 */
	bool all_or_nothing;
	enum tree_accept accept;
	bool has_given; /* somebody else scores it: given counts */
	double given;
	size_t depth;               /* categories 1 */
	struct tree_node *subjects; /* first, in order */
	struct tree_test *tests;
	struct tree_node **last_subject;
	struct tree_test **last_test;
	struct tree_node *next;
};

struct tree {
	struct arena *arena;
	struct tree_node *category[TREE__MAX]; /* NULL where absent */
	size_t nodes;
	double final; /* set by tree_score */
};

/* "base", "bonus", "penalty". */
const char *tree_category_name(enum tree_category);

struct tree *tree_new(struct arena *) _must_check_;
/* The category, made if absent. */
struct tree_node *tree_category(struct tree *, enum tree_category,
    double weight);
/* Beyond TREE_DEPTH_MAX or TREE_NODES_MAX: NULL. */
struct tree_node *tree_subject_add(struct tree *, struct tree_node *,
    const char *name, double weight) _must_check_;
struct tree_test *tree_test_add(struct tree *, struct tree_node *,
    const char *name, double weight) _must_check_;

/*
 * Adds a fault for everything that forbids scoring: no base, a node without
 * children, a weight out of range, both kinds of children without
 * subjects_weight.  Pointers are as in the criteria document
 * ("/base/subjects/0/weight").
 */
void tree_check(const struct tree *, struct faults *);

/*
 * Fills share, score, points_lost and final from the tests' scores.  The
 * tree must have passed tree_check.
 */
void tree_score(struct tree *);

/*
 * Takes out the tests that are marked as dropped: their weight goes to their
 * siblings, as if they had never been there; nodes without children go, too.
 * false: nothing of the base is left, and it cannot be scored.
 */
bool tree_drop(struct tree *) _must_check_;

/* Two decimals, as printed. */
double tree_round(double);

struct tree_loss {
	const struct tree_test *test;
	double points_lost;
	size_t order; /* in the tree */
};
/*
 * What to work on next: all tests of a category, the greatest loss first,
 * equal ones in the tree's order (subjects before tests).  Base losses sum to
 * 100 - base score, bonus losses to the bonus missed, penalty losses to the
 * points deducted.  Empty where the category is absent.
 */
void tree_focus(const struct tree *, struct arena *, enum tree_category,
    struct tree_loss **ret_losses, size_t *ret_n);

/* Calls fn for each test: base, bonus, penalty; subjects before tests. */
typedef void tree_test_fn(void *arg, const char *path, struct tree_test *);
void tree_each_test(struct tree *, struct arena *scratch, tree_test_fn *,
    void *arg);

#endif
