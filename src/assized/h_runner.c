#include "assized/app.h"
#include "assized/h.h"
#include "core/operate.h"
#include "core/runner.h"

#define DEFAULT_LIMIT 50

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
	if (!in->commands ||
	    (commands.n_cancel == 0 && !commands.drain && !commands.selftest)) {
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

static void
write_runner(struct json_w *w, const struct runner *n)
{
	json_w_key_str(w, "runner_id", n->id);
	json_w_key_str(w, "name", n->name);
	json_w_key_str(w, "state", n->state);
	json_w_key_strs(w, "pools", n->pools, n->pools_n);
	json_w_key_strs(w, "languages", n->languages, n->languages_n);
	json_w_key_i64(w, "capacity", n->capacity);
	json_w_key_i64(w, "active_jobs", n->leased);
	json_w_key_str(w, "version", n->version);
	json_w_key_i64(w, "heartbeat_interval_sec", n->heartbeat_s);
	json_w_key_str(w, "last_seen", n->seen_at);
	json_w_key_bool(w, "alive", core_runner_is_alive(n));
	json_w_key_str(w, "registered_at", n->registered_at);
	json_w_key_str(w, "registration_ip", n->registration_ip);
}

struct err *
h_runner_list(struct req *r)
{
	struct runner_list list;
	struct reply p;

	TRY(core_runner_list(r->app->core, r->arena,
	    query_text(&r->query, "cursor"),
	    (size_t)query_int(&r->query, "limit", DEFAULT_LIMIT), &list));
	reply_list(&p, r, "runners");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		write_runner(&p.w, &list.items[i]);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.is_more ? list.items[list.n - 1].id : NULL);
	return NULL;
}

struct err *
h_runner_drain(struct req *r)
{
	struct runner *runner;
	struct reply p;

	TRY(core_runner_drain(r->app->core, r->arena, r->param[0]));
	TRY(core_runner_get(r->app->core, r->arena, r->param[0], &runner));
	reply_begin(&p, r, 200, "draining");
	write_runner(&p.w, runner);
	reply_end(&p);
	return NULL;
}

struct err *
h_runner_revoke(struct req *r)
{
	TRY(core_runner_revoke(r->app->core, r->arena, r->param[0]));
	resp_empty(&r->resp, 204);
	return NULL;
}
