/*
 * The steps of the pipeline; what each reads and fills stands in struct
 * grading.
 */
#ifndef RUNNER_STEPS_H
#define RUNNER_STEPS_H

#include "runner/pipeline.h"

/* Finds the template by the package, and the language's commands. */
struct err *step_load_template(struct grading *) _must_check_;
/* The package's tests as a plan to be judged; one result each, skipped. */
struct err *step_build_tree(struct grading *) _must_check_;
/* Reserves: directories, no box yet. */
struct err *step_sandbox(struct grading *) _must_check_;
/* Compiles.  Fails, with verdict CE, if the compiler says no. */
struct err *step_pre_flight(struct grading *) _must_check_;
/* The syntax trees that tests look at. */
struct err *step_analyse(struct grading *) _must_check_;
/* Runs the leaves and scores the tree. */
struct err *step_grade(struct grading *) _must_check_;
/* What to work on next. */
struct err *step_focus(struct grading *) _must_check_;
/* A report in Markdown for the student. */
struct err *step_feedback(struct grading *) _must_check_;
/* Asks a language model, all questions at once. */
struct err *step_ask(struct grading *) _must_check_;

#endif
