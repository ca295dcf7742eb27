/*
 * A package's output validator over outputs that it must accept or refuse.
 */
#ifndef RUNNER_CHECK_OUTPUTS_H
#define RUNNER_CHECK_OUTPUTS_H

#include "base/err.h"
#include "runner/check_inputs.h"

/*
 * Everything in data/valid_output must be accepted, and so must the shown
 * outputs of samples; everything in data/invalid_output be refused.  Prints a
 * line (or an object of the array) for each that is not so, and counts it in
 * *wrong.
 */
struct err *check_outputs(const struct check_inputs *,
    size_t *wrong) _must_check_;

#endif
