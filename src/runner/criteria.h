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

/* structure.c: the submission's programs as syntax trees, made in a box. */
struct err *criteria_parse(struct grading *) _must_check_;

#endif
