/*
 * /app: where the programs of a submission find its files, may write, and are
 * run; for methods whose commands the package's author writes.
 *
 * Every command has a box of its own, from a pool of prepared ones, with a
 * copy of the files as the set-up left them: what one command leaves behind
 * is seen by another only where that is wanted (app_command.keeps).
 */
#ifndef RUNNER_APP_H
#define RUNNER_APP_H

#include "package/setup.h"
#include "runner/pipeline.h"

#define APP_DIR "/app"
/* In boxes of the template api. */
#define API_PROBE "/assize-probe"

struct app_limits {
	int64_t cpu_ms;
	int64_t wall_ms;
	int64_t memory_kb;
};

struct app_command {
	const char *command;
	bool by_shell;           /* else it is only cut into words */
	const char *const *argv; /* instead of command; or NULL */
	const char *input;       /* standard input, or NULL */
	size_t input_n;
	struct app_limits limits; /* 0: the job's */
	size_t out_max; /* of its output that is kept; 0: the job's limit */
	bool keeps;     /* what it leaves in /app is there for the next */
	bool collects;  /* what it leaves is in struct app's left_dir */
};

struct app {
	struct grading *grading;
	int dir;                  /* the files as they are now */
	size_t dirs;              /* how many were made */
	int left_dir;             /* what the last that collected left; or -1 */
	struct box_mount *mounts; /* assets, programs of ours */
	size_t mounts_n, mounts_cap;
};

/* Lays the submitted files out; *app ends with the grading's arena. */
struct err *app_open(struct grading *, struct app **ret_app) _must_check_;
/* The package's files that programs may read, from now on. */
struct err *app_take_assets(struct app *, const struct setup *) _must_check_;
/* A file of ours that programs may run, from now on. */
void app_mount(struct app *, const char *host, const char *dest);
/* A new directory in /app; ERR_INTERNAL if it is there. */
struct err *app_make_dir(struct app *, const char *name,
    int *ret_dir) _must_check_;
/* Begins to build boxes for it in the background. */
void app_prepare(const struct app *);
/*
 * Runs it in /app.  The record's memory is the arena's.  ERR_UNAVAILABLE if
 * it was cancelled.
 */
struct err *app_run(struct app *, struct arena *, const struct app_command *,
    struct box_record *ret_record) _must_check_;
/*
 * The command as words: blanks part them, quotes and backslashes as a shell
 * has them.  NULL if a quote is not closed.
 */
const char *const *app_words(struct arena *, const char *command);

#endif
