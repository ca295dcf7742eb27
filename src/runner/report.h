/*
 * Where errors of a job end: one log line, and the job goes back.
 */
#ifndef RUNNER_REPORT_H
#define RUNNER_REPORT_H

#include "base/err.h"
#include "runner/agent.h"

/* How far the job had come. */
enum phase { PHASE_PREPARE, PHASE_GRADE, PHASE_SEND };

/*
 * Ends an error: by its phase and by why the slot's job was cancelled, the
 * job is given back with a reason, or (the server cancelled it) dropped.
 */
void report_failure(struct slot *, const struct claim *, enum phase,
    const struct err *);
/*
 * Gives the job back.  Tried for a while; if it cannot be said, the lease
 * ends by itself.
 */
void report_abort(struct slot *, const struct claim *, const char *reason);

#endif
