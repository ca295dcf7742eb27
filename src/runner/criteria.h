/*
 * The method "criteria": a tree of test functions.
 */
#ifndef RUNNER_CRITERIA_H
#define RUNNER_CRITERIA_H

#include "runner/app.h"
#include "runner/templates/probe.h"

/* What a grading by criteria has beside struct grading. */
struct criteria_run {
	const struct criteria *criteria;
	struct tree *tree;
	struct parsed *parsed;
	struct app *app;            /* PRE_FLIGHT; NULL: no programs run */
	const char *const *command; /* what "CMD" means, or NULL */
};

#endif
