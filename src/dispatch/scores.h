/*
 * Scores in a Redis that is not ours: where the exporter puts grades for
 * others to read.  No script, no key of our own.
 */
#ifndef DISPATCH_SCORES_H
#define DISPATCH_SCORES_H

#include "dispatch/dispatch.h"

struct dispatch_score {
	const char *user;
	const char *problem; /* "course/problem" */
	bool has_grade;      /* none any more: the fields are removed */
	double grade;        /* 0..100 */
};

/*
 * HSET user:{user} score GRADE {problem} GRADE for each, in order, in one
 * round trip.
 */
struct err *dispatch_scores(struct dispatch *, struct arena *,
    const struct dispatch_score *, size_t n) _must_check_;

#endif
