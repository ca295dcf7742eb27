#include "package/sections.h"

/* What results report: the leaves, in the order of grading. */
static void
plan_tests(struct pkg_reader *r, const struct criteria *c)
{
	struct judge_test *tests =
	    arena_array(r->arena, c->n + 1, sizeof(*tests));

	for (size_t i = 0; i < c->n; i++)
		tests[i] = (struct judge_test) {
			.path = c->tests[i].path,
			.name = c->tests[i].name,
			.weight = c->tests[i].weight,
			.hidden = c->tests[i].hidden,
		};
	r->package->plan.tests = tests;
	r->package->plan.test_n = c->n;
}

void
pkg_take_criteria(struct pkg_reader *r, const struct package_doc *doc)
{
	const struct criteria_options options = {
		.templates = r->package->templates,
		.own = r->own_functions,
		.where = doc->where,
	};

	if (r->package->method != PACKAGE_JUDGED &&
	    r->package->method != PACKAGE_CRITERIA) {
		faults_add(&r->warnings, doc->where,
		    "is not used: the template has no criteria");
		return;
	}
	r->package->criteria =
	    criteria_read(r->arena, doc->json, &options, &r->faults);
	if (r->package->criteria != NULL)
		plan_tests(r, r->package->criteria);
}
