#include "assized/app.h"
#include "assized/h.h"
#include "core/rejudging.h"

#define DEFAULT_LIMIT 50

static struct err *
answer(struct req *r, int status, const char *message, const char *id)
{
	struct rejudging_document d;
	struct reply p;

	TRY(core_rejudging_get(r->app->core, r->arena, r->caller, id, &d));
	reply_begin(&p, r, status, message);
	for (size_t i = 0; i < d.n; i++)
		json_w_key_raw(&p.w, d.keys[i], d.values[i]);
	reply_end(&p);
	return NULL;
}

struct err *
h_rejudging_create(struct req *r)
{
	const char *id;

	TRY(core_rejudging_create(r->app->core, r->arena, r->caller, r->in,
	    &id));
	resp_header(&r->resp, "Location",
	    arena_printf(r->arena, "%s/rejudgings/%s", r->app->core->public_url,
		id));
	return answer(r, 201, "a rejudging", id);
}

struct err *
h_rejudging_get(struct req *r)
{
	return answer(r, 200, "a rejudging", r->param[0]);
}

static void
answer_list(struct req *r, const char *name, const struct rejudging_list *list)
{
	struct reply p;

	reply_list(&p, r, name);
	for (size_t i = 0; i < list->n; i++)
		json_w_raw(&p.w, list->documents[i]);
	reply_list_end(&p, list->next_cursor);
}

struct err *
h_rejudging_list(struct req *r)
{
	const struct query *q = &r->query;
	struct rejudging_filter f = {
		.course = query_text(q, "course"),
		.state = query_text(q, "state"),
		.cursor = query_text(q, "cursor"),
		.limit = (size_t)query_int(q, "limit", DEFAULT_LIMIT),
	};
	struct rejudging_list list;

	TRY(core_rejudging_list(r->app->core, r->arena, r->caller, &f, &list));
	answer_list(r, "rejudgings", &list);
	return NULL;
}

struct err *
h_rejudging_page(struct req *r)
{
	const struct query *q = &r->query;
	const struct rejudging_page page = {
		.id = r->param[0],
		.after = query_text(q, "cursor"),
		.changed = query_int(q, "changed", 0) != 0,
		.limit = (size_t)query_int(q, "limit", DEFAULT_LIMIT),
	};
	struct rejudging_list list;

	TRY(core_rejudging_page(r->app->core, r->arena, r->caller, &page,
	    &list));
	answer_list(r, "submissions", &list);
	return NULL;
}

static struct err *
act(struct req *r, enum rejudging_act what, const char *message)
{
	const struct wire_rejudging_apply *in = r->in;
	struct rejudging_order order = {
		.act = what,
		.id = r->param[0],
		.partial = what == REJUDGING_APPLY && in != NULL && in->partial,
	};

	TRY(core_rejudging_act(r->app->core, r->arena, r->caller, &order));
	return answer(r, 200, message, r->param[0]);
}

struct err *
h_rejudging_apply(struct req *r)
{
	return act(r, REJUDGING_APPLY, "applied");
}

struct err *
h_rejudging_discard(struct req *r)
{
	return act(r, REJUDGING_DISCARD, "discarded");
}

struct err *
h_rejudging_repeat(struct req *r)
{
	return act(r, REJUDGING_REPEAT, "repeated");
}
