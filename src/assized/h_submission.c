#include <string.h>
#include <strings.h>

#include "assized/app.h"
#include "assized/document.h"
#include "assized/form.h"
#include "assized/h.h"
#include "assized/zip_answer.h"
#include "base/clock.h"
#include "core/act.h"
#include "core/queue.h"
#include "core/submission.h"
#include "wire/names.h"
#include "wire/submission.h"

#define DEFAULT_LIMIT 50

static struct err *
read_json(struct req *r, struct submit *ret_submit)
{
	struct wire_submission *in;
	struct zip_file *files;

	TRY(wire_submission_parse(r->arena, r->body, &in));
	files = arena_array(r->arena, in->n_files + 1, sizeof(*files));
	for (size_t i = 0; i < in->n_files; i++)
		files[i] = (struct zip_file) {
			.path = in->files[i].name,
			.p = in->files[i].content,
			.n = in->files[i].n,
		};
	*ret_submit = (struct submit) {
		.course = in->course,
		.problem = in->problem,
		.language = in->language,
		.code = in->code,
		.input = in->input,
		.group = in->group,
		.debug = in->debug,
		.files = files,
		.n_files = in->n_files,
	};
	return NULL;
}

static struct err *
read_key(const struct req *r, const char **ret_key)
{
	const char *key = req_param(r, "HTTP_IDEMPOTENCY_KEY");

	*ret_key = NULL;
	if (key[0] == '\0')
		return NULL;
	if (!wire_is_key(key))
		return ERR(r->arena, ERR_REQUEST,
		    "Idempotency-Key must be 1 "
		    "to 128 printable characters without blanks");
	*ret_key = key;
	return NULL;
}

/* Laziness skips tests, or (staff may ask for it) none. */
static struct err *
read_tests(const struct req *r, bool *ret_is_all)
{
	const char *tests = query_text(&r->query, "tests");

	*ret_is_all = tests != NULL && strcmp(tests, "all") == 0;
	if (tests != NULL && !*ret_is_all && strcmp(tests, "lazy") != 0)
		return ERR(r->arena, ERR_REQUEST, "tests must be all or lazy");
	return NULL;
}

/* 201 with the new one, 200 with the one that the key made before. */
struct err *
h_submission_create(struct req *r)
{
	struct submission_view view;
	struct accepted accepted;
	struct submit in;
	const char *key;
	struct reply p;

	TRY(read_key(r, &key));
	if (strncasecmp(r->type, "multipart/", 10) == 0)
		TRY(form_read(r, &in));
	else
		TRY(read_json(r, &in));
	TRY(read_tests(r, &in.is_all));
	in.key = key;
	in.locale = req_locale(r);
	in.received_ms = r->received_ms;
	TRY(core_submission_accept(r->app->core, r->arena, r->caller, &in,
	    &accepted));
	TRY(core_submission_get(r->app->core, r->arena, r->caller, accepted.id,
	    &view));
	resp_header(&r->resp, "Location",
	    arena_printf(r->arena, "%s/submissions/%s",
		r->app->core->public_url, accepted.id));
	reply_begin(&p, r, accepted.is_new ? 201 : 200,
	    accepted.is_new ? "submitted" : "submitted before");
	document_write(&p.w, r->arena, &view);
	reply_end(&p);
	return NULL;
}

void
h_submission_answer(struct req *r, const struct submission_view *view)
{
	struct reply p;

	reply_begin(&p, r, 200, "a submission");
	document_write(&p.w, r->arena, view);
	reply_end(&p);
}

/* What has ended is not waited for: only a rejudge would change it. */
struct err *
h_submission_get(struct req *r)
{
	struct park_wish wish = {
		.wait_s = query_int(&r->query, "wait", 0),
		.kind = PARK_SUBMISSION,
		.key = r->param[0],
		.news = park_news(r->app->park),
	};
	struct submission_view view;

	TRY(core_submission_get(r->app->core, r->arena, r->caller, r->param[0],
	    &view));
	h_submission_answer(r, &view);
	wish.seen = view.version;
	if (view.row->verdict == NULL &&
	    strcmp(view.row->status, "cancelled") != 0)
		r->park = wish;
	return NULL;
}

struct err *
h_submission_show(struct req *r)
{
	struct submission_view view;

	TRY(core_submission_get(r->app->core, r->arena, r->caller, r->param[0],
	    &view));
	h_submission_answer(r, &view);
	return NULL;
}

struct err *
h_submission_cancel(struct req *r)
{
	TRY(core_submission_cancel(r->app->core, r->arena, r->caller,
	    r->param[0]));
	return h_submission_show(r);
}

struct err *
h_submission_rejudge(struct req *r)
{
	bool is_all;

	TRY(read_tests(r, &is_all));
	TRY(core_submission_rejudge(r->app->core, r->arena, r->caller,
	    r->param[0], is_all));
	return h_submission_show(r);
}

struct err *
h_submission_list(struct req *r)
{
	const struct query *q = &r->query;
	struct submission_filter filter = {
		.course = query_text(q, "course"),
		.problem = query_text(q, "problem"),
		.user = query_text(q, "user"),
		.status = query_text(q, "status"),
		.verdict = query_text(q, "verdict"),
		.language = query_text(q, "language"),
		.after = query_text(q, "after"),
		.before = query_text(q, "before"),
		.cursor = query_text(q, "cursor"),
		.limit = (size_t)query_int(q, "limit", DEFAULT_LIMIT),
	};
	struct submission_list list;
	struct reply p;

	TRY(core_submission_list(r->app->core, r->arena, r->caller, &filter,
	    &list));
	reply_list(&p, r, "submissions");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		document_write_brief(&p.w, r->arena, &list.items[i]);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.next_cursor);
	return NULL;
}

struct err *
h_submission_source(struct req *r)
{
	struct store_blob *blob;

	TRY(core_submission_source(r->app->core, r->arena, r->caller,
	    r->param[0], &blob));
	answer_zip(r, blob, arena_printf(r->arena, "%s.zip", r->param[0]));
	return NULL;
}

struct err *
h_submission_queue(struct req *r)
{
	struct queue_list *list = arena_new_of(r->arena, struct queue_list);
	struct reply p;

	TRY(core_queue(r->app->core, r->arena, r->caller, list));
	reply_begin(&p, r, 200, "what waits and runs");
	json_w_key(&p.w, "submissions");
	json_w_array(&p.w);
	for (size_t i = 0; i < list->n; i++) {
		json_w_object(&p.w);
		document_write_waiting(&p.w, &list->items[i]);
		json_w_object_end(&p.w);
	}
	json_w_array_end(&p.w);
	reply_end(&p);
	return NULL;
}
