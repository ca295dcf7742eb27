/*
 * static_analysis, for its tests.
 */
#ifndef RUNNER_TEMPLATES_STATIC_ANALYSIS_H
#define RUNNER_TEMPLATES_STATIC_ANALYSIS_H

#include "runner/templates/probe.h"

/* Is it one of the words of forbidden_keywords? */
bool static_analysis_knows(const char *keyword);

#endif
