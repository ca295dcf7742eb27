/*
 * Programs of one package, its validators, compiled once and then shared by
 * all jobs that use the package.
 */
#ifndef RUNNER_PROGRAMS_H
#define RUNNER_PROGRAMS_H

#include "base/err.h"
#include "runner/pipeline.h"

struct programs;

struct programs *programs_new(void) _must_check_;
/* Removes what was built; nobody may use it any more.  NULL is fine. */
void programs_free(struct programs *);
/* For _cleanup_. */
void programs_freep(struct programs **);

/* Who builds, and from what. */
struct build {
	const struct grader *grader;
	const char *owner; /* of the box */
	const struct event *cancel;
	const struct package_limits *limits;
	const struct package *package;
	int package_dir;
};

struct built {
	const struct language_cmd *cmd;
	struct command_files files;
	const char *mount;  /* what is to be LANGUAGE_PROGRAM_DIR */
	const char *cwd;    /* where it runs, or NULL: anywhere */
	const char *fault;  /* of its author: it cannot be run; or NULL */
	const char *output; /* of the compiler then, or NULL */
};

/*
 * The built program, valid as long as the programs; who comes while it is
 * built waits.  ERR_UNAVAILABLE if its language is not served here, or if it
 * was cancelled: then the next one tries again.
 */
struct err *programs_get(struct programs *, struct arena *,
    const struct build *, const struct package_program *,
    const struct built **ret_built) _must_check_;

#endif
