#include "grade/tree.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

static const char *const names[TREE__MAX] = { "base", "bonus", "penalty" };

const char *
tree_category_name(enum tree_category c)
{
	assert((unsigned int)c < TREE__MAX);
	return names[c];
}

struct tree *
tree_new(struct arena *a)
{
	struct tree *t = arena_new_of(a, struct tree);

	t->arena = a;
	return t;
}

static struct tree_node *
make_node(struct tree *t, const char *name, double weight, size_t depth)
{
	struct tree_node *n = arena_new_of(t->arena, struct tree_node);

	n->name = arena_strdup(t->arena, name);
	n->weight = weight;
	n->depth = depth;
	n->last_subject = &n->subjects;
	n->last_test = &n->tests;
	t->nodes++;
	return n;
}

struct tree_node *
tree_category(struct tree *t, enum tree_category c, double weight)
{
	assert((unsigned int)c < TREE__MAX);
	if (t->category[c] == NULL) {
		t->category[c] = make_node(t, names[c], weight, 1);
		t->category[c]->is_category = true;
	}
	return t->category[c];
}

struct tree_node *
tree_subject_add(struct tree *t, struct tree_node *parent, const char *name,
    double weight)
{
	struct tree_node *n;

	if (parent->depth >= TREE_DEPTH_MAX || t->nodes >= TREE_NODES_MAX)
		return NULL;
	n = make_node(t, name, weight, parent->depth + 1);
	*parent->last_subject = n;
	parent->last_subject = &n->next;
	return n;
}

struct tree_test *
tree_test_add(struct tree *t, struct tree_node *parent, const char *name,
    double weight)
{
	struct tree_test *test;

	if (t->nodes >= TREE_NODES_MAX)
		return NULL;
	t->nodes++;
	test = arena_new_of(t->arena, struct tree_test);
	test->name = arena_strdup(t->arena, name);
	test->weight = weight;
	*parent->last_test = test;
	parent->last_test = &test->next;
	return test;
}

static void
check_weight(struct faults *f, const char *pointer, double weight, double max)
{
	const char *at = arena_printf(f->arena, "%s/weight", pointer);

	if (!isfinite(weight) || weight < 0)
		faults_add(f, at, "a number from 0 up is needed");
	else if (weight > max)
		faults_add(f, at, "must be at most %g", max);
}

static void
check_node(const struct tree_node *n, struct faults *f, const char *pointer)
{
	size_t i = 0;

	check_weight(f, pointer, n->weight, 100);
	if (n->subjects == NULL && n->tests == NULL)
		faults_add(f, pointer, "neither tests nor subjects");
	if (n->subjects != NULL && n->tests != NULL && !n->has_subjects_weight)
		faults_add(f, pointer,
		    "both tests and subjects: subjects_weight is needed");
	if (n->has_subjects_weight &&
	    !(n->subjects_weight >= 1 && n->subjects_weight <= 100))
		faults_add(f,
		    arena_printf(f->arena, "%s/subjects_weight", pointer),
		    "must be from 1 to 100");
	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		check_node(s, f,
		    arena_printf(f->arena, "%s/subjects/%zu", pointer, i++));
	i = 0;
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		check_weight(f,
		    arena_printf(f->arena, "%s/tests/%zu", pointer, i++),
		    t->weight, HUGE_VAL);
}

void
tree_check(const struct tree *t, struct faults *f)
{
	if (t->category[TREE_BASE] == NULL)
		faults_add(f, "/base", "is missing");
	for (int c = 0; c < TREE__MAX; c++)
		if (t->category[c] != NULL)
			check_node(t->category[c], f,
			    arena_printf(f->arena, "/%s", names[c]));
}

/*
 * The order of the operations below is the reference's, so that doubles come
 * out the same to the last digit.
 */

/* Subjects are brought to a sum of 100 when the tree is built, */
static void
scale_subjects(struct tree_node *n)
{
	double total = 0;

	for (struct tree_node *s = n->subjects; s != NULL; s = s->next) {
		s->share = s->weight;
		total += s->share;
	}
	if (!(total > 0) || total == 100)
		return;
	for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
		s->share *= 100 / total;
}

/* and both lists to their part of 100 when it is graded. */
static void
balance_subjects(struct tree_node *n, double part)
{
	double target = 100 * part, sum = 0, count = 0;

	for (struct tree_node *s = n->subjects; s != NULL; s = s->next) {
		sum += s->share;
		count++;
	}
	for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
		s->share =
		    sum == 0 ? target / count : s->share * (target / sum);
}

static void
balance_tests(struct tree_node *n, double part)
{
	double target = 100 * part, sum = 0, count = 0;

	for (struct tree_test *t = n->tests; t != NULL; t = t->next) {
		sum += t->weight;
		count++;
	}
	for (struct tree_test *t = n->tests; t != NULL; t = t->next)
		t->share =
		    sum == 0 ? target / count : t->weight * (target / sum);
}

static double
sum_shares(const struct tree_node *n)
{
	double sum = 0;

	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		sum += s->share;
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		sum += t->share;
	return sum;
}

static bool
is_accepted(const struct tree_node *n)
{
	bool any = false, all = true;

	if (n->accept == TREE_ACCEPT_ALWAYS)
		return true;
	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		if (s->share > 0) {
			bool accepted = is_accepted(s);

			any |= accepted;
			all &= accepted;
		}
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		if (t->share > 0) {
			any |= !t->is_rejected;
			all &= !t->is_rejected;
		}
	return n->accept == TREE_ACCEPT_ANY ? any || all : all;
}

/* One more child's points, or its share, by the node's rule. */
static double
combine(enum tree_rule rule, bool is_first, double sum, double x)
{
	if (rule == TREE_SUM)
		return sum + x;
	if (is_first)
		return x;
	return rule == TREE_MIN ? fmin(sum, x) : fmax(sum, x);
}

static double
combine_children(const struct tree_node *n)
{
	double points = 0, shares = 0;
	bool is_first = true;

	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next) {
		points =
		    combine(n->rule, is_first, points, s->score * s->share);
		shares = combine(n->rule, is_first, shares, s->share);
		is_first = false;
	}
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next) {
		points =
		    combine(n->rule, is_first, points, t->score * t->share);
		shares = combine(n->rule, is_first, shares, t->share);
		is_first = false;
	}
	return shares == 0 ? 0 : points / shares;
}

static void
score_node(struct tree_node *n)
{
	bool mixed = n->subjects != NULL && n->tests != NULL;
	double subjects = mixed ? n->subjects_weight / 100 : 1;
	double tests = mixed ? 1 - subjects : 1;

	scale_subjects(n);
	for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
		score_node(s);
	balance_subjects(n, subjects);
	balance_tests(n, tests);
	if (n->has_given)
		n->score = n->given;
	else if (n->all_or_nothing && !is_accepted(n))
		n->score = 0;
	else
		n->score = combine_children(n);
}

/* The points below a node worth that many; returns their sum. */
static double
lose_points(struct tree_node *n, double worth)
{
	double shares = sum_shares(n), sum = 0;

	for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
		sum += lose_points(s,
		    shares == 0 ? 0 : worth * (s->share / shares));
	for (struct tree_test *t = n->tests; t != NULL; t = t->next) {
		t->points_lost = shares == 0
		    ? 0
		    : (100 - t->score) / 100 * (worth * (t->share / shares));
		sum += t->points_lost;
	}
	return sum;
}

static void
scale_points(struct tree_node *n, double factor)
{
	for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
		scale_points(s, factor);
	for (struct tree_test *t = n->tests; t != NULL; t = t->next)
		t->points_lost *= factor;
}

/* Where a node is not the sum of its children, they share what it lost. */
static double
share_losses(struct tree_node *n, double worth)
{
	double shares = sum_shares(n), sum = 0;

	if (!n->all_or_nothing && !n->has_given && n->rule == TREE_SUM) {
		for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
			sum += share_losses(s,
			    shares == 0 ? 0 : worth * (s->share / shares));
		return sum;
	}
	sum = lose_points(n, worth);
	if (n->score >= 100)
		scale_points(n, 0);
	else if (sum > 0)
		scale_points(n, worth * (100 - n->score) / 100 / sum);
	return sum;
}

void
tree_score(struct tree *t)
{
	struct tree_node *base = t->category[TREE_BASE];
	struct tree_node *bonus = t->category[TREE_BONUS];
	struct tree_node *penalty = t->category[TREE_PENALTY];
	double final;

	assert(base != NULL);
	for (int c = 0; c < TREE__MAX; c++) {
		struct tree_node *n = t->category[c];
		double worth;

		if (n == NULL)
			continue;
		n->share = n->weight;
		score_node(n);
		worth = c == TREE_BASE ? 100 : n->weight;
		lose_points(n, worth);
		share_losses(n, worth);
	}
	final = base->score;
	if (bonus != NULL)
		final += bonus->score / 100 * bonus->weight;
	if (penalty != NULL)
		final -= (100 - penalty->score) / 100 * penalty->weight;
	t->final = fmax(0, fmin(100, final));
}

double
tree_round(double x)
{
	char text[400];
	double rounded;

	assert(isfinite(x));
	snprintf(text, sizeof(text), "%.2f", x);
	rounded = strtod(text, NULL);
	return rounded == 0 ? 0 : rounded; /* not -0 */
}

static size_t
count_tests(const struct tree_node *n)
{
	size_t count = 0;

	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		count += count_tests(s);
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		count++;
	return count;
}

static size_t
list_losses(const struct tree_node *n, struct tree_loss *losses)
{
	size_t i = 0;

	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		i += list_losses(s, losses + i);
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		losses[i++] = (struct tree_loss) { t, t->points_lost, 0 };
	return i;
}

static int
compare_losses(const void *a, const void *b)
{
	const struct tree_loss *x = a, *y = b;

	if (x->points_lost != y->points_lost)
		return x->points_lost < y->points_lost ? 1 : -1;
	return x->order < y->order ? -1 : x->order > y->order;
}

void
tree_focus(const struct tree *t, struct arena *a, enum tree_category c,
    struct tree_loss **ret_losses, size_t *ret_n)
{
	const struct tree_node *n = t->category[c];
	size_t count = n != NULL ? count_tests(n) : 0;
	struct tree_loss *losses = arena_array(a, count + 1, sizeof(*losses));

	if (n != NULL)
		list_losses(n, losses);
	for (size_t i = 0; i < count; i++)
		losses[i].order = i;
	qsort(losses, count, sizeof(*losses), compare_losses);
	*ret_losses = losses;
	*ret_n = count;
}

static void
each_test(struct tree_node *n, struct arena *scratch, const char *path,
    tree_test_fn *fn, void *arg)
{
	for (struct tree_node *s = n->subjects; s != NULL; s = s->next)
		each_test(s, scratch,
		    arena_printf(scratch, "%s/%s", path, s->name), fn, arg);
	for (struct tree_test *t = n->tests; t != NULL; t = t->next)
		fn(arg, arena_printf(scratch, "%s/%s", path, t->name), t);
}

void
tree_each_test(struct tree *t, struct arena *scratch, tree_test_fn *fn,
    void *arg)
{
	for (int c = 0; c < TREE__MAX; c++)
		if (t->category[c] != NULL)
			each_test(t->category[c], scratch, names[c], fn, arg);
}
