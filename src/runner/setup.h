/*
 * The set-up of a submission: files that it must have, commands of the
 * package's author before the tests.
 */
#ifndef RUNNER_SETUP_H
#define RUNNER_SETUP_H

#include "runner/app.h"

/* PRE_FLIGHT of criteria; struct criteria_run says where /app is. */
struct err *criteria_pre_flight(struct grading *) _must_check_;

#endif
