#include "assized/problem.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "core/metrics.h"
#include "wire/json.h"

#define PROBLEM_BYTES (256 << 10)
/* A member's name may be as long as a body. */
#define POINTER_MAX 256
#define DETAIL_MAX 1024
#define TYPE_PREFIX "urn:assize:problem:"

static void
write_cut(struct json_w *w, const char *key, const char *text, size_t max)
{
	size_t n = strnlen(text, max + 1);

	json_w_key(w, key);
	json_w_strn(w, text, n <= max ? n : str_utf8_cut(text, max));
}

static void
write_faults(struct json_w *w, const struct field_fault *fault)
{
	json_w_key(w, "errors");
	json_w_array(w);
	for (; fault != NULL; fault = fault->next) {
		json_w_object(w);
		write_cut(w, "pointer", fault->pointer, POINTER_MAX);
		write_cut(w, "detail", fault->detail, DETAIL_MAX);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_problem(struct json_w *w, const struct req *r, const struct err *e)
{
	const struct err_info *info = err_info(e->code);

	json_w_object(w);
	json_w_key_str(w, "type",
	    arena_printf(r->arena, TYPE_PREFIX "%s", info->slug));
	json_w_key_str(w, "title", info->title);
	json_w_key_i64(w, "status", info->status);
	/* What we did wrong is nobody's business but the log's. */
	if (info->status < 500 && e->detail != NULL)
		write_cut(w, "detail", e->detail, DETAIL_MAX);
	json_w_key_str(w, "instance", r->id);
	if (e->retry_after_s > 0 && info->status < 500)
		json_w_key_i64(w, "wait_for", e->retry_after_s);
	if (e->faults != NULL)
		write_faults(w, e->faults);
	json_w_object_end(w);
	json_w_finish(w);
}

static void
log_problem(const struct req *r, const struct err *e)
{
	const struct err_info *info = err_info(e->code);
	enum log_level level = info->status >= 500 ? LOG_ERROR : LOG_DEBUG;

	log_event(level, "problem", LS("request", r->id),
	    LS("code", info->slug), LS("detail", e->detail),
	    LS("internal", e->internal), LS("where", e->where));
}

void
problem_answer(struct req *r, const struct err *e)
{
	const struct err_info *info = err_info(e->code);
	struct buf b;
	struct json_w w;

	buf_init(&b, r->arena, PROBLEM_BYTES);
	json_w_init(&w, &b);
	write_problem(&w, r, e);
	assert(!buf_overflowed(&b));
	if (e->retry_after_s > 0)
		resp_header(&r->resp, "Retry-After",
		    arena_printf(r->arena, "%d", e->retry_after_s));
	if (e->code == ERR_UNAUTHENTICATED)
		resp_header(&r->resp, "WWW-Authenticate", "Bearer");
	resp_header(&r->resp, "Cache-Control", "no-store");
	resp_body(&r->resp, info->status, "application/problem+json", b.p, b.n);
	log_problem(r, e);
	metrics_count(METRIC_ERRORS, e->code);
}
