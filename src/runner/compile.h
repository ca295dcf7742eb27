/*
 * Compiling in a box: submissions and the programs of packages.
 */
#ifndef RUNNER_COMPILE_H
#define RUNNER_COMPILE_H

#include "base/err.h"
#include "runner/pipeline.h"

struct compile {
	/* Given. */
	const struct grader *grader;
	const char *owner; /* of the box */
	const struct event *cancel;
	const struct package_limits *limits;
	int core;                        /* as in struct box_spec */
	struct quiet *quiet;             /* of it, or NULL */
	const struct language *language; /* NULL: cmd alone knows */
	const struct language_cmd *cmd;
	const struct zip_file *files;
	size_t files_n;
	size_t own_n; /* the first ones, if others were added to them; or 0 */
	const char *entry; /* the file that starts; NULL: by its name */
	const struct workspace *workspace;
	/* Made. */
	struct command_files command_files;
	const char *fault;  /* why it cannot be run, for its author; or NULL */
	const char *output; /* what the compiler printed, or NULL */
};

/*
 * Lays the files out and compiles them.  An error is ours: ERR_UNAVAILABLE if
 * it was cancelled.
 */
struct err *compile_run(struct arena *, struct compile *) _must_check_;

/* Writes the files below a directory. */
struct err *compile_lay_out(struct arena *, const struct zip_file *files,
    size_t n, int dir) _must_check_;
/* Those whose places are not taken there. */
struct err *compile_lay_out_beside(struct arena *, const struct zip_file *files,
    size_t n, int dir) _must_check_;
/*
 * A box has ended in which what was made, and lies in dir, was to run.
 * ERR_UNAVAILABLE if it was cancelled; ERR_INTERNAL if it was not executed and
 * we are to blame.  Its author is if it is there and can be read, and the
 * machine takes it for no program (an ELF file whose interpreter is missing, a
 * script's first line), or it is too large.
 */
struct err *compile_check_run(struct arena *, const char *dir,
    const struct language_cmd *, const struct command_files *,
    const struct box_record *) _must_check_;

/* The details of a step that failed for what the compiler said: JSON. */
const char *compile_details(struct arena *, const char *output);

#endif
