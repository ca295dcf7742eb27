/*
 * Regular expressions of teachers, on what students' programs write: PCRE2,
 * set as near to Python's "re" as it goes (docs/templates.md says where they
 * differ).  The only file that knows PCRE2 is regex.c.
 *
 * The pattern may be clumsy and the text hostile: steps are counted, so that
 * a pair of them that would take for ever ends, on every machine at the same
 * step.
 */
#ifndef GRADE_REGEX_H
#define GRADE_REGEX_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"

#define REGEX_BYTES_MAX 4000
/* Bytes passed over and parts of the pattern tried; about a second's. */
#define REGEX_STEPS_MAX 20000000

enum regex_answer { REGEX_FOUND, REGEX_NOT_FOUND, REGEX_TOO_MUCH };

/* Why it is no pattern: "missing closing parenthesis at byte 3"; or NULL. */
const char *regex_fault(struct arena *, const char *pattern);
/*
 * Is the pattern somewhere in the text (UTF-8)?  A pattern with a fault is
 * found nowhere.
 */
enum regex_answer regex_search(const char *pattern, const char *text,
    size_t n) _must_check_;

#endif
