/*
 * Programs of ours that run in boxes.
 */
#ifndef RUNNER_HELPER_H
#define RUNNER_HELPER_H

#include "base/err.h"

/*
 * Where it is: beside this program (in a build), or where it was installed.
 * ERR_UNAVAILABLE if it is not.
 */
struct err *helper_find(struct arena *, const char *name,
    const char **ret_path) _must_check_;

#endif
