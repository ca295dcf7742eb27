#include "runner/score.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "base/str.h"

#define SCORE "score.txt"
#define MULTIPLIER "score_multiplier.txt"
/* Points without an end have one: what is shown must stay a number. */
#define POINTS_MAX ((double)WIRE_POINTS_MAX)
/* A third of all points is no decimal number. */
#define ROUNDING 1e-9

/*
 * A number from min to max in a file, of which unit is all that the test is
 * worth.
 */
static void
read_score(struct grading *g, const char *name, double min, double max,
    double unit, struct judgement *j)
{
	const char *text = validate_message(g, name);
	double x;

	text = str_dup(g->arena, str_trim(str_of(text != NULL ? text : "")));
	j->has_score = str_to_double(text, &x) && x >= min &&
	    x <= max + ROUNDING * fabs(max);
	if (j->has_score)
		j->score = unit > 0 ? 100 * (x / unit) : 0;
	else
		j->fault = arena_printf(g->arena,
		    "%s is not a number from %g to %g", name, min, max);
}

static bool
has_file(const struct grading *g, const char *name)
{
	struct stat st;

	return fstatat(g->workspace.feedback_dir, name, &st,
		   AT_SYMLINK_NOFOLLOW) == 0;
}

/*
 * Where less is better: what the score leaves of the test's part of the range
 * around it, of whose least score it has the same part.
 */
static void
turn_score(const struct package_test *test, struct judgement *j)
{
	double width = test->most_score - test->least_score;
	double least = 100 * test->least_score / width;

	j->score = fmax(0, fmin(100, 100 - (j->score - least)));
}

static void
take_legacy(struct grading *g, size_t i, struct judgement *j)
{
	const struct package *p = g->job->package;
	const struct package_test *test = &p->tests[i];
	double worth = p->plan.tests[i].weight;
	bool turned = p->wants_least && p->takes_score;
	double min = turned ? fmin(0, test->least_score) : 0;
	double max = p->takes_score ? test->most_score : worth;

	if (has_file(g, SCORE))
		read_score(g, SCORE, min, max, worth, j);
	else if (has_file(g, MULTIPLIER))
		read_score(g, MULTIPLIER, 0, 1, 1, j);
	if (j->has_score && turned)
		turn_score(test, j);
}

/* What the new format forbids; NULL: nothing. */
static const char *
misuse(const struct grading *g, size_t i, const struct judgement *j)
{
	const struct judge_plan *plan = &g->job->package->plan;
	const struct package_test *test = &g->job->package->tests[i];
	const struct judge_group *group = &plan->groups[plan->tests[i].group];
	bool score = has_file(g, SCORE);
	bool multiplier = has_file(g, MULTIPLIER);
	const char *kind = score ? SCORE : MULTIPLIER;

	if (score && multiplier)
		return "it left " SCORE " and " MULTIPLIER;
	if ((score || multiplier) && !j->is_accepted)
		return "it left a score although it did not accept";
	if ((score || multiplier) && group->all_or_nothing)
		return "it left a score in a group that has all or nothing";
	if (multiplier && test->is_unbounded)
		return "it left " MULTIPLIER " where points have no end";
	if (test->is_unbounded && j->is_accepted && !score &&
	    !validate_asks_again(g))
		return "it left no " SCORE " where points have no end";
	if ((score || multiplier) && g->score_file[test->is_static] != NULL &&
	    strcmp(g->score_file[test->is_static], kind) != 0)
		return "it left " SCORE " of one test and " MULTIPLIER
		       " of another";
	return NULL;
}

static void
take_new(struct grading *g, size_t i, struct judgement *j)
{
	const struct package *p = g->job->package;
	const struct package_test *test = &p->tests[i];
	double worth = p->plan.tests[i].weight;
	const char **kind = &g->score_file[test->is_static];

	/* What is left with a sample is nothing. */
	if (p->plan.groups[p->plan.tests[i].group].weight <= 0)
		return;
	j->fault = misuse(g, i, j);
	if (j->fault != NULL)
		return;
	if (has_file(g, SCORE)) {
		*kind = SCORE;
		read_score(g, SCORE, 0, test->is_unbounded ? POINTS_MAX : worth,
		    worth, j);
	} else if (has_file(g, MULTIPLIER)) {
		*kind = MULTIPLIER;
		read_score(g, MULTIPLIER, 0, 1, 1, j);
	}
}

void
score_take(struct grading *g, size_t i, struct judgement *j)
{
	const struct package *p = g->job->package;

	if (!p->plan.is_scoring)
		return;
	if (str_has_prefix(p->format, "legacy"))
		take_legacy(g, i, j);
	else
		take_new(g, i, j);
}
