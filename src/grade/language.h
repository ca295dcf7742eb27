/*
 * The languages: one const table, shared by server, runner and command.
 * How to compile and run them is the runner's business.
 */
#ifndef GRADE_LANGUAGE_H
#define GRADE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum language_id { LANGUAGE_C, LANGUAGE_CPP, LANGUAGE_PYTHON3, LANGUAGE__MAX };

struct language {
	enum language_id id;           /* public number */
	const char *name;              /* "cpp": public, in URLs and packages */
	const char *display;           /* "C++" */
	const char *const *extensions; /* without dot, NULL at the end */
	const char *main_file;         /* "main.cpp": a single source's name */
};

/* LANGUAGE__MAX of them, by id. */
extern const struct language languages[];

/* NULL if there is none. */
const struct language *language_by_id(long long id);
const struct language *language_by_name(const char *name);
/* By what stands behind the last dot of a file name or path. */
const struct language *language_of_file(const char *name);
/* Is this a source file of that language? */
bool language_has_file(const struct language *, const char *name);

/*
 * Which of the n names is the file that is compiled first or started: the
 * only source file of the language; else the one called main_file (or
 * __main__.py for Python); else, for C and C++, the first one, because all
 * are compiled together.  ERR_FILES, with text for the student, if there is
 * no source file or it is not clear which one starts.
 */
struct err *language_main_file(struct arena *, const struct language *,
    const char *const *names, size_t n, const char **ret_name) _must_check_;

#endif
