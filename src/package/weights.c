#include <math.h>
#include <string.h>

#include "package/groups.h"

struct weights {
	struct pkg_reader *r;
	struct judge_group *groups;
	size_t group_n;
	struct judge_test *tests;
	size_t test_n;
	const struct group_settings *settings;
};

/* What a group may be worth, of what its children may be worth. */
struct worth {
	double sum, least, most;
	size_t n;
};

static void
count_child(struct worth *worth, double weight)
{
	worth->sum += weight;
	worth->most = fmax(worth->most, weight);
	worth->least = worth->n == 0 ? weight : fmin(worth->least, weight);
	worth->n++;
}

static double
worth_of(const struct worth *worth, const struct group_settings *s)
{
	if (s->ignored || worth->n == 0)
		return 0;
	if (s->rule == TREE_MIN)
		return worth->least;
	if (s->rule == TREE_MAX)
		return worth->most;
	return s->is_average ? worth->sum / (double)worth->n : worth->sum;
}

/* Of its tests, and of the groups right below it that count. */
static struct worth
worth_of_children(const struct weights *w, size_t g)
{
	const struct judge_group *group = &w->groups[g];
	struct worth worth = { 0 };

	for (size_t t = group->first; t < group->first + group->n; t++)
		if (w->tests[t].group == g)
			count_child(&worth, w->tests[t].weight);
	for (size_t c = g + 1; c < w->group_n; c++)
		if (w->groups[c].parent == g && !w->settings[c].ignored)
			count_child(&worth, w->groups[c].weight);
	return worth;
}

/*
 * Legacy: a test's score is its group's accept_score; groups add up, but where
 * one was given its worth.
 */
static void
add_up(struct weights *w)
{
	for (size_t g = w->group_n; g-- > 0;) {
		struct judge_group *group = &w->groups[g];
		struct worth worth = worth_of_children(w, g);

		if (isnan(group->weight))
			group->weight = worth_of(&worth, &w->settings[g]);
	}
}

/* The line of the group's file; without one the file, or the directory. */
static const char *
where(const struct weights *w, size_t g, size_t line)
{
	const char *file = w->settings[g].file;

	return line == 0 ? file
			 : arena_printf(w->r->arena, "%s:%zu", file, line);
}

/* The first of its tests may look at the sources and have its own points. */
static double
score_of_test(const struct weights *w, size_t g, size_t t)
{
	const struct group_settings *s = &w->settings[g];

	return s->has_static && t == w->groups[g].first ? s->static_score : NAN;
}

static void
count_children(const struct weights *w, size_t g, double *given,
    double *sharers)
{
	const struct judge_group *group = &w->groups[g];

	*given = *sharers = 0;
	for (size_t t = group->first; t < group->first + group->n; t++) {
		double score = score_of_test(w, g, t);

		if (w->tests[t].group != g)
			continue;
		*sharers += isnan(score);
		*given += isnan(score) ? 0 : score;
	}
	for (size_t c = g + 1; c < w->group_n; c++) {
		double score = w->settings[c].group_score;

		if (w->groups[c].parent != g || w->settings[c].ignored)
			continue;
		*sharers += isnan(score);
		*given += isnan(score) ? 0 : score;
	}
}

/* A group's score is shared by those of its children without one. */
static void
share_out(struct weights *w, size_t g, double score)
{
	const struct judge_group *group = &w->groups[g];
	double given, sharers, each;

	count_children(w, g, &given, &sharers);
	if (given > score && w->settings[g].rule == TREE_SUM &&
	    !w->r->is_legacy)
		faults_add(&w->r->faults,
		    where(w, g, w->settings[g].score_line),
		    "its groups have more points than it has");
	each = w->settings[g].rule != TREE_SUM || w->settings[g].is_average
	    ? score
	    : (score - given) / fmax(1, sharers);
	for (size_t t = group->first; t < group->first + group->n; t++) {
		double own = score_of_test(w, g, t);

		if (w->tests[t].group == g)
			w->tests[t].weight = isnan(own) ? fmax(0, each) : own;
	}
	for (size_t c = g + 1; c < w->group_n; c++)
		if (w->groups[c].parent == g)
			w->groups[c].weight = w->settings[c].ignored ? 0
			    : isnan(w->settings[c].group_score)
			    ? fmax(0, each)
			    : w->settings[c].group_score;
}

/* Legacy, where validators give the scores: what the ranges say, from above. */
static void
share_ranges(struct weights *w)
{
	for (size_t g = 0; g < w->group_n; g++)
		w->groups[g].weight = w->settings[g].group_score;
	for (size_t g = 0; g < w->group_n; g++)
		if (!isnan(w->groups[g].weight) && w->r->package->takes_score)
			share_out(w, g, w->groups[g].weight);
}

/*
 * Points without an end are weighed against those that are the grade 100:
 * full_score of assize.yaml, less what those have that have an end; without it
 * NOMINAL for each.
 */
#define NOMINAL 100

static double
full_score(struct weights *w, size_t g)
{
	const struct group_settings *s = &w->settings[g];
	double given, sharers, full = w->r->package->full_score;

	count_children(w, g, &given, &sharers);
	if (s->rule != TREE_SUM)
		return full > 0 ? full : NOMINAL;
	if (full > 0 && sharers > 0 && full <= given)
		faults_add(&w->r->faults, "assize.yaml",
		    "full_score must be more than the %g points that have an "
		    "end",
		    given);
	if (full > 0)
		return full;
	full = given + NOMINAL * sharers;
	faults_add(&w->r->warnings, "data/secret",
	    "its points have no end: %g of them are the grade 100, unless "
	    "full_score in assize.yaml says how many",
	    full);
	return full;
}

/* What can be reached of it: its tests and groups may have less. */
static void
reach_up(struct weights *w)
{
	for (size_t g = w->group_n; g-- > 1;) {
		struct judge_group *group = &w->groups[g];
		struct worth worth = worth_of_children(w, g);

		if (worth.n > 0 && !w->settings[g].all_or_nothing &&
		    !w->settings[g].ignored)
			group->weight = worth_of(&worth, &w->settings[g]);
	}
}

static void
set_new_weights(struct weights *w)
{
	for (size_t g = 1; g < w->group_n; g++) {
		const struct group_settings *s = &w->settings[g];
		struct judge_group *group = &w->groups[g];

		if (group->parent == 0)
			group->weight = s->ignored  ? 0
			    : s->is_unbounded       ? full_score(w, g)
			    : isnan(s->group_score) ? 100
						    : s->group_score;
		share_out(w, g, group->weight);
	}
	reach_up(w);
}

void
pkg_set_weights(struct pkg_reader *r, struct judge_group *groups,
    size_t group_n, struct judge_test *tests, size_t test_n,
    const struct group_settings *settings)
{
	struct weights w = { r, groups, group_n, tests, test_n, settings };

	if (!r->package->plan.is_scoring) {
		for (size_t t = 0; t < test_n; t++)
			tests[t].weight = 1;
		for (size_t g = 0; g < group_n; g++)
			groups[g].weight = (double)groups[g].n;
		return;
	}
	if (r->is_legacy) {
		share_ranges(&w);
		add_up(&w);
		return;
	}
	set_new_weights(&w);
}

/* The path of the test or group is one of those, or below one of them. */
static bool
is_required(const char *path, const char *required)
{
	size_t n = strlen(required);

	return strncmp(path, required, n) == 0 &&
	    (path[n] == '\0' || path[n] == '/');
}

/* Whose parts have points of their own; tests and samples are none. */
static bool
is_partial(const struct weights *w, const char *name)
{
	for (size_t g = 1; g < w->group_n; g++)
		if (strcmp(w->groups[g].path, name) == 0)
			return !w->settings[g].all_or_nothing;
	return false;
}

static void
require(const struct weights *w, size_t g, const char *name, bool *needs)
{
	struct pkg_reader *r = w->r;
	const char *path = where(w, g, w->settings[g].requires_line);
	bool found = false;

	for (size_t t = 0; t < w->groups[g].first; t++)
		if (is_required(w->tests[t].path, name))
			needs[t] = found = true;
	if (!found)
		faults_add(&r->faults, path,
		    "require_pass: \"%s\" is no test or group before this one",
		    name);
	else if (is_partial(w, name))
		faults_add(&r->warnings, path,
		    "require_pass: \"%s\" is no group that passes or fails as "
		    "a whole",
		    name);
}

void
pkg_set_requirements(struct pkg_reader *r, struct judge_group *groups,
    size_t group_n, struct judge_test *tests,
    const struct group_settings *settings)
{
	const struct weights w = { r, groups, group_n, tests, 0, settings };

	for (size_t g = 0; g < group_n; g++) {
		const char *const *names = settings[g].requires;
		bool *needs;

		if (names == NULL)
			continue;
		needs =
		    arena_array(r->arena, groups[g].first + 1, sizeof(*needs));
		for (; *names != NULL; names++)
			require(&w, g, *names, needs);
		groups[g].needs = needs;
	}
}
