/*
 * The compilers and interpreters of this machine: looked at once.
 */
#ifndef RUNNER_TOOLS_H
#define RUNNER_TOOLS_H

#include <stdbool.h>

#include "base/err.h"
#include "grade/language.h"
#include "runner/config.h"

struct tools {
	/* First line of the tool's own version, by language; NULL: not here. */
	const char *version[LANGUAGE__MAX];
	/* Names of the languages that are served. */
	const char *served[LANGUAGE__MAX];
	size_t served_n;
};

/*
 * Asks every tool.  ERR_UNAVAILABLE if the configuration names a language
 * that is unknown or whose tool is not here, or if none is left.
 */
struct err *tools_find(struct arena *, const struct runner_config *,
    struct tools *ret_tools) _must_check_;

#endif
