/*
 * A package that is to be checked, as a directory of files, and what its
 * script would find elsewhere.
 */
#ifndef RUNNER_CHECK_OPEN_H
#define RUNNER_CHECK_OPEN_H

#include "base/err.h"
#include "runner/pipeline.h"

/* A directory, or a zip: it is unpacked in the grader's work directory. */
struct err *check_open_package(struct arena *, const struct grader *,
    const char *path, int *ret_dir) _must_check_;
/* *dir becomes a copy in which links are files: nothing follows them. */
struct err *check_open_links(struct arena *, const struct grader *,
    int *dir) _must_check_;
/*
 * The course's files as a zip in a descriptor: a course's directory, as it
 * was imported, holds $common beside its tasks.  Left alone without one.
 */
struct err *check_open_common(struct arena *, const char *path,
    int *ret_fd) _must_check_;
/*
 * A teacher's machine need not have every environment: the package's becomes
 * this machine, with a warning, where it is not here.
 */
void check_find_environment(const struct grader *, struct package *);

#endif
