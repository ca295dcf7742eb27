/*
 * The examination of a language: its seven programs of languages.d are
 * compiled, run and judged as submissions are, in boxes.
 */
#ifndef RUNNER_EXAM_H
#define RUNNER_EXAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "runner/pipeline.h"

struct exam {
	const struct language *language;
	const char *version; /* NULL: its tool is not here */
	struct {
		bool is_run;
		bool ok;
		enum verdict verdict;
		int64_t time_ms;
		int64_t memory_kb;
	} programs[PROGRAM__MAX];
	/* The first that went wrong, and how; NULL: it works. */
	const char *fault;
};

#define EXAM_HELLO (1u << PROGRAM_HELLO)
#define EXAM_ALL ((1u << PROGRAM__MAX) - 1)

/*
 * Runs the programs of the set that the language has; the examination lives
 * in the arena.  An error is ours: boxes that fail, no room on the disk.
 */
struct err *exam_run(struct arena *, const struct grader *,
    const struct language *, unsigned int programs,
    struct exam *ret_exam) _must_check_;

/* All programs of the named languages (n 0: of all); prints a table. */
struct err *exam_table(struct arena *, const struct grader *,
    const char *const *names, size_t n, bool json, bool *ret_ok) _must_check_;

#endif
