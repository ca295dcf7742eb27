#include "core/operate.h"

#include <string.h>

#include "base/log.h"
#include "core/runner.h"
#include "core/runner_cache.h"
#include "dispatch/runner.h"
#include "dispatch/wake.h"

struct err *
core_runner_get(const struct core *c, struct arena *a, const char *id,
    struct runner **ret_runner)
{
	struct runner *r;

	TRY(store_runner_get(c->store, a, id, &r));
	if (r == NULL || strcmp(r->state, "removed") == 0 ||
	    strcmp(r->state, "revoked") == 0)
		return ERR(a, ERR_NOT_FOUND, "no such runner");
	*ret_runner = r;
	return NULL;
}

struct err *
core_runner_list(const struct core *c, struct arena *a, const char *after,
    size_t limit, struct runner_list *ret_list)
{
	return store_runner_list(c->store, a, after, limit, ret_list);
}

/* Every process hears of it; if not, what they remember ends by itself. */
static void
forget(const struct core *c, struct arena *a, const struct runner *r)
{
	struct dispatch_want want = core_runner_want(c, a, r);
	struct err *e;

	want.n_pools = r->pools_n;
	runner_cache_drop(c->runners, r->id);
	e = dispatch_runner_gone(c->dispatch, a, &want);
	if (e == NULL)
		e = dispatch_tell_gone(c->dispatch, a, r->id);
	if (e != NULL)
		log_err(LOG_WARNING, "runner_gone_untold", e);
}

struct err *
core_runner_drain(const struct core *c, struct arena *a, const char *id)
{
	struct runner *r;
	bool was;

	TRY(core_runner_get(c, a, id, &r));
	TRY(store_runner_drain(c->store, a, id, true, &was));
	forget(c, a, r);
	return NULL;
}

struct err *
core_runner_revoke(const struct core *c, struct arena *a, const char *id)
{
	struct runner_leases leases;
	struct runner *r;
	bool was;

	TRY(core_runner_get(c, a, id, &r));
	TRY(store_runner_end(c->store, a, id, RUNNER_REVOKED, &was, &leases));
	forget(c, a, r);
	return core_runner_release_all(c, a, &leases, "revoked", true);
}
