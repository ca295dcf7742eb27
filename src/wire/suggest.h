/*
 * "did you mean ...?"
 */
#ifndef WIRE_SUGGEST_H
#define WIRE_SUGGEST_H

#include "wire/fields.h"

/* The name in the table that is nearest, or NULL if none is near. */
const char *suggest_member(const struct fields *, const char *name);

#endif
