/*
 * The languages of this machine: what the files say, and which tools are
 * here.  A tool is asked when somebody first wants it, and again whenever it
 * is another one than before, so that a verdict names what really made it.
 */
#ifndef RUNNER_TOOLS_H
#define RUNNER_TOOLS_H

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"
#include "grade/language.h"
#include "runner/config.h"
#include "runner/language_cmd.h"

#define TOOL_VERSION 256 /* bytes of a version's line */

struct tools {
	const struct language_cmd *cmds[LANGUAGE__MAX]; /* NULL: no file */
	/* By configuration, and because its self-test passed. */
	bool is_served[LANGUAGE__MAX];
	pthread_mutex_t lock; /* of what follows */
	bool is_asked[LANGUAGE__MAX];
	uint64_t mark[LANGUAGE__MAX]; /* of the programs' files */
	char version[LANGUAGE__MAX][TOOL_VERSION];
};

/*
 * Reads the languages' files.  ERR_IMPOSSIBLE says what is wrong with them;
 * ERR_UNAVAILABLE if the configuration names a language that is unknown.
 */
struct err *tools_open(struct arena *, const struct runner_config *,
    struct tools *ret_tools) _must_check_;

/*
 * The first line of the tool's own version; NULL if the language is not
 * served, or its tool is not here.  A copy in the arena.
 */
const char *tools_version(struct tools *, struct arena *,
    const struct language *) _must_check_;

#endif
