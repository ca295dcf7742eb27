/*
 * What an author sees of a submission that was graded by criteria: its tree,
 * what to work on, and what the student would read.
 */
#ifndef RUNNER_CHECK_SHOW_H
#define RUNNER_CHECK_SHOW_H

#include "base/arena.h"
#include "wire/json.h"
#include "wire/result.h"

/* On standard output, indented; nothing where the result has no tree. */
void check_show(struct arena *, const struct wire_result *);
/* The same as members of an open object: tree, focus, feedback. */
void check_show_json(struct arena *, struct json_w *,
    const struct wire_result *);

#endif
