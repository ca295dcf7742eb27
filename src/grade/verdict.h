/*
 * Verdicts: what they are called, what follows from how a program ended, and
 * what the verdict on a whole submission is.
 */
#ifndef GRADE_VERDICT_H
#define GRADE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum verdict {
#define X(name, code, slug, title, result, status, counts) \
	VERDICT_##name = (code),
#include "grade/verdicts.def"
#undef X
	VERDICT__MAX
};

/* Status of a test that lazy judging did not run; the others are slugs. */
#define VERDICT_SKIPPED "skipped"

enum verdict_counts {
	VERDICT_COUNTS,            /* is an attempt of the student */
	VERDICT_COUNTS_BY_SETTING, /* the problem's settings say */
	VERDICT_COUNTS_NEVER,
};

struct verdict_info {
	enum verdict code;
	const char *slug;   /* "WA" */
	const char *title;  /* "wrong answer" */
	const char *result; /* "success", "failed", "timeout", ... */
	const char *status; /* "done" or "error" */
	enum verdict_counts counts;
};

const struct verdict_info *verdict_info(enum verdict);

/*
 * How an execution ended: a set, because several limits may be passed at
 * once.  Stated by whoever watched or killed, never guessed from a signal.
 */
enum cause {
	CAUSE_OUTPUT = 1u << 0,    /* wrote more than the output limit */
	CAUSE_FILE_SIZE = 1u << 1, /* a file passed the file-size limit */
	CAUSE_WALL = 1u << 2,      /* ran longer than the wall limit */
	CAUSE_CPU = 1u << 3,       /* used more than the CPU limit */
	CAUSE_MEMORY = 1u << 4,    /* the memory limit killed it */
	CAUSE_SIGNAL = 1u << 5,    /* died of a signal of its own */
	CAUSE_EXIT = 1u << 6,      /* exit status other than 0 */
	CAUSE_WRONG = 1u << 7,     /* the output was not accepted */
	CAUSE_INFRA = 1u << 8,     /* our fault: no verdict on the program */
	CAUSE_PROCESSES = 1u << 9, /* died after it was refused a process */
	CAUSE_START = 1u << 10,    /* what was compiled cannot be started */
};

/*
 * The verdict on one execution, by the table in verdict.c: infrastructure,
 * then output, wall, CPU, memory, start, processes, signal, exit status,
 * wrong answer; 0: AC.
 */
enum verdict verdict_of_causes(unsigned int causes);
/* The name of the one that decided: "wall"; NULL for 0. */
const char *verdict_cause_name(unsigned int causes);

/* "success" from the pass mark (0..100) up, else the verdict's own result. */
const char *verdict_result(enum verdict, double grade, double pass_mark);

/* What a teacher's script said: "success", ...; JE for what is unknown. */
enum verdict verdict_of_script(const char *result);

#endif
