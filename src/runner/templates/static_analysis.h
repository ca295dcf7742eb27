/*
 * What the functions that look at programs share.
 */
#ifndef RUNNER_TEMPLATES_STATIC_ANALYSIS_H
#define RUNNER_TEMPLATES_STATIC_ANALYSIS_H

#include "runner/templates/probe.h"
#include "runner/templates/syntax.h"

/*
 * A file of the submission as a tree, parsed once; NULL if it is in no
 * language that is known by its name, or too large.  ERR_UNAVAILABLE if this
 * runner was built without the grammars.
 */
struct err *probe_syntax(struct probe *, size_t file,
    const struct syntax **ret_syntax) _must_check_;
/* Is it one of the words of forbidden_keywords? */
bool static_analysis_knows(const char *keyword);

#endif
