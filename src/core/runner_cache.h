/*
 * Rows of runners by the digest of their token, for half a second: idle runners
 * poll all day, and a poll that finds nothing should cost Postgres nothing,
 * nor should a heartbeat.
 *
 * Only a cache, and only for these: a claim checks the row itself, so that a
 * revoked runner gets no job from it, and its leases were ended when it was
 * revoked, so that nothing of it is renewed.  Who hears that a runner is gone
 * (dispatch/wake.h) says so here.  A table of fixed size: a new row may push out another one.
 */
#ifndef CORE_RUNNER_CACHE_H
#define CORE_RUNNER_CACHE_H

#include <stdbool.h>

#include "base/enc.h"
#include "store/runner.h"

struct runner_cache;

struct runner_cache *runner_cache_new(void);
void runner_cache_free(struct runner_cache *);
/* A copy in the arena, or NULL. */
struct runner *runner_cache_get(struct runner_cache *, struct arena *,
    const unsigned char digest[ENC_SHA256]) _must_check_;
/* Remembers what callers need of the row (runner_copy). */
void runner_cache_put(struct runner_cache *,
    const unsigned char digest[ENC_SHA256], const struct runner *);
void runner_cache_drop(struct runner_cache *, const char *runner_id);

/* What is needed to serve it: not its version, labels and history. */
struct runner *runner_copy(struct arena *, const struct runner *) _must_check_;

#endif
