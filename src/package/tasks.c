#include "package/tasks.h"

#include <math.h>

/* Points of what is directly in a group, of all points. */
static double
share_of(const struct judge_plan *plan, size_t group)
{
	double own = 0, below = 0, share = 1;

	for (size_t t = 0; t < plan->test_n; t++)
		if (plan->tests[t].group == group)
			own += plan->tests[t].weight;
	for (size_t c = 1; c < plan->group_n; c++)
		if (plan->groups[c].parent == group)
			below += plan->groups[c].weight;
	share = own + below > 0 ? own / (own + below) : 0;
	for (size_t g = group; g != 0; g = plan->groups[g].parent) {
		size_t parent = plan->groups[g].parent;
		double sum = 0;

		for (size_t c = 1; c < plan->group_n; c++)
			if (plan->groups[c].parent == parent)
				sum += plan->groups[c].weight;
		for (size_t t = 0; t < plan->test_n; t++)
			if (plan->tests[t].group == parent)
				sum += plan->tests[t].weight;
		share *= sum > 0 ? plan->groups[g].weight / sum : 0;
	}
	return share;
}

const struct pkg_task *
pkg_tasks(struct arena *a, const struct package *p, size_t *ret_n)
{
	const struct judge_plan *plan = &p->plan;
	struct pkg_task *tasks =
	    arena_array(a, plan->group_n + 1, sizeof(*tasks));
	double reached = 0;
	int64_t given = 0;
	size_t n = 0;

	for (size_t g = 0; g < plan->group_n; g++) {
		struct pkg_task task = { .group = g };

		for (size_t t = 0; t < plan->test_n; t++)
			task.cases += plan->tests[t].group == g;
		if (task.cases == 0)
			continue;
		reached += share_of(plan, g);
		task.points = llround(100 * fmin(1, reached)) - given;
		given += task.points;
		tasks[n++] = task;
	}
	/* Where nothing weighs anything, the last one has it all. */
	if (n > 0)
		tasks[n - 1].points += 100 - given;
	*ret_n = n;
	return tasks;
}
