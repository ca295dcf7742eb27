/*
 * A package's input validators over its inputs.
 */
#ifndef RUNNER_CHECK_INPUTS_H
#define RUNNER_CHECK_INPUTS_H

#include "base/err.h"
#include "runner/pipeline.h"
#include "wire/json.h"

struct check_inputs {
	struct arena *arena;
	const struct grader *grader;
	const struct package *package;
	int dir;
	struct programs *programs;
	const struct event *never;   /* nobody cancels */
	struct json_w *json;         /* NULL: lines */
	struct workspace *workspace; /* while it goes on */
};

/*
 * Every test's input must be accepted by all of them, everything in
 * data/invalid_input be refused by one.  Prints a line (or an object of the
 * array) for each that is not so, and counts it in *wrong.
 */
struct err *check_inputs(struct check_inputs *, size_t *wrong) _must_check_;

#endif
