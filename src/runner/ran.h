/*
 * What the record of a program's run means for who wrote it.
 */
#ifndef RUNNER_RAN_H
#define RUNNER_RAN_H

#include "base/err.h"
#include "runner/pipeline.h"

/* CAUSE_...; 0: it ended as it should. */
unsigned int ran_causes(const struct grading *, const struct box_record *);
/*
 * A program that was built but does not start: too large for its memory, or
 * nothing that the machine can start, is the student's (a cause more); the
 * rest is ours.
 */
struct err *ran_check_started(struct grading *, const struct box_record *,
    unsigned int *causes) _must_check_;
/* For the student, or NULL; says nothing of the test's data. */
const char *ran_describe(struct grading *, enum verdict,
    const struct box_record *);

#endif
