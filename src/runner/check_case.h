/*
 * Cases of a package: submissions and what they came to, test/NAME.test, as
 * INGInious and "assize submission export" write them.  docs/cases.md has the
 * format.
 */
#ifndef RUNNER_CHECK_CASE_H
#define RUNNER_CHECK_CASE_H

#include "base/err.h"
#include "runner/pipeline.h"
#include "wire/fields.h"

/*
 * Reads one below dir: what was handed in goes into the job, all of it in the
 * arena.  What is wrong with the case is in the faults, no error.
 */
struct err *check_case_read(struct arena *, int dir, const char *path,
    struct grading_job *, struct faults *,
    const struct json **ret_case) _must_check_;
/*
 * Adds a fault, as /grade or /problems/q1, for all that came out otherwise
 * than the case says.  What it does not say is not compared.
 */
void check_case_compare(const struct json *wanted, const struct wire_result *,
    struct faults *);

#endif
