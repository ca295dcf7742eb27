#include "grade/judge.h"

#include <assert.h>
#include <math.h>

/* EXTRA: run for people to see, as if it had been skipped. */
enum state { WAITING, RAN, SKIPPED, EXTRA };

struct judge {
	struct arena *arena;
	const struct judge_plan *plan;
	enum state *states;
	struct judge_outcome *outcomes;
	bool *is_extra; /* would be skipped; NULL: is skipped */
	/* By group: what its own program says; NULL: nothing yet. */
	const struct judge_part **graded;
	bool is_spoilt;
};

struct judge *
judge_new(struct arena *a, const struct judge_plan *plan)
{
	struct judge *j = arena_new_of(a, struct judge);

	assert(plan->test_n > 0 && plan->group_n > 0);
	j->arena = a;
	j->plan = plan;
	j->states = arena_array(a, plan->test_n, sizeof(*j->states));
	j->outcomes = arena_array(a, plan->test_n, sizeof(*j->outcomes));
	j->graded = arena_array(a, plan->group_n, sizeof(*j->graded));
	return j;
}

void
judge_run_all(struct judge *j)
{
	j->is_extra =
	    arena_array(j->arena, j->plan->test_n, sizeof(*j->is_extra));
}

size_t
judge_next(const struct judge *j)
{
	size_t i = 0;

	while (i < j->plan->test_n && j->states[i] != WAITING)
		i++;
	return i;
}

static void
skip_group(struct judge *j, const struct judge_group *g)
{
	for (size_t i = g->first; i < g->first + g->n; i++) {
		if (j->states[i] != WAITING)
			continue;
		if (j->is_extra != NULL && !j->is_spoilt)
			j->is_extra[i] = true;
		else
			j->states[i] = SKIPPED;
	}
}

static bool
is_extra(const struct judge *j, size_t i)
{
	return j->is_extra != NULL && j->is_extra[i];
}

/* Groups that cannot get any more what they need. */
static void
skip_needy(struct judge *j)
{
	const struct judge_plan *plan = j->plan;

	for (size_t g = 0; g < plan->group_n; g++) {
		const struct judge_group *group = &plan->groups[g];

		for (size_t i = 0; group->needs != NULL && i < group->first;
		     i++)
			if (group->needs[i] &&
			    (j->states[i] == SKIPPED || is_extra(j, i) ||
				(j->states[i] == RAN &&
				    j->outcomes[i].verdict != VERDICT_AC)))
				skip_group(j, group);
	}
}

void
judge_spoil(struct judge *j)
{
	j->is_spoilt = true;
	skip_group(j, &j->plan->groups[0]);
}

/* As the default grader of the format has them, the worst one first. */
static const enum verdict by_badness[] = { VERDICT_JE, VERDICT_CE, VERDICT_RE,
	VERDICT_MLE, VERDICT_TLE, VERDICT_OLE, VERDICT_WA, VERDICT_AC };
_Static_assert(ARRAY_LEN(by_badness) == VERDICT__MAX, "all of them");

static enum verdict
worse_of(enum verdict a, enum verdict b)
{
	size_t i = 0;

	while (by_badness[i] != a && by_badness[i] != b)
		i++;
	return by_badness[i];
}

/* Of the group in which test i is, as seen from the group around it. */
static size_t
group_below(const struct judge_plan *plan, size_t around, size_t i)
{
	size_t g = plan->tests[i].group;

	while (plan->groups[g].parent != around)
		g = plan->groups[g].parent;
	return g;
}

/* What was not run says nothing; false: nothing was. */
static bool
group_verdict(const struct judge *j, size_t g, enum verdict *ret_verdict)
{
	const struct judge_plan *plan = j->plan;
	const struct judge_group *group = &plan->groups[g];
	enum verdict v = VERDICT_AC, verdict = VERDICT_AC;
	bool any = false, has_run = false;

	for (size_t i = group->first, next; i < group->first + group->n;
	     i = next) {
		bool says = false;

		next = i + 1;
		if (plan->tests[i].group == g) {
			says = judge_has_run(j, i);
			v = j->outcomes[i].verdict;
		} else {
			size_t below = group_below(plan, g, i);

			next =
			    plan->groups[below].first + plan->groups[below].n;
			says = group_verdict(j, below, &v);
		}
		if (!says)
			continue;
		has_run = true;
		any |= v == VERDICT_AC;
		if (verdict == VERDICT_AC || group->is_worst)
			verdict = worse_of(verdict, v);
	}
	if (group->accept == TREE_ACCEPT_ALWAYS ||
	    (group->accept == TREE_ACCEPT_ANY && any))
		verdict = VERDICT_AC;
	if (j->graded[g] != NULL)
		verdict = j->graded[g]->verdict;
	*ret_verdict = verdict;
	return has_run;
}

static void reject_in(struct judge *, size_t g);

/* Tests run in order: the last one is waiting until the group has ended. */
static bool
is_done(const struct judge *j, const struct judge_group *g)
{
	for (size_t i = g->first + g->n; i-- > g->first;)
		if (j->states[i] == WAITING && !is_extra(j, i))
			return false;
	return true;
}

/* One that has ended, rejected, rejects something in the group around it. */
static void
end_groups(struct judge *j, size_t g)
{
	const struct judge_group *group = &j->plan->groups[g];
	enum verdict verdict;

	if (g == 0 || !is_done(j, group) ||
	    (group->is_custom && j->graded[g] == NULL))
		return;
	if (group_verdict(j, g, &verdict) && verdict != VERDICT_AC)
		reject_in(j, group->parent);
	else
		end_groups(j, group->parent);
}

/* A test or group directly in it was rejected. */
static void
reject_in(struct judge *j, size_t g)
{
	if (j->plan->groups[g].breaks)
		skip_group(j, &j->plan->groups[g]);
	skip_needy(j);
	end_groups(j, g);
}

void
judge_report(struct judge *j, size_t i, const struct judge_outcome *outcome)
{
	const struct judge_plan *plan = j->plan;

	assert(i < plan->test_n && j->states[i] == WAITING);
	j->states[i] = is_extra(j, i) ? EXTRA : RAN;
	j->outcomes[i] = *outcome;
	if (outcome->verdict == VERDICT_JE) {
		judge_spoil(j);
		return;
	}
	if (is_extra(j, i))
		return;
	if (outcome->verdict != VERDICT_AC)
		reject_in(j, plan->tests[i].group);
	else
		end_groups(j, plan->tests[i].group);
}

bool
judge_has_run(const struct judge *j, size_t i)
{
	assert(i < j->plan->test_n);
	return j->states[i] == RAN;
}

const char *
judge_status(const struct judge *j, size_t i)
{
	if (!judge_has_run(j, i))
		return VERDICT_SKIPPED;
	return verdict_info(j->outcomes[i].verdict)->slug;
}

double
judge_score(const struct judge *j, size_t i)
{
	const struct judge_outcome *o = &j->outcomes[i];

	if (!judge_has_run(j, i))
		return 0;
	if (o->has_score)
		return o->score;
	return o->verdict == VERDICT_AC ? 100 : j->plan->tests[i].reject_score;
}

double
judge_points(const struct judge *j, size_t i)
{
	return j->plan->tests[i].weight * judge_score(j, i) / 100;
}

static void
add_tests(const struct judge *j, struct tree *tree, struct tree_node **nodes)
{
	const struct judge_plan *plan = j->plan;

	for (size_t i = 0; i < plan->test_n; i++) {
		const struct judge_test *test = &plan->tests[i];
		bool passed =
		    judge_has_run(j, i) && j->outcomes[i].verdict == VERDICT_AC;
		struct tree_test *leaf = tree_test_add(tree, nodes[test->group],
		    test->name, test->weight);

		/* Plans are bounded below what a tree may hold. */
		assert(leaf != NULL);
		leaf->score = judge_score(j, i);
		leaf->is_rejected = !passed;
		leaf->status = judge_status(j, i);
		leaf->report = j->outcomes[i].report;
		leaf->index = i;
	}
}

/* A node with both kinds of children: its subjects' share is their weight. */
static void
set_subjects_weight(struct tree_node *n)
{
	double subjects = 0, tests = 0;

	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		subjects += s->weight;
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		tests += t->weight;
	n->has_subjects_weight = n->subjects != NULL && n->tests != NULL;
	if (n->has_subjects_weight)
		n->subjects_weight = subjects + tests > 0
		    ? 100 * subjects / (subjects + tests)
		    : 50;
}

/* A rejected group has no points, whatever its program says. */
static double
percent_of(const struct judge_part *part, double worth)
{
	if (part->verdict != VERDICT_AC || worth <= 0)
		return 0;
	return fmax(0, fmin(100, 100 * part->points / worth));
}

/* What has more than all points has no more than all of the grade. */
static void
set_points(const struct judge *j, struct tree_node **nodes)
{
	const struct judge_plan *plan = j->plan;

	for (size_t g = 0; g < plan->group_n; g++) {
		struct tree_node *n = nodes[g];

		n->has_points = plan->has_points && g > 0;
		n->points = plan->groups[g].weight * n->score / 100;
		n->score = fmin(100, n->score);
		for (struct tree_test *t = n->tests; t != NULL; t = t->next) {
			t->has_points = plan->has_points;
			t->points = judge_points(j, t->index);
			t->score = fmin(100, t->score);
			t->points_lost = fmax(0, t->points_lost);
		}
	}
}

/* Group 0 is the category base, every other group a subject. */
static struct tree *
make_tree(const struct judge *j, struct arena *a, struct tree_node **nodes)
{
	const struct judge_plan *plan = j->plan;
	struct tree *tree = tree_new(a);

	for (size_t g = 0; g < plan->group_n; g++) {
		const struct judge_group *group = &plan->groups[g];

		nodes[g] = g == 0 ? tree_category(tree, TREE_BASE, 100)
				  : tree_subject_add(tree, nodes[group->parent],
					group->name, group->weight);
		assert(nodes[g] != NULL);
		nodes[g]->all_or_nothing = group->all_or_nothing;
		nodes[g]->rule = group->rule;
		nodes[g]->accept = group->accept;
		if (j->graded[g] == NULL)
			continue;
		nodes[g]->has_given = true;
		nodes[g]->given = percent_of(j->graded[g], group->weight);
	}
	add_tests(j, tree, nodes);
	for (size_t g = 0; g < plan->group_n; g++)
		set_subjects_weight(nodes[g]);
	tree_score(tree);
	set_points(j, nodes);
	return tree;
}

size_t
judge_ended(const struct judge *j)
{
	const struct judge_plan *plan = j->plan;
	enum verdict unused;

	/* Inner ones first: they stand behind those around them. */
	for (size_t g = plan->group_n; g-- > 0 && !j->is_spoilt;)
		if (plan->groups[g].is_custom && j->graded[g] == NULL &&
		    is_done(j, &plan->groups[g]) &&
		    group_verdict(j, g, &unused))
			return g;
	return plan->group_n;
}

void
judge_parts(const struct judge *j, struct arena *a, size_t group,
    const struct judge_part **ret_parts, size_t *ret_n)
{
	const struct judge_plan *plan = j->plan;
	const struct judge_group *g = &plan->groups[group];
	struct tree_node **nodes =
	    arena_array(a, plan->group_n, sizeof(struct tree_node *));
	struct judge_part *parts = arena_array(a, g->n + 1, sizeof(*parts));
	size_t n = 0;

	(void)make_tree(j, a, nodes);
	for (size_t i = g->first, next; i < g->first + g->n; i = next) {
		const struct judge_test *test = &plan->tests[i];
		size_t below;

		next = i + 1;
		if (test->group == group) {
			if (!judge_has_run(j, i))
				continue;
			parts[n].verdict = j->outcomes[i].verdict;
			parts[n++].points = judge_points(j, i);
			continue;
		}
		below = group_below(plan, group, i);
		next = plan->groups[below].first + plan->groups[below].n;
		if (group_verdict(j, below, &parts[n].verdict))
			parts[n++].points = plan->groups[below].weight *
			    nodes[below]->score / 100;
	}
	*ret_parts = parts;
	*ret_n = n;
}

void
judge_grade(struct judge *j, size_t group, const struct judge_part *part)
{
	struct judge_part *kept = arena_new_of(j->arena, struct judge_part);
	size_t parent = j->plan->groups[group].parent;

	*kept = *part;
	j->graded[group] = kept;
	if (group != 0 && part->verdict != VERDICT_AC)
		reject_in(j, parent);
	else if (group != 0)
		end_groups(j, parent);
}

static bool
is_lazy(const struct judge_plan *plan)
{
	for (size_t g = 0; g < plan->group_n; g++)
		if (plan->groups[g].breaks)
			return true;
	return false;
}

static double
grade_of(const struct judge_plan *plan, enum verdict verdict, double score)
{
	if (verdict == VERDICT_CE || verdict == VERDICT_JE)
		return 0;
	if (plan->is_scoring)
		return score;
	if (verdict == VERDICT_AC)
		return 100;
	return is_lazy(plan) ? 0 : score;
}

void
judge_finish(struct judge *j, bool compile_failed,
    struct judge_result *ret_result)
{
	const struct judge_plan *plan = j->plan;
	struct judge_result r = { .verdict = VERDICT_AC };

	for (size_t i = 0; i < plan->test_n; i++)
		if (j->states[i] == WAITING)
			j->states[i] = SKIPPED;
	while (r.first_failed < plan->test_n &&
	    (!judge_has_run(j, r.first_failed) ||
		j->outcomes[r.first_failed].verdict == VERDICT_AC))
		r.first_failed++;
	if (compile_failed)
		r.verdict = VERDICT_CE;
	else if (j->is_spoilt)
		r.verdict = VERDICT_JE;
	else if (plan->is_scoring && r.first_failed < plan->test_n)
		r.verdict = j->outcomes[r.first_failed].verdict;
	else
		(void)group_verdict(j, 0, &r.verdict);
	r.tree = make_tree(j, j->arena,
	    arena_array(j->arena, plan->group_n, sizeof(struct tree_node *)));
	r.grade = grade_of(plan, r.verdict, r.tree->final);
	r.tree->final = r.grade;
	*ret_result = r;
}
