/*
 * Templates: kinds of exercises, each a table of test functions; and methods:
 * the ways in which packages are graded, each a few functions that the steps
 * of the pipeline call.  Templates of one method may be used together.  A new
 * kind of exercise is a new row here, not a new pipeline.
 */
#ifndef RUNNER_TEMPLATE_H
#define RUNNER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "runner/pipeline.h"
#include "runner/templates/probe.h"

struct template
{
	const char *name;
	bool needs_sandbox;
	bool needs_structure;                   /* tests on the syntax tree */
	const struct probe_function *functions; /* of criteria; or NULL */
};

/* What the steps do; NULL: the step does not take part. */
struct method {
	struct err *(*load)(struct grading *);  /* LOAD_TEMPLATE, at its end */
	struct err *(*build)(struct grading *); /* BUILD_TREE */
	struct err *(*sandbox)(struct grading *); /* NULL: a workspace */
	struct err *(*pre_flight)(struct grading *);
	/* AI_BATCH, if it is wanted */
	bool (*wants_model)(const struct grading *);
	struct err *(*ask)(struct grading *);
	struct err *(*analyse)(struct grading *); /* STRUCTURAL_ANALYSIS */
	struct err *(*grade)(struct grading *);
	struct err *(*feedback)(struct grading *);
};

/* NULL if there is none. */
const struct template *template_find(const char *name);
/* NULL if this runner has none. */
const struct method *method_find(enum package_method);

/* judged.c: the tests in data/. */
extern const struct method method_judged;
/* script.c: a program of the author's decides. */
extern const struct method method_script;
/* quiz.c: questions whose answers are known. */
extern const struct method method_quiz;
/* criteria.c */
extern const struct method method_criteria;
/* preflight.c */
struct err *judged_pre_flight(struct grading *) _must_check_;
/* feedback.c */
struct err *judged_feedback(struct grading *) _must_check_;
/* Text as a block of code in Markdown, at most max bytes of it. */
void feedback_block(struct buf *, const char *title, const char *p, size_t n,
    size_t max);
/* The language's commands; ERR_UNAVAILABLE if they are not here. */
struct err *grading_find_language(struct grading *) _must_check_;

/*
 * judge_case.c: runs test i of the package, fills g->tests[i] and what the
 * judge needs of it.  scratch is reset after each test.
 */
struct err *leaf_judge_case(struct grading *, struct arena *scratch, size_t i,
    struct judge_outcome *ret_outcome) _must_check_;
/*
 * Begins to build boxes for the first tests; what is mounted in them may still
 * be empty.
 */
void judge_case_ahead(const struct grading *);
/* Bytes of scratch arena that it may take. */
size_t judge_case_memory(const struct grading *);

#endif
