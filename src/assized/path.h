/*
 * Paths and the patterns of the route table.
 */
#ifndef ASSIZED_PATH_H
#define ASSIZED_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/*
 * Does the raw path (not yet decoded) have the parts of the pattern?  Parts
 * written {name} take any one part that is not empty; those go, still raw,
 * to ret_raw in order (at most max).
 */
bool path_match(struct arena *, const char *pattern, const char *path,
    const char **ret_raw, size_t max) _must_check_;
/* Decodes one part: NULL unless it is UTF-8 without NUL or '/'. */
char *path_decode(struct arena *, const char *raw) _must_check_;
/*
 * Has the decoded value the form that the pattern's i-th {name} wants: an id,
 * a slug, a digest?
 */
bool path_is_param(const char *pattern, size_t i,
    const char *value) _must_check_;

#endif
