/*
 * Who is calling.
 */
#ifndef CORE_AUTH_H
#define CORE_AUTH_H

#include <stdbool.h>

#include "core/core.h"
#include "store/course.h"
#include "store/runner.h"
#include "store/user.h"

/* One of the two. */
struct caller {
	const struct user *user;
	bool is_admin; /* as stored, or vouched for by the key */
	const struct runner *runner;
};

/*
 * token may be NULL (none was given).  ERR_UNAUTHENTICATED unless it is good
 * now.  A person is made a user when first seen.
 */
struct err *core_auth_user(const struct core *, struct arena *,
    const char *token, struct caller **ret_caller) _must_check_;
/*
 * ERR_UNAUTHENTICATED also for a runner that was removed or revoked; where
 * it may_lag, as soon as this process was told, at the latest after a second.
 */
struct err *core_auth_runner(const struct core *, struct arena *,
    const char *token, bool may_lag, struct caller **ret_caller) _must_check_;

/* For one whose request outlives the arena it was read into. */
struct caller *core_caller_copy(struct arena *,
    const struct caller *) _must_check_;

/* What an administrator is where he is no member: staff. */
enum member_role core_role(const struct caller *, enum member_role);

#endif
