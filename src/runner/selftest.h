/*
 * May this runner take jobs?  After a job that failed by our fault, and at the
 * start, a program is run in a box; until that works no slot polls, so that a
 * broken machine does not use up the attempts of what waits.
 */
#ifndef RUNNER_SELFTEST_H
#define RUNNER_SELFTEST_H

#include "runner/agent.h"

/* From now on the next slot that wants a job must pass the test first. */
void selftest_doubt(struct agent *);
/*
 * True at once if there is no doubt, else the outcome of the test, which one
 * slot at a time runs.  A failure is logged with what is missing.
 */
bool selftest_passes(struct agent *, struct arena *) _must_check_;

#endif
