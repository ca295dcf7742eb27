/*
 * How each language is compiled and run: one table.
 */
#ifndef RUNNER_LANGUAGE_CMD_H
#define RUNNER_LANGUAGE_CMD_H

#include "base/err.h"

/*
 * Inside its box the compiler finds the submitted files in /source and leaves
 * what it makes in /out; the program is run from /program, which is what was
 * made (or, where nothing is made, the submitted files).
 *
 * Words of a command stand for themselves but "{sources}" (every file with an
 * extension of the language, below /source) and "{main}" (the file with the
 * program's start, below /program).
 */
#define LANGUAGE_SOURCE_DIR "/source"
#define LANGUAGE_PROGRAM_DIR "/program"

struct language_cmd {
	const char *language; /* its name in grade/language.h */
	const char *const *compile;
	const char *makes; /* file in /out, or NULL: nothing */
	const char *const *run;
	const char *const *version; /* prints one line that names the tool */
};

extern const struct language_cmd language_cmds[];

/* NULL if there is none. */
const struct language_cmd *language_cmd_find(const char *language);

/*
 * The words with the placeholders filled in, then those of more (or NULL),
 * then NULL.
 */
struct command_files {
	const char *const *sources;
	size_t n;
	const char *main_file;
};
const char **language_cmd_argv(struct arena *, const char *const *words,
    const struct command_files *, const char *const *more) _must_check_;

/*
 * The first line that the version command prints; ERR_UNAVAILABLE if the tool
 * is not there.
 */
struct err *language_cmd_version(struct arena *, const struct language_cmd *,
    const char **ret_line) _must_check_;

#endif
