/*
 * The syntax trees that the tests of a submission look at: asked for all at
 * once, because who makes them (assize-syntax) runs in a box.
 */
#ifndef RUNNER_TEMPLATES_STRUCTURE_H
#define RUNNER_TEMPLATES_STRUCTURE_H

#include "runner/templates/pattern.h"
#include "runner/templates/probe.h"

/* Of all files together; others "could not be analyzed". */
#define STRUCTURE_BYTES_MAX ((size_t)2 << 20)

/* The request for the files and for the patterns of the tests. */
void structure_ask(struct parsed *, const struct criteria *,
    const char *language, struct buf *request);
/* The answer, whatever it is. */
void structure_take(struct parsed *, struct str answer);

/*
 * A file of the submission as a tree; NULL if it is in no language that is
 * known by its name, or could not be parsed.
 */
const struct syntax *structure_file(const struct probe *, size_t file);
/* A rule's pattern in a language, or NULL. */
const struct pattern *structure_pattern(const struct probe *,
    enum syntax_language, const char *text);

#endif
