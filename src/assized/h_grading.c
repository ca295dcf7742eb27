#include "assized/app.h"
#include "assized/h.h"
#include "core/grading.h"
#include "wire/grade.h"

static void
write_events(struct json_w *w, const struct grading *g)
{
	json_w_key_str(w, "judged_by", g->runner);
	json_w_key_str(w, "rejudging", g->rejudging_id);
	json_w_key_raw(w, "provenance", g->provenance);
	json_w_key(w, "events");
	json_w_array(w);
	for (size_t i = 0; i < g->events_n; i++) {
		json_w_object(w);
		json_w_key_str(w, "at", g->events[i].at);
		json_w_key_str(w, "event", g->events[i].event);
		json_w_key_str(w, "runner", g->events[i].runner);
		json_w_key_str(w, "reason", g->events[i].reason);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_grading(struct json_w *w, const struct grading *g, bool sees_all)
{
	json_w_object(w);
	json_w_key_str(w, "job_id", g->job_id);
	json_w_key_str(w, "class", g->class);
	json_w_key_str(w, "state", g->state);
	json_w_key_bool(w, "current", g->is_current);
	json_w_key_bool(w, "counted", g->is_counted);
	json_w_key_str(w, "package", g->package_digest);
	json_w_key_str(w, "created_at", g->created_at);
	json_w_key_str(w, "claimed_at", g->claimed_at);
	json_w_key_str(w, "ended_at", g->ended_at);
	json_w_key_i64(w, "attempt", g->claims);
	json_w_key_str(w, "verdict", g->verdict);
	json_w_key_str(w, "result", g->outcome);
	json_w_key_f64(w, "grade", g->grade);
	if (g->time_ms >= 0)
		json_w_key_i64(w, "time_ms", g->time_ms);
	if (g->memory_kb >= 0)
		json_w_key_i64(w, "memory_kb", g->memory_kb);
	if (sees_all)
		write_events(w, g);
	json_w_object_end(w);
}

static void
write_person(struct json_w *w, const struct grading_person *p)
{
	json_w_object(w);
	json_w_key_str(w, "at", p->at);
	json_w_key_str(w, "user", p->user);
	json_w_key_f64(w, "old_grade", p->old_grade);
	json_w_key_f64(w, "grade", p->new_grade);
	json_w_key_str(w, "comment", p->comment);
	json_w_object_end(w);
}

struct err *
h_grading_history(struct req *r)
{
	struct grading_view v;
	struct reply p;

	TRY(core_grading_history(r->app->core, r->arena, r->caller, r->param[0],
	    &v));
	reply_begin(&p, r, 200, "gradings, the newest first");
	json_w_key_str(&p.w, "id", r->param[0]);
	json_w_key(&p.w, "gradings");
	json_w_array(&p.w);
	for (size_t i = 0; i < v.history.n; i++)
		write_grading(&p.w, &v.history.items[i], v.sees_all);
	json_w_array_end(&p.w);
	json_w_key(&p.w, "manual");
	json_w_array(&p.w);
	for (size_t i = 0; i < v.history.people_n; i++)
		write_person(&p.w, &v.history.people[i]);
	json_w_array_end(&p.w);
	reply_end(&p);
	return NULL;
}

struct err *
h_grading_put(struct req *r)
{
	const struct wire_grade *in = r->in;

	TRY(core_grading_put(r->app->core, r->arena, r->caller, r->param[0],
	    &in->grade, in->comment));
	return h_submission_show(r);
}

struct err *
h_grading_delete(struct req *r)
{
	TRY(core_grading_put(r->app->core, r->arena, r->caller, r->param[0],
	    NULL, NULL));
	return h_submission_show(r);
}

/* Whatever a program printed is never a page of ours. */
static void
answer_bytes(struct req *r, const char *type, struct str bytes)
{
	resp_header(&r->resp, "Cache-Control", "private, no-cache");
	resp_header(&r->resp, "Content-Disposition", "attachment");
	resp_body(&r->resp, 200, type, bytes.p, bytes.n);
}

struct err *
h_grading_output(struct req *r)
{
	static const char *const members[] = { "path", "status", "stdout",
		"stderr", "report", "team_message", "cut", "exit_code",
		"signal" };
	const char *stream = query_text(&r->query, "stream");
	struct grading_output out;
	struct str bytes;
	struct reply p;

	if (stream != NULL) {
		TRY(core_grading_stream(r->app->core, r->arena, r->caller,
		    &(struct output_key) { r->param[0], r->param[1], stream },
		    &bytes));
		answer_bytes(r, "text/plain; charset=utf-8", bytes);
		return NULL;
	}
	TRY(core_grading_output(r->app->core, r->arena, r->caller, r->param[0],
	    r->param[1], &out));
	reply_begin(&p, r, 200, "what a test printed");
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const struct json *m = json_member(out.test, members[i]);

		if (m == NULL)
			continue;
		json_w_key(&p.w, members[i]);
		json_w_value(&p.w, m);
	}
	reply_end(&p);
	return NULL;
}

struct err *
h_grading_archive(struct req *r)
{
	struct store_blob *blob;
	const char *name;

	TRY(core_grading_archive(r->app->core, r->arena, r->caller, r->param[0],
	    &name, &blob));
	resp_header(&r->resp, "X-Archive-Name", name);
	answer_bytes(r, "application/octet-stream",
	    (struct str) { blob->p, blob->n });
	return NULL;
}

struct err *
h_job_file(struct req *r)
{
	struct job_file f = {
		.job_id = r->param[1],
		.name = r->param[2],
		.p = r->body.p,
		.n = r->body.n,
	};
	const char *lease;

	TRY(h_job_lease(r, &lease));
	f.lease_id = lease;
	TRY(core_job_file_put(r->app->core, r->arena, r->caller, &f));
	resp_empty(&r->resp, 204);
	return NULL;
}

struct err *
h_job_ssh(struct req *r)
{
	struct job_door door = { .job_id = r->param[1] };

	TRY(h_job_lease(r, &door.lease_id));
	TRY(core_job_ssh_put(r->app->core, r->arena, r->caller, &door, r->in));
	resp_empty(&r->resp, 204);
	return NULL;
}
