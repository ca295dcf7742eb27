/*
 * The languages: one const table, shared by server, runner and command, made
 * by build-aux/languages.awk from src/runner/languages.d.  How to compile and
 * run them is the runner's business.
 */
#ifndef GRADE_LANGUAGE_H
#define GRADE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum language_id {
#include "grade/language_ids.h"
	LANGUAGE__MAX
};

/* Which of several source files starts. */
enum language_rule {
	LANGUAGE_IS_TOGETHER, /* all are compiled together */
	LANGUAGE_IS_NAMED,    /* the one that has the name */
	LANGUAGE_IS_CLASS,    /* together; the class with a main() starts */
};

struct language {
	enum language_id id;           /* public number */
	const char *name;              /* "cpp": public, in URLs and packages */
	const char *display;           /* "C++" */
	const char *const *extensions; /* without dot, NULL at the end */
	const char *main_file;         /* "main.cpp": a single source's name */
	const char *main_also;         /* another name that starts, or NULL */
	enum language_rule rule;
};

/* LANGUAGE__MAX of them, by id. */
extern const struct language languages[];

/* NULL if there is none. */
const struct language *language_by_id(long long id);
const struct language *language_by_name(const char *name);
/*
 * By what stands behind the last dot of a file name or path, as it is written
 * or else in any case (".C" is C++, ".CPP" too); the first one where several
 * share it (".py" is Python 3, not PyPy).
 */
const struct language *language_of_file(const char *name);
/* Is this a source file of that language? */
bool language_has_file(const struct language *, const char *name);

/*
 * Which of the n names is the file that is compiled first or started: the
 * only source file of the language; else the one called main_file or
 * main_also, or the only one with the language's first extension; else, where
 * all are compiled together, the first one.
 * ERR_FILES, with text for the student, if there is no source file or it is
 * not clear which one starts.
 */
struct err *language_main_file(struct arena *, const struct language *,
    const char *const *names, size_t n, const char **ret_name) _must_check_;

#endif
