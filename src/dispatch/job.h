/*
 * How a job becomes arguments of a script (lua/fresh.lua).
 */
#ifndef DISPATCH_JOB_H
#define DISPATCH_JOB_H

#include "dispatch/conn.h"

struct err *job_check(struct arena *, const struct dispatch_job *) _must_check_;
void job_args(struct batch *, const struct dispatch_job *);

#endif
