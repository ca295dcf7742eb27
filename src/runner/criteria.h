/*
 * The method "criteria": a tree of test functions.
 */
#ifndef RUNNER_CRITERIA_H
#define RUNNER_CRITERIA_H

#include "grade/feedback.h"
#include "runner/app.h"
#include "runner/model.h"
#include "runner/templates/probe.h"

/* What a grading by criteria has beside struct grading. */
struct criteria_run {
	const struct criteria *criteria;
	struct feedback_config feedback; /* what the package wants of it */
	struct tree *tree;
	struct parsed *parsed;
	struct app *app;            /* PRE_FLIGHT; NULL: no programs run */
	const char *const *command; /* what "CMD" means, or NULL */
	/* PRE_FLIGHT: what students read of its failure, Markdown; or NULL. */
	const char *refused;
	/* AI_BATCH: what was asked, and what came back; NULL: nothing was. */
	const struct model_question *questions;
	size_t questions_n;
	struct model_reply *reply;
};

/* structure.c: the submission's programs as syntax trees, made in a box. */
struct err *criteria_parse(struct grading *) _must_check_;

/* criteria_model.c */
bool criteria_wants_model(const struct grading *);
struct err *criteria_ask_model(struct grading *) _must_check_;
extern const struct probe_function model_functions[];
/* criteria_feedback.c */
struct err *criteria_feedback(struct grading *) _must_check_;

#endif
