#include "assized/app.h"
#include "assized/h.h"
#include "core/runner.h"

struct err *
h_runner_register(struct req *r)
{
	struct wire_registered registered;
	struct reply p;

	TRY(core_runner_register(r->app->core, r->arena, r->in,
	    req_param(r, "REMOTE_ADDR"), &registered));
	reply_begin(&p, r, 201, "registered");
	p.is_flat = true;
	fields_write_members(&wire_registered_fields, &p.w, &registered);
	reply_end(&p);
	return NULL;
}

/* Only a runner that says it understands an answer gets one. */
struct err *
h_runner_heartbeat(struct req *r)
{
	const struct wire_heartbeat *in = r->in;
	struct wire_commands commands;
	struct reply p;

	TRY(core_heartbeat(r->app->core, r->arena, r->caller, in, &commands));
	if (!in->commands || (commands.n_cancel == 0 && !commands.drain)) {
		resp_empty(&r->resp, 204);
		return NULL;
	}
	reply_begin(&p, r, 200, "commands");
	p.is_flat = true;
	fields_write_members(&wire_commands_fields, &p.w, &commands);
	reply_end(&p);
	return NULL;
}

struct err *
h_runner_remove(struct req *r)
{
	TRY(core_runner_remove(r->app->core, r->arena, r->caller));
	resp_empty(&r->resp, 204);
	return NULL;
}
