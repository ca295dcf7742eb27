/*
 * One job: fetched, graded, sent.
 */
#ifndef RUNNER_JOB_H
#define RUNNER_JOB_H

#include "runner/agent.h"
#include "wire/job.h"

/*
 * Runs the job of a slot that slot_begin_job accepted, to its end, whatever
 * that is: its result was taken, or it was given back, or dropped.  False if
 * the fault was ours.
 */
bool job_run(struct slot *, const struct wire_job *);

/* limits.c: the job's limits over the package's. */
struct err *job_limits(struct arena *, const char *json,
    struct package_limits *) _must_check_;
/* Do they say that laziness is to skip no test? */
struct err *job_all_tests(struct arena *, const char *json,
    bool *ret_all) _must_check_;
/*
 * Are the tests that the server asks for (the snapshot) those of the package,
 * in order?  Else ERR_RESULT_MISMATCH.
 */
struct err *job_check_tests(struct arena *, const char *grading,
    const struct package *) _must_check_;

#endif
