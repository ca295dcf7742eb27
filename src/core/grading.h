/*
 * The gradings of a submission: what each of them said, what it left behind,
 * and what people think of it.
 */
#ifndef CORE_GRADING_H
#define CORE_GRADING_H

#include "core/auth.h"
#include "store/grading.h"
#include "wire/json.h"
#include "wire/runner.h"

struct grading_view {
	struct grading_history history;
	bool sees_all; /* else without events, runners and provenance */
};
/*
 * Every grading that it had.  Those of a rejudging set that is not applied
 * only who teaches sees.  ERR_NOT_FOUND.
 */
struct err *core_grading_history(const struct core *, struct arena *,
    const struct caller *, const char *submission_id,
    struct grading_view *ret_view) _must_check_;

/*
 * A person's grade beside the machine's; grade NULL takes it back.  For
 * staff.  ERR_NOT_FOUND, ERR_FORBIDDEN; ERR_CONFLICT if it was cancelled.
 */
struct err *core_grading_put(const struct core *, struct arena *,
    const struct caller *, const char *submission_id, const double *grade,
    const char *comment) _must_check_;

/* What one test printed; lives in the arena. */
struct grading_output {
	const struct json *test; /* the member of the result's tests */
	bool sees_all;
};
/*
 * ERR_NOT_FOUND without such a submission, result or test; ERR_FORBIDDEN for
 * a student's look at a hidden test.
 */
struct err *core_grading_output(const struct core *, struct arena *,
    const struct caller *, const char *submission_id, const char *test,
    struct grading_output *ret_output) _must_check_;
struct output_key {
	const char *submission;
	const char *test;
	const char *stream;
};
/*
 * All of one stream ("stdout", "stderr") as bytes: the file "<test>.<stream>"
 * that the runner sent (with ':' for '/'), else what the result has of it.
 * Errors as above, and ERR_REQUEST.
 */
struct err *core_grading_stream(const struct core *, struct arena *,
    const struct caller *, const struct output_key *,
    struct str *ret_bytes) _must_check_;
/* The archive that the result names.  ERR_NOT_FOUND if there is none. */
struct err *core_grading_archive(const struct core *, struct arena *,
    const struct caller *, const char *submission_id, const char **ret_name,
    struct store_blob **ret_blob) _must_check_;

/*
 * The caller, a runner, sends a file of a job that it holds.  The same errors
 * as for a result; ERR_TOO_LARGE for too many.
 */
struct err *core_job_file_put(const struct core *, struct arena *,
    const struct caller *, const struct job_file *) _must_check_;
/*
 * Opens a door into a grading for its submitter; in: "until", and what is
 * shown.  The same errors; ERR_CONFLICT for a second one; ERR_IMPOSSIBLE
 * without one of password and key.
 */
struct err *core_job_ssh_put(const struct core *, struct arena *,
    const struct caller *, const struct job_door *,
    const struct wire_ssh *) _must_check_;

#endif
