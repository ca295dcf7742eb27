/*
 * Interactive problems: program and validator run at the same time, each in a
 * box of its own, and what one writes the other reads.
 */
#ifndef RUNNER_INTERACT_H
#define RUNNER_INTERACT_H

#include "base/err.h"
#include "runner/pipeline.h"
#include "runner/validate.h"

struct interaction {
	struct box_record program;
	struct judgement judgement; /* its judge_message has the beginning of
				     * what was said */
	bool is_program_first;      /* it ended before the validator did */
};

/* Test i; returns when both are dead.  An error is ours. */
struct err *interact(struct grading *, struct arena *scratch, size_t i,
    struct interaction *ret_interaction) _must_check_;

/* judge_case.c: runs the program; ends NULL: with the test's input. */
struct err *judge_case_run(struct grading *, struct arena *scratch, size_t i,
    const struct ends *, struct box_record *ret_record) _must_check_;

#endif
