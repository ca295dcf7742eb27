#include "assized/app.h"
#include "assized/h.h"
#include "core/metrics.h"

#define METRICS_BYTES (1u << 20)

struct err *
h_health(struct req *r)
{
	struct reply p;

	reply_begin(&p, r, 200, "alive");
	reply_end(&p);
	return NULL;
}

/* nginx lets only this machine ask. */
struct err *
h_metrics(struct req *r)
{
	struct buf b;

	buf_init(&b, r->arena, METRICS_BYTES);
	core_metrics_write(r->app->core, r->arena, &b);
	if (buf_overflowed(&b))
		return ERR_WHY(r->arena, ERR_INTERNAL, "too many metrics");
	resp_header(&r->resp, "Cache-Control", "no-store");
	resp_body(&r->resp, 200, "text/plain; version=0.0.4; charset=utf-8",
	    b.p, b.n);
	return NULL;
}

struct err *
h_ready(struct req *r)
{
	struct reply p;

	TRY(core_ready(r->app->core, r->arena));
	reply_begin(&p, r, 200, "ready");
	reply_end(&p);
	return NULL;
}
