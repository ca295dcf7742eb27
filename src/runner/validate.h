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

/* The same of the package's static validator, about what was submitted. */
struct err *validate_sources(struct grading *, struct arena *scratch, size_t i,
    struct judgement *ret_judgement) _must_check_;

/*
 * Of a multi-pass problem: validate_prepare comes before the first pass, and
 * g->pass counts.  Did the validator leave an input for another pass?
 */
bool validate_asks_again(const struct grading *);

/* A file that the validator left, or NULL if it is absent or empty. */
const char *validate_message(struct grading *, const char *name);

/* The two halves, where the validator talks to the program. */
struct ends {
	int in;  /* what it reads */
	int out; /* where what it writes goes; -1: it does not talk */
	/* Where it talks: ends it as soon as it is set. */
	const struct event *stop;
};
struct err *validate_prepare(struct grading *, size_t i) _must_check_;
/* Allocates from scratch only: may run in a thread of its own. */
struct err *validate_run(struct grading *, struct arena *scratch, size_t i,
    const struct ends *, struct box_record *ret_record) _must_check_;
/* Did it end by saying yes? */
bool validate_has_accepted(const struct box_record *);
struct err *validate_conclude(struct grading *, size_t i,
    const struct box_record *, struct judgement *ret_judgement) _must_check_;

#endif
