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
/* Time, memory, exit status and signal, as a result has them. */
void ran_measure(struct wire_test *, const struct box_record *);

/* Most that is kept of the outputs of all tests of a job together. */
#define RAN_KEPT_MAX ((size_t)1 << 20)
/*
 * The beginning of what a program printed, as UTF-8: output_kb at most, and as
 * much as there is room for; NULL: nothing.  *cut is set if that is not all.
 */
const char *ran_keep(struct grading *, const struct box_bytes *, bool *cut);
/* For the student, or NULL; says nothing of the test's data. */
const char *ran_describe(struct grading *, enum verdict,
    const struct box_record *);

#endif
