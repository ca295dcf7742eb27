/*
 * Running a submission's program for a test, and what its end means.
 */
#ifndef RUNNER_TEMPLATES_PROGRAM_H
#define RUNNER_TEMPLATES_PROGRAM_H

#include "runner/app.h"
#include "runner/templates/probe.h"

/*
 * The command of the test's parameter program_command; false (and said) if
 * there is none for the language.
 */
bool program_command(struct probe *, struct app_command *ret_command);
/* Runs it; fills the probe's record with what it took and printed. */
struct err *program_run(struct probe *, struct arena *scratch,
    const struct app_command *, struct box_record *ret_record) _must_check_;
/* Did it end well?  Else score, verdict and report are said. */
bool program_ended_well(struct probe *, const struct box_record *);
/*
 * "\n" for "\r\n" and "\r", no blanks at the ends of lines and of the whole:
 * as is done before outputs are compared.
 */
char *program_normalize(struct arena *, const char *p, size_t n);
/* An arena for one run. */
struct arena *program_arena(const struct probe *) _must_check_;

#endif
