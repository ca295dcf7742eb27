#include "dispatch/rate.h"

#include <assert.h>

#include "dispatch/conn.h"

struct err *
dispatch_rate_take(struct dispatch *d, struct arena *a, const char *key,
    int64_t amount, int64_t period_ms, int64_t *ret_wait_ms)
{
	_cleanup_(batch_done) struct batch b;

	assert(amount > 0 && period_ms > 0);
	batch_init(&b, a);
	batch_script(&b, SCRIPT_RATE, 1);
	batch_key(&b, "rate:%s", key);
	batch_int(&b, amount);
	batch_int(&b, period_ms);
	TRY(batch_run(d, &b));
	*ret_wait_ms = reply_int(b.replies[0]);
	return NULL;
}
