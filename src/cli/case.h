/*
 * Cases as YAML for people to read and change: what "problem check" replays.
 */
#ifndef CLI_CASE_H
#define CLI_CASE_H

#include "base/buf.h"
#include "wire/json.h"

/* A member of the case, on lines of its own: "name: value". */
void case_put(struct buf *, const char *name, const struct json *);
/* The bytes of a file as the value of a key at that column. */
void case_put_bytes(struct buf *, size_t column, const void *, size_t);
/* A text, in quotes. */
void case_put_quoted(struct buf *, const char *);

#endif
