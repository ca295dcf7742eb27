/*
 * The output validator of a package's own, each run in a box of its own: it
 * sees input, answer and what the program printed, never the program.
 */
#ifndef RUNNER_VALIDATE_H
#define RUNNER_VALIDATE_H

#include "base/err.h"
#include "runner/pipeline.h"

struct judgement {
	bool is_accepted;
	/* It failed itself: why, for its author; then nothing else holds. */
	const char *fault;
	/* Of a scoring problem: percent of what the test is worth. */
	bool has_score;
	double score;
	const char *team_message;  /* for who submitted, or NULL */
	const char *judge_message; /* for staff, or NULL */
};

/*
 * Asks g->validator about the output of test i.  The messages live in the
 * grading's arena.  An error is ours: ERR_UNAVAILABLE if cancelled.
 */
struct err *validate_output(struct grading *, struct arena *scratch, size_t i,
    const struct box_bytes *output,
    struct judgement *ret_judgement) _must_check_;

#endif
