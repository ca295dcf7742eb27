/*
 * The work directory and the directories of jobs in it.
 *
 * Boxes run under other user ids and see directories of ours through mounts;
 * so the way there must be open (x), but not listable, and the names of the
 * jobs' directories cannot be guessed.
 */
#ifndef RUNNER_WORKSPACE_H
#define RUNNER_WORKSPACE_H

#include "base/err.h"

/*
 * Makes it where it is missing, locks it (ERR_CONFLICT if another runner has
 * it) and removes what a dead one left.  The lock lives with *ret_dir.
 */
struct err *work_open(struct arena *, const char *path,
    int *ret_dir) _must_check_;

struct workspace {
	int work;
	const char *name;      /* NULL: none was made */
	const char *source;    /* path of the submitted files */
	const char *built;     /* path of what the compiler made */
	const char *case_path; /* input and answer, for a validator's box */
	const char *files; /* path of what the program finds where it runs */
	int source_dir;
	int built_dir;
	int case_dir;
	int files_dir;
	int feedback_dir; /* what a validator left; in no box */
};

struct err *workspace_make(struct arena *, int work, const char *work_path,
    struct workspace *ret_workspace) _must_check_;
/* Empties the directory feedback_dir. */
struct err *workspace_clear_feedback(struct arena *,
    struct workspace *) _must_check_;
/* Empties the directory files_dir, without becoming another one. */
struct err *workspace_clear_files(struct arena *,
    struct workspace *) _must_check_;
/*
 * Of a multi-pass problem: what the validator left as nextpass.in becomes the
 * case's input, everything else its directory "feedback".  feedback_dir is
 * empty then.
 */
struct err *workspace_next_pass(struct arena *,
    struct workspace *) _must_check_;
/* Removes everything; for _cleanup_. */
void workspace_remove(struct workspace *);

#endif
