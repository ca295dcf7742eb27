/*
 * May this runner take jobs?  At the start and after a job that failed by our
 * fault it looks whether there is room on the disk, and runs a program in a
 * box and one of each language that it serves.  Until all of it works no slot
 * polls, so that a broken machine does not use up the attempts of what waits,
 * and the heartbeats say what is missing.
 */
#ifndef RUNNER_SELFTEST_H
#define RUNNER_SELFTEST_H

#include "runner/agent.h"

/*
 * Before the first registration: languages whose program does not work are
 * not served.  ERR_UNAVAILABLE if the configuration names such a language, or
 * if none is left; boxes that do not work are a doubt, and no more.
 */
struct err *selftest_begin(struct agent *, struct arena *) _must_check_;
/*
 * From now on the next slot that wants a job must pass the test first.  Until
 * then the heartbeats say why, if it is for a fault of ours.
 */
void selftest_doubt(struct agent *, const struct err *why);
/*
 * True at once if there is no doubt, else the outcome of the test, which one
 * slot at a time runs.  A failure is logged with what is missing.
 */
bool selftest_passes(struct agent *, struct arena *) _must_check_;

/*
 * What the next heartbeat is to say, "" if it passes; false: nothing, since
 * the server was told so of the last test.
 */
bool selftest_fault(struct agent *, struct arena *, const char **ret_fault);
/* The server knows. */
void selftest_told(struct agent *, const char *fault);

#endif
