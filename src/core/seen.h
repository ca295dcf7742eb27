/*
 * Runners that were heard of, noted in this process and written by all at
 * once a second, to Postgres (runner_seen) and Redis (who serves what): a
 * heartbeat then costs neither of them a write of its own.
 *
 * A runner counts as alive for three intervals and two seconds at least, so
 * that a second is not missed.  What a killed process had noted is made up
 * for by the next heartbeat, like one that was lost on the way.
 */
#ifndef CORE_SEEN_H
#define CORE_SEEN_H

#include "core/core.h"
#include "store/runner.h"

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *);
/* It is alive now.  Writes at once what is noted, where that is too much. */
struct err *core_seen_note(const struct core *, struct arena *,
    const struct runner *) _must_check_;
/*
 * Writes what was noted; after a failure it is noted still.  Who is not
 * active any more serves nothing, whatever it was when it was noted.
 */
struct err *core_seen_flush(const struct core *, struct arena *) _must_check_;

#endif
