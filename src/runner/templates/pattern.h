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

/* NULL if the text is not one piece of code of the language. */
const struct pattern *pattern_new(struct arena *, enum syntax_language,
    const char *text);
/* The first node that it matches, or SYNTAX_NO_NODE. */
uint32_t pattern_find(const struct pattern *, const struct syntax *);

#endif
