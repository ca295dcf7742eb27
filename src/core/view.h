/*
 * Looking at what was submitted, as far as the caller may.
 */
#ifndef CORE_VIEW_H
#define CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/auth.h"
#include "store/document.h"

/* A submission as its reader may see it. */
struct submission_view {
	const struct submission *row;
	bool sees_all;               /* tutors and up: hidden tests too */
	const char *const *progress; /* while it runs: tests as JSON texts */
	size_t n_progress;
	/* While it waits: */
	const char *waiting_reason; /* or NULL */
	int64_t position;           /* in its queue, from 1; 0: not known */
	int64_t expected_s;         /* until it is taken; -1: not known */
	/* Changes with all of this: what those who wait compare. */
	const char *version;
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
 * The versions of many as they are now, in order; NULL for one that does not
 * exist.
 */
struct err *core_submission_versions(const struct core *, struct arena *,
    const char *const *ids, size_t n, const char **ret_versions) _must_check_;
/* filter's viewer_id and sees_all are filled here. */
struct err *core_submission_list(const struct core *, struct arena *,
    const struct caller *, struct submission_filter *,
    struct submission_list *ret_list) _must_check_;
/* The files as submitted, as a zip.  ERR_NOT_FOUND as above. */
struct err *core_submission_source(const struct core *, struct arena *,
    const struct caller *, const char *id,
    struct store_blob **ret_blob) _must_check_;

#endif
