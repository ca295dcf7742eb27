/*
 * Submissions on the screen, and waiting for their verdict.
 */
#ifndef CLI_SUBMISSION_H
#define CLI_SUBMISSION_H

#include "cli/cli.h"

/* The document, for people. */
void submission_print(struct arena *, const struct json *document);
/* Its exit status: AC is CLI_OK, JE CLI_UNREACHED, others CLI_REFUSED. */
enum cli_exit submission_exit(const struct json *document);

struct waiting {
	const char *id;
	int64_t timeout_s; /* 0: for ever */
};
/*
 * Asks until the submission is neither waiting nor running, showing on
 * standard error how far it is.  ERR_UNAVAILABLE after the timeout.
 */
struct err *submission_wait(struct cli *, const struct waiting *,
    const struct json **ret_document) _must_check_;

#endif
