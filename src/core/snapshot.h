/*
 * The snapshot that a job was made with: what its package wants, as
 * package_grading_json wrote it when the package was uploaded.
 */
#ifndef CORE_SNAPSHOT_H
#define CORE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/problem.h"
#include "wire/job.h"

/* Of one package. */
#define SNAPSHOT_TESTS_MAX 10000
/* A week: longer no job lives. */
#define SNAPSHOT_BUDGET_MAX_S 604800

struct snapshot_test {
	const char *path;
	const char *name;
	const char *group;
	double weight;
	bool hidden;
	size_t task; /* which of the tasks has it as a case */
};

struct snapshot {
	struct snapshot_test *tests; /* in order */
	size_t n_tests;
	const struct wire_job_task *tasks; /* the same tests by group */
	size_t n_tasks;
	const char *const *languages;
	size_t n_languages;
	const char *template; /* "input_output" */
	bool is_judged;       /* the tests say the verdict */
	const char *quiz;     /* JSON: what is asked (grade/quiz.h), or NULL */
	const char *pool;     /* whose runners grade it; NULL: the problem's */
	bool is_scoring;
	const char *limits; /* JSON object */
	int64_t wall_ms;    /* of one test */
	int64_t compile_ms;
	int64_t validation_ms;
	int64_t validators; /* of each pass */
	int64_t passes;     /* of one test, at most */
	int64_t code_kb;
};

/*
 * Reads the text that is in the store.  ERR_INTERNAL if it is not what this
 * program writes.
 */
struct err *snapshot_read(struct arena *, const char *grading,
    struct snapshot **ret_snapshot) _must_check_;
/* Of a problem that has a package, with the limits that stand over it. */
struct err *snapshot_of(struct arena *, const struct problem *,
    struct snapshot **ret_snapshot) _must_check_;
/* The longest honest grading, in seconds; at most SNAPSHOT_BUDGET_MAX_S. */
int64_t snapshot_budget_s(const struct snapshot *);
/* The pool of its jobs; problem_pool is the problem's setting. */
const char *snapshot_pool(const struct snapshot *, const char *problem_pool);
/* Only people grade it (template manual). */
bool snapshot_is_manual(const struct snapshot *);
bool snapshot_takes_language(const struct snapshot *, const char *language);

#endif
