/*
 * Grading one submission: the steps of the pipeline, as a table, over one
 * struct grading.
 *
 * A step that finds a fault of the student's (it does not compile) fails: the
 * execution is "failed", the verdict stands, and only the steps that report
 * still take part.  A struct err of a step is a fault of ours: the execution
 * is interrupted, there is no result, the job goes back.  Steps whose failure
 * must not cost a computed grade are marked so in the table.
 */
#ifndef RUNNER_PIPELINE_H
#define RUNNER_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "box/box.h"
#include "grade/judge.h"
#include "grade/language.h"
#include "package/package.h"
#include "runner/config.h"
#include "runner/event.h"
#include "runner/language_cmd.h"
#include "runner/tools.h"
#include "runner/workspace.h"
#include "wire/result.h"

/* What a process has once; read by all slots. */
struct grader {
	const struct runner_config *config;
	struct box_host *boxes;
	struct tools *tools;
	const struct environments *environments;
	struct model *model;
	int work; /* directory of the workspaces */
};

struct door_teller;
struct programs;
struct quiet;

/* What is to be graded. */
struct grading_job {
	const char *owner; /* of the boxes: the job's id */
	const struct package *package;
	int package_dir;
	struct programs *programs;       /* built ones of the package */
	struct quiz_html *html;          /* of its quiz's texts, or NULL */
	const char *package_digest;      /* or NULL */
	struct package_limits limits;    /* in force */
	const struct language *language; /* NULL: none was said */
	const struct zip_file *files;
	size_t files_n;
	const char *source_digest;       /* or NULL */
	const char *input;               /* answers, a JSON object, or NULL */
	const char *locale;              /* "fr", "pt-BR", or NULL */
	const char *state;               /* of the register; "" at first */
	bool network;                    /* its script may reach one */
	bool is_debug;                   /* a session instead of its script */
	const struct door_teller *doors; /* NULL: no doors are opened */
	int common; /* n: the course's files are the zip in fd n - 1; 0: none */
	const struct event *cancel;
	bool all_tests;      /* laziness skips none */
	double time_slack;   /* runs on until so many limits; 0: the usual */
	const char *entry;   /* the file that starts, or NULL: by its name */
	int core;            /* as in struct box_spec */
	struct quiet *quiet; /* of that processor; NULL: nobody else runs */
	/* Called after each test; from counts up.  May be NULL. */
	void (*progress)(void *arg, const struct wire_test *, size_t from,
	    size_t n);
	void *progress_arg;
	struct str *ret_archive; /* gets what result->archive names; or NULL */
	const char **ret_blamed; /* gets struct grading's blamed; or NULL */
};

/* A test that was run again, since it passed the time limit by little. */
struct second_run {
	size_t test;
	int64_t first_ms, second_ms;
	enum verdict verdict; /* of the second */
	struct second_run *next;
};

enum step_status { STEP_SUCCESS, STEP_FAIL, STEP_INTERRUPTED };

struct step_record {
	const char *name;
	enum step_status status;
	const char *message; /* or NULL */
	const char *error;   /* details, a JSON object; or NULL */
	int64_t ms;
	struct step_record *next;
};

enum execution {
	EXECUTION_EMPTY,
	EXECUTION_RUNNING,
	EXECUTION_SUCCESS,
	EXECUTION_FAILED,
	EXECUTION_INTERRUPTED,
};

struct template;
struct method;

/* One grading while it goes on; steps read and fill it. */
struct grading {
	struct arena *arena;
	const struct grader *grader;
	const struct grading_job *job;
	int64_t started_ms; /* monotonic */
	enum execution execution;
	struct step_record *records;
	struct step_record **last_record;
	size_t steps_planned; /* that take part, run or not */
	const char *message;  /* of the present step, beside its usual one */
	const char *failure;  /* of the present step; NULL: none */
	const char *failure_details;

	const struct template **templates; /* LOAD_TEMPLATE; NULL at the end */
	const struct method *method;
	const struct language_cmd *cmd;
	const char *tool;                   /* its version */
	struct grading_job scaled;          /* with the language's limits */
	int64_t memory_kb;                  /* the problem's own limit */
	void *run;                          /* BUILD_TREE: the method's own */
	struct judge *judge;                /* BUILD_TREE, judged */
	struct workspace workspace;         /* SANDBOX */
	struct command_files command_files; /* PRE_FLIGHT */
	struct wire_compile *compile;
	/* All must accept; none: the default one. */
	const struct built **validators;
	size_t validators_n;
	size_t validator;                     /* which of them is asked now */
	const struct built *static_validator; /* or NULL */
	const struct built *group_grader;     /* of custom groups, or NULL */
	/* Which kind of score the output, the static validator leaves. */
	const char *score_file[2];
	bool has_files;          /* the program finds files where it runs */
	bool finds_own;          /* among them what was submitted */
	struct wire_test *tests; /* GRADE, in package order */
	size_t pass;             /* of the present test, from 0 */
	size_t tests_n;
	size_t kept_bytes; /* of programs' output in tests[] */
	/* Is there a verdict?  The tree is NULL where a method has none. */
	bool is_judged;
	struct judge_result judged;
	/* What a method adds: state, archive, custom, problems, tags, ... */
	struct wire_result more;
	const char *archive; /* its bytes; NULL: there is none */
	size_t archive_n;
	/* The package's fault, for staff: the verdict is JE; or NULL. */
	const char *blamed;
	struct second_run *seconds;  /* judge_case.c; the last one first */
	const char *focus;           /* FOCUS: JSON */
	const char *feedback;        /* FEEDBACK: Markdown */
	const char *feedback_report; /* the same as JSON, or NULL */
	const char *model; /* AI_BATCH: its record, as JSON; or NULL */
};

struct step {
	const char *name;
	/* By configuration; NULL: always. */
	bool (*takes_part)(const struct grading *);
	struct err *(*run)(struct grading *);
	unsigned int flags;
	const char *done; /* what its record says; NULL: nothing */
};
#define STEP_AFTER_FAILURE 1u /* also when an earlier step failed */
#define STEP_OPTIONAL 2u      /* its error is recorded and no more */

/* In order; the end has no name. */
extern const struct step pipeline_steps[];

/* What everybody may read of a package that cannot judge. */
#define BLAMED_FOR_ALL "the problem's own programs failed"

/*
 * Marks the present step as failed: the student's fault, not an error.  The
 * details are a JSON object, or NULL.
 */
void grading_fail(struct grading *, const char *details, const char *fmt, ...)
    _printf_(3, 4);

/*
 * Runs the steps.  The result lives in the arena.  ERR_UNAVAILABLE if it was
 * cancelled; any other error: interrupted, by a fault of ours.  Nothing of
 * it is left on the disk or running, whatever happened.
 */
struct err *pipeline_run(const struct grader *, struct arena *,
    const struct grading_job *, struct wire_result **ret_result) _must_check_;

/* result.c: the result of a grading that ended. */
struct err *grading_result(struct grading *,
    struct wire_result **ret_result) _must_check_;

#endif
