#include "core/core.h"

struct err *
core_ready(const struct core *c, struct arena *a)
{
	TRY(store_ready(c->store, a));
	if (c->needs_standby)
		TRY(store_standby(c->store, a));
	return dispatch_ready(c->dispatch, a);
}
