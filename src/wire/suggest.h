/*
 * "did you mean ...?"
 */
#ifndef WIRE_SUGGEST_H
#define WIRE_SUGGEST_H

#include "wire/fields.h"

/*
 * Is the candidate nearer to name than any before, and near enough?  *nearest
 * begins with SUGGEST_START and is lowered.
 */
#define SUGGEST_START 3
bool suggest_is_nearer(const char *name, const char *candidate,
    size_t *nearest);
/* The name in the table that is nearest, or NULL if none is near. */
const char *suggest_member(const struct fields *, const char *name);

#endif
