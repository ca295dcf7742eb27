/*
 * Courses, their members and problems: who may see and change them.
 */
#ifndef CORE_COURSE_H
#define CORE_COURSE_H

#include <stddef.h>

#include "base/str.h"
#include "core/auth.h"
#include "package/package.h"
#include "store/course.h"
#include "store/package.h"
#include "store/problem.h"
#include "store/submission.h"
#include "wire/course.h"
#include "wire/settings.h"

struct core_page {
	const char *after; /* the last name of the page before, or NULL */
	size_t limit;
};

/*
 * The course as the caller has it; ERR_NOT_FOUND where they may not know of
 * it, ERR_FORBIDDEN where they are less than what it takes.
 */
struct err *core_course_enter(const struct core *, struct arena *,
    const struct caller *, const char *slug, enum member_role least,
    struct course **ret_course) _must_check_;
/* ERR_FORBIDDEN unless the caller is an administrator; ERR_CONFLICT. */
struct err *core_course_create(const struct core *, struct arena *,
    const struct caller *, const char *slug, const struct wire_course *,
    struct course **ret_course) _must_check_;
/* Staff.  ERR_NOT_FOUND, ERR_FORBIDDEN. */
struct err *core_course_update(const struct core *, struct arena *,
    const struct caller *, const char *slug, const struct wire_course *,
    struct course **ret_course) _must_check_;
/* ERR_NOT_FOUND also where the caller may not know of it. */
struct err *core_course_get(const struct core *, struct arena *,
    const struct caller *, const char *slug,
    struct course **ret_course) _must_check_;
struct err *core_course_list(const struct core *, struct arena *,
    const struct caller *, const struct core_page *,
    struct course_list *ret_list) _must_check_;

/* Staff. */
struct err *core_member_put(const struct core *, struct arena *,
    const struct caller *, const char *course, const char *user,
    enum member_role) _must_check_;
/* Staff.  ERR_NOT_FOUND if there was none. */
struct err *core_member_delete(const struct core *, struct arena *,
    const struct caller *, const char *course, const char *user) _must_check_;
/* Tutors. */
struct err *core_member_list(const struct core *, struct arena *,
    const struct caller *, const char *course, const struct core_page *,
    struct member_list *ret_list) _must_check_;

/* Staff; makes the problem or changes it. */
struct err *core_problem_put(const struct core *, struct arena *,
    const struct caller *, const struct problem_key *,
    const struct wire_problem *, struct problem **ret_problem) _must_check_;
/* *ret_use: the caller's own. */
struct err *core_problem_get(const struct core *, struct arena *,
    const struct caller *, const struct problem_key *,
    struct problem **ret_problem, struct submission_use *ret_use) _must_check_;
struct err *core_problem_list(const struct core *, struct arena *,
    const struct caller *, const char *course, const struct core_page *,
    struct problem_list *ret_list) _must_check_;

struct core_uploaded {
	const struct store_package *row;
	const struct package *package;
	/* The filter of a set of all that was judged otherwise, and its size. */
	const char *outdated;
	int64_t n_outdated;
};

/*
 * Staff.  The package is checked completely before it becomes the problem's
 * current one: ERR_PACKAGE names every fault.
 */
struct err *core_package_put(const struct core *, struct arena *,
    const struct caller *, const struct problem_key *, struct str zip,
    struct core_uploaded *ret_uploaded) _must_check_;
/* The bytes of one of the problem's versions.  Staff. */
struct err *core_package_get(const struct core *, struct arena *,
    const struct caller *, const struct problem_key *,
    struct store_blob **ret_blob) _must_check_;
/*
 * For NOJ's runners: a problem's data as they take it, and what goes with it.
 * ERR_NOT_FOUND.
 */
struct err *core_testdata_get(const struct core *, struct arena *,
    const struct caller *, int64_t problem_id,
    struct store_testdata **ret_testdata) _must_check_;
struct err *core_testdata_bytes(const struct core *, struct arena *,
    const struct caller *, int64_t problem_id,
    struct store_blob **ret_blob) _must_check_;

#endif
