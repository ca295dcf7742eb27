/*
 * Submitting, and looking at what was submitted.
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
	const char *code;    /* one source text, without files */
	const char *input;   /* JSON object as text, or NULL */
	const char *locale;  /* "fr", "pt-BR", or NULL */
	const char *key;     /* Idempotency-Key, or NULL */
	int64_t received_ms; /* the web server had the request */
};

struct accepted {
	const char *id;
	bool is_new; /* false: the same key, the same request */
};

/*
 * The gates in order: ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_WINDOW,
 * ERR_ANSWERS, ERR_LANGUAGE, ERR_FILES or ERR_TOO_LARGE, ERR_PENDING, ERR_QUOTA, ERR_RATE;
 * before all of them the key: ERR_KEY_REUSED.  Then the row, then the offer:
 * that Redis does not answer fails no submission.
 */
struct err *core_submission_accept(const struct core *, struct arena *,
    const struct caller *, const struct submit *,
    struct accepted *ret) _must_check_;

/* A submission as its reader may see it. */
struct submission_view {
	const struct submission *row;
	bool sees_all;               /* tutors and up: hidden tests too */
	const char *const *progress; /* while it runs: tests as JSON texts */
	size_t n_progress;
	const char *waiting_reason; /* or NULL */
};

/*
 * The row, and what the caller is in its course.  ERR_NOT_FOUND also where
 * they may not know of it.
 */
struct err *core_submission_find(const struct core *, struct arena *,
    const struct caller *, const char *id, struct submission **ret_row,
    enum member_role *ret_role) _must_check_;
/* ERR_NOT_FOUND as above. */
struct err *core_submission_get(const struct core *, struct arena *,
    const struct caller *, const char *id,
    struct submission_view *ret_view) _must_check_;
/*
 * What those who wait for a change compare: a short text of status and
 * verdict.
 */
const char *core_submission_state(struct arena *, const char *status,
    const char *verdict) _must_check_;
/* The same of many, in order; NULL for one that does not exist. */
struct err *core_submission_states(const struct core *, struct arena *,
    const char *const *ids, size_t n, const char **ret_states) _must_check_;
/* filter's viewer_id and sees_all are filled here. */
struct err *core_submission_list(const struct core *, struct arena *,
    const struct caller *, struct submission_filter *,
    struct submission_list *ret_list) _must_check_;
/* The files as submitted, as a zip.  ERR_NOT_FOUND as above. */
struct err *core_submission_source(const struct core *, struct arena *,
    const struct caller *, const char *id,
    struct store_blob **ret_blob) _must_check_;

#endif
