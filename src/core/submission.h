/*
 * Submitting; core/view.h is about looking at what was submitted.
 */
#ifndef CORE_SUBMISSION_H
#define CORE_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/auth.h"
#include "package/zip.h"
#include "store/submission.h"

struct submit {
	const char *course;
	const char *problem;
	const char *language; /* or NULL: by the files' names */
	const struct zip_file *files;
	size_t n_files;
	const char *const *fields; /* of a form, beside files; or NULL */
	const char *code;          /* one source text, without files */
	const char *input;         /* JSON object as text, or NULL */
	const char *locale;        /* "fr", "pt-BR", or NULL */
	const char *group;         /* name of the team, or NULL: the caller's */
	const char *debug;         /* "ssh": a session instead; or NULL */
	const char *key;           /* Idempotency-Key, or NULL */
	bool is_all;               /* every test is run; for staff */
	int64_t received_ms;       /* the web server had the request */
};

struct accepted {
	const char *id;
	bool is_new; /* false: the same key, the same request */
};

/*
 * Through the gates (core/gate.h), then the row, then the offer: that Redis
 * does not answer fails no submission.  Besides their errors: ERR_ANSWERS, ERR_LANGUAGE,
 * ERR_FILES, ERR_TOO_LARGE, ERR_CONFLICT without a package.
 */
struct err *core_submission_accept(const struct core *, struct arena *,
    const struct caller *, const struct submit *,
    struct accepted *ret) _must_check_;

#endif
