#include "assized/app.h"
#include "assized/h.h"

struct err *
h_health(struct req *r)
{
	struct reply p;

	reply_begin(&p, r, 200, "alive");
	reply_end(&p);
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
