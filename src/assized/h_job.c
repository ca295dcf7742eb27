#include <string.h>

#include "assized/app.h"
#include "assized/h.h"
#include "assized/zip_answer.h"
#include "core/claim.h"
#include "core/job.h"
#include "core/landing.h"

struct err *
h_job_lease(const struct req *r, const char **ret_lease)
{
	const char *lease = req_param(r, "HTTP_X_ASSIZE_LEASE");

	if (lease[0] == '\0') {
		*ret_lease = NULL;
		return NULL;
	}
	if (!dispatch_is_lease(lease))
		return ERR(r->arena, ERR_REQUEST,
		    "X-Assize-Lease is not a lease");
	*ret_lease = lease;
	return NULL;
}

void
h_job_answer(struct req *r, const struct wire_job *job)
{
	struct reply p;

	if (job == NULL) {
		resp_empty(&r->resp, 204);
		return;
	}
	reply_begin(&p, r, 200, "a job");
	p.is_flat = true;
	wire_job_write_members(&p.w, job);
	reply_end(&p);
}

struct err *
h_job_next(struct req *r)
{
	const char *nonce = query_text(&r->query, "nonce");
	struct park_wish wish = {
		.wait_s = query_int(&r->query, "wait", 0),
		.kind = PARK_JOB,
		.key = nonce == NULL ? NULL
				     : arena_printf(r->arena, "%s %s",
					   r->caller->runner->id, nonce),
		.news = park_news(r->app->park),
	};
	struct claim_got got;

	TRY(core_claim(r->app->core, r->arena, r->caller, nonce, &got));
	h_job_answer(r, got.job);
	if (got.is_refused)
		resp_retry_after(&r->resp, r->app->core->poll_s);
	else if (got.job == NULL)
		r->park = wish;
	return NULL;
}

struct err *
h_job_complete(struct req *r)
{
	struct wire_result *result;
	const char *lease;

	TRY(h_job_lease(r, &lease));
	TRY(wire_result_parse(r->arena, r->body, &result));
	TRY(core_complete(r->app->core, r->arena, r->caller, r->param[1], lease,
	    result));
	resp_empty(&r->resp, 204);
	return NULL;
}

struct err *
h_job_abort(struct req *r)
{
	const struct wire_abort *in = r->in;
	const char *lease;

	TRY(h_job_lease(r, &lease));
	TRY(core_abort(r->app->core, r->arena, r->caller, r->param[1], lease,
	    in->reason));
	resp_empty(&r->resp, 202);
	return NULL;
}

struct err *
h_job_progress(struct req *r)
{
	const char *lease;

	TRY(h_job_lease(r, &lease));
	TRY(core_progress(r->app->core, r->arena, r->caller, r->param[1], lease,
	    r->in));
	resp_empty(&r->resp, 204);
	return NULL;
}

struct err *
h_job_source(struct req *r)
{
	struct store_blob *blob;

	TRY(core_job_source(r->app->core, r->arena, r->param[0],
	    query_text(&r->query, "token"), &blob));
	answer_zip(r, blob, "source.zip");
	return NULL;
}

struct err *
h_job_package(struct req *r)
{
	struct store_blob *blob;

	TRY(core_job_package(r->app->core, r->arena, r->caller, r->param[0],
	    &blob));
	answer_zip(r, blob, NULL);
	return NULL;
}
