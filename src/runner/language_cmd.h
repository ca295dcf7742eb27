/*
 * How each language is compiled and run: what a file of languages.d says.
 */
#ifndef RUNNER_LANGUAGE_CMD_H
#define RUNNER_LANGUAGE_CMD_H

#include <stdint.h>

#include "base/err.h"
#include "box/box.h"
#include "grade/language.h"
#include "package/package.h"

/*
 * Inside its box the compiler finds the submitted files in /source and leaves
 * what it makes in /out; the program is run from /program, which is what was
 * made (or, where nothing is made, the submitted files).
 */
#define LANGUAGE_SOURCE_DIR "/source"
#define LANGUAGE_PROGRAM_DIR "/program"

/* Programs that a language must pass to count as one. */
enum language_program {
	PROGRAM_HELLO, /* prints "Hello, World!" */
	PROGRAM_FAST,  /* the sum of many numbers */
	PROGRAM_AC,    /* of few */
	PROGRAM_CE,
	PROGRAM_RE,
	PROGRAM_TLE,
	PROGRAM_MLE,
	PROGRAM__MAX
};
extern const char *const language_program_names[PROGRAM__MAX];

/* Lists end with NULL; one that is absent is empty but where that is said. */
struct language_cmd {
	const struct language *language;
	const char *const *compile; /* NULL: nothing to do */
	const char *makes;          /* file in /out, or NULL: nothing */
	const char *const *run;
	const char *const *environment;
	const char *const *binds;   /* directories that the boxes see */
	const char *const *version; /* prints one line that names the tool */
	const char *const *packages;
	double time_factor;
	double memory_factor;
	int64_t memory_add_kb;
	int64_t processes_add;
	/* How it ends if its heap is full; 0: the box sees it. */
	int64_t oom_exit;
	int64_t oom_signal;
	const char
	    *oom_text; /* what it says then, on standard error; or NULL */
	const char *programs[PROGRAM__MAX]; /* NULL: there is none such */
	/* Its input where numbers alone are none; or NULL. */
	const char *input_first;
	const char *input_each;
	const char *input_last;
};

/*
 * Reads NAME.yaml of each language: from dir, or, if there is no such
 * directory, as they were when this was built.  A language without a file is
 * NULL.  ret_cmds has LANGUAGE__MAX places.  ERR_IMPOSSIBLE lists what is
 * wrong with the files.
 */
struct err *language_cmds_load(struct arena *, const char *dir,
    const struct language_cmd **ret_cmds) _must_check_;

/* What the placeholders of a command stand for: languages.d/README.md. */
struct command_files {
	const char *const *sources;
	size_t n;
	const char *main_file;
	const char *main_class; /* "a.b.Main"; NULL: languages without */
	int64_t memory_kb;      /* of the problem */
};

/*
 * The words with the placeholders filled in, then those of more (or NULL),
 * then NULL.
 */
const char **language_cmd_argv(struct arena *, const char *const *words,
    const struct command_files *, const char *const *more) _must_check_;
/* Its environment after those words of ours (NULL at the end). */
const char **language_cmd_env(struct arena *, const struct language_cmd *,
    const struct command_files *, const char *const *ours) _must_check_;
/* One word with the placeholders filled in. */
const char *language_cmd_word(struct arena *, const char *word,
    const struct command_files *) _must_check_;
/* The mounts with the language's own behind them; *n counts them. */
const struct box_mount *language_cmd_mounts(struct arena *,
    const struct language_cmd *, const struct box_mount *mounts,
    size_t *n) _must_check_;

/* The problem's limits for programs of this language. */
struct package_limits language_cmd_limits(const struct language_cmd *,
    const struct package_limits *);
/*
 * Did its run-time end because its own heap, which is the problem's limit,
 * was full?  It says so by its status; it must have used most of it, or say
 * that it was asked for too much.
 */
bool language_cmd_is_oom(const struct language_cmd *, const struct box_record *,
    int64_t memory_kb);

/*
 * The first line that the version command prints; ERR_UNAVAILABLE if the tool
 * is not there.
 */
struct err *language_cmd_version(struct arena *, const struct language_cmd *,
    const char **ret_line) _must_check_;

#endif
