#include "core/core.h"

#include "base/log.h"
#include "core/metrics.h"
#include "core/runner_cache.h"
#include "core/seen.h"

#define ARENA_BYTES (64u << 20)

void
core_start(struct core *c)
{
	c->runners = runner_cache_new();
	c->seen = seen_new();
}

void
core_stop(struct core *c)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("end", ARENA_BYTES);
	struct err *e = core_seen_flush(c, a);

	if (e == NULL)
		e = core_metrics_end(c, a);
	if (e != NULL)
		log_err(LOG_WARNING, "last_notes_failed", e);
	seen_free(c->seen);
	runner_cache_free(c->runners);
}

struct err *
core_ready(const struct core *c, struct arena *a)
{
	TRY(store_ready(c->store, a));
	if (c->needs_standby)
		TRY(store_standby(c->store, a));
	return dispatch_ready(c->dispatch, a);
}
