/*
 * The task-and-case view of a package, for clients that know no groups: one
 * task for each group that has tests itself, in order; whole points that sum
 * to 100.
 */
#ifndef PACKAGE_TASKS_H
#define PACKAGE_TASKS_H

#include "package/package.h"

struct pkg_task {
	size_t group; /* index into the plan's */
	int64_t cases;
	int64_t points;
};

/* *ret_n of them. */
const struct pkg_task *pkg_tasks(struct arena *, const struct package *,
    size_t *ret_n);

#endif
