/*
 * Exercises of other systems as packages of ours: a table of converters.
 *
 * A converter reads the source, puts files, and notes everything that it
 * could not carry over: nothing is lost silently.
 */
#ifndef PACKAGE_IMPORT_H
#define PACKAGE_IMPORT_H

#include <stddef.h>

#include "base/err.h"

#define IMPORT_FILES_MAX 20000
#define IMPORT_FILE_BYTES ((size_t)256 << 20)

struct import_file {
	const char *path; /* below the target */
	const void *p;
	size_t n;
	struct import_file *next;
};

struct import_options {
	const char *meta; /* noj: the JSON with the list of tasks; or NULL */
	const char *name; /* the problem's; NULL: as the source says */
};

struct import {
	struct arena *arena;
	struct import_options options;
	const char *source; /* as it was given: for messages */
	int dir;            /* the source, if it is a directory; else -1 */
	struct import_file *files;
	struct import_file **last;
	size_t n;
	/* pointer: where in the source; detail: what was left out, and why. */
	struct faults notes;
};

struct importer {
	const char *name; /* --from NAME */
	const char *help; /* what the source is */
	/* ERR_IMPOSSIBLE, ERR_PACKAGE: it is no such thing. */
	struct err *(*run)(struct import *);
};

/* The end has no name. */
extern const struct importer importers[];

/*
 * Converts a directory or file into the directory target, which is made or
 * empty.  ERR_IMPOSSIBLE: there is no such converter, source or target.
 */
struct err *package_import(struct arena *, const char *from, const char *source,
    const char *target, const struct import_options *,
    const struct import **ret_import) _must_check_;

/* -- for converters -------------------------------------------------------- */

/* What p is must live as long as the arena. */
void import_put(struct import *, const char *path, const void *p, size_t n);
void import_put_text(struct import *, const char *path, const char *text);
void import_note(struct import *, const char *where, const char *fmt, ...)
    _printf_(3, 4);
/* A file of the source; *ret_p NULL: there is none. */
struct err *import_read(struct import *, const char *path, size_t max,
    char **ret_p, size_t *ret_n) _must_check_;
/* A YAML text in single quotes. */
const char *import_quote(struct arena *, const char *text) _must_check_;

/* import_autograder.c, import_inginious.c, import_noj.c */
struct err *import_autograder(struct import *) _must_check_;
struct err *import_inginious(struct import *) _must_check_;
struct err *import_noj(struct import *) _must_check_;

#endif
