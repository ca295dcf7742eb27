/*
 * assize-runner --check and --doctor.
 */
#ifndef RUNNER_CHECK_H
#define RUNNER_CHECK_H

#include <stdbool.h>

#include "base/err.h"
#include "runner/pipeline.h"

/*
 * Grades the package's own submissions (a directory or a zip) through the
 * pipeline and prints what came out beside what was expected.
 * *ret_ok: everything was as expected.
 */
struct err *check_package(struct arena *, const struct grader *,
    const char *path, bool json, bool *ret_ok) _must_check_;

/*
 * Looks at what a runner needs of this machine, and at which languages work
 * in its boxes; prints a table.  open_grader is called if boxes work.
 */
struct doctor {
	const struct runner_config *config;
	struct err *(*open_grader)(void *arg, struct arena *,
	    const struct grader **ret_grader);
	void *arg;
	bool json;
};
struct err *doctor(struct arena *, const struct doctor *,
    bool *ret_ok) _must_check_;

#endif
