/*
 * Runners come, say that they are alive, and go.
 */
#ifndef CORE_RUNNER_H
#define CORE_RUNNER_H

#include <stdbool.h>

#include "core/auth.h"
#include "dispatch/runner.h"
#include "wire/runner.h"

/* Longest poll that is promised to runners. */
#define CORE_WAIT_MAX_S 30

/*
 * ERR_UNAUTHENTICATED unless the secret is right (always, where none is
 * configured).  An explicit name again takes the old runner's place.
 */
struct err *core_runner_register(const struct core *, struct arena *,
    const struct wire_register *, const char *ip,
    struct wire_registered *ret_registered) _must_check_;
/* Its token ends; what it holds is ready again at once. */
struct err *core_runner_remove(const struct core *, struct arena *,
    const struct caller *) _must_check_;
/*
 * Renews leases by the rules 11 and 12.  *ret_commands is filled as far as
 * there is something to say.
 */
struct err *core_heartbeat(const struct core *, struct arena *,
    const struct caller *, const struct wire_heartbeat *,
    struct wire_commands *ret_commands) _must_check_;

/* What a runner held goes back, one by one; refund: at nobody's charge. */
struct err *core_runner_release_all(const struct core *, struct arena *,
    const struct runner_leases *, const char *reason, bool refund) _must_check_;
/* How long a lease of this runner lasts without renewal. */
int64_t core_lease_ms(const struct core *, const struct runner *);
/* How long it counts as alive after it was heard of: two missed beats. */
int64_t core_alive_ms(const struct runner *);
/* Was it heard of lately, as often as it said? */
bool core_runner_is_alive(const struct runner *);
/* Is that the secret that lets a runner register?  ERR_UNAUTHENTICATED. */
struct err *core_runner_secret(const struct core *, struct arena *,
    const char *given) _must_check_;
/*
 * The languages of runners that announce none, from text in which blanks or
 * commas divide them: names, or CORE_NO_LANGUAGE.  ERR_REQUEST for another.
 */
struct err *core_runner_languages(struct arena *, const char *text,
    const char *const **ret_languages, size_t *ret_n) _must_check_;
/* A runner that is drained or set aside keeps its token and gets no jobs. */
bool core_runner_takes_jobs(const struct runner *);
/* What it serves; languages none announced means all. */
struct dispatch_want core_runner_want(const struct core *, struct arena *,
    const struct runner *);

#endif
