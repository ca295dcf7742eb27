/*
 * Patterns of syntax trees in the manner of ast-grep: code with holes.
 *
 *	eval($$$)			$$$ is any number of nodes
 *	for ($A of $B) $C		$A is one node; the same name is the
 *					same text everywhere
 */
#ifndef RUNNER_TEMPLATES_PATTERN_H
#define RUNNER_TEMPLATES_PATTERN_H

#include "runner/templates/syntax.h"

struct pattern;

/* The pattern as code, its holes filled with names; NULL if it is too long. */
const char *pattern_code(struct arena *, const char *text);
/*
 * From the tree of that code, which must live as long; NULL (also for NULL) if
 * it is not one piece of code.
 */
const struct pattern *pattern_new(struct arena *, const struct syntax *);
/* The first node that it matches, or SYNTAX_NO_NODE. */
uint32_t pattern_find(const struct pattern *, const struct syntax *);

#endif
