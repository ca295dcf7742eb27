/*
 * Groups of tests that a program of the package grades (legacy, graders/): it
 * reads verdict and points of what is in the group, a line each, and prints
 * those of the group.
 */
#ifndef RUNNER_GRADER_H
#define RUNNER_GRADER_H

#include "base/err.h"
#include "runner/pipeline.h"

/*
 * Grades all groups that have ended.  A grader that fails is its author's
 * fault: the verdict is JE, and g->blamed says why.
 */
struct err *grader_run_all(struct grading *,
    struct arena *scratch) _must_check_;

#endif
