#include "core/job.h"

#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/str.h"
#include "core/entry.h"
#include "core/reconcile.h"
#include "dispatch/lease.h"
#include "dispatch/progress.h"
#include "store/package.h"
#include "token/link.h"

#define MAX_REASON 500

/* Nobody failed: our runner's and NOJ's second, NOJ's first when it ends. */
static const char *const leaving[] = { "drain", "runner shutting down" };

static bool
is_leaving(const char *reason)
{
	for (size_t i = 0; i < ARRAY_LEN(leaving); i++)
		if (strcmp(reason, leaving[i]) == 0)
			return true;
	return false;
}

struct err *
core_abort(const struct core *c, struct arena *a, const struct caller *who,
    const char *job_id, const char *lease, const char *reason)
{
	const char *why =
	    reason == NULL || reason[0] == '\0' ? "aborted" : reason;
	const struct job_release_args args = {
		.job_id = job_id,
		.runner_id = who->runner->id,
		.lease_id = lease,
		.reason = arena_memdup(a, why,
		    str_utf8_cut(why, strnlen(why, MAX_REASON))),
		.refund = is_leaving(why),
	};
	struct job_released released;

	TRY(FAILPOINT(a, "abort.before_row"));
	TRY(core_release(c, a, &args, &released));
	switch (released.outcome) {
	case RELEASE_READY:
	case RELEASE_JE:
	case RELEASE_AGAIN:
		return NULL;
	case RELEASE_NOT_HELD:
		core_let_go(c, a, job_id, who->runner->id);
		return ERR(a, ERR_NOT_HELD,
		    "this runner does not hold the job");
	case RELEASE_UNKNOWN:
		break;
	}
	return ERR(a, ERR_NOT_FOUND, "no such job");
}

/* A test as text for the live view: its outputs are not part of that. */
static const char *
progress_text(struct arena *a, const struct wire_test *test)
{
	struct wire_test brief = *test;

	brief.out = NULL;
	brief.err = NULL;
	if (brief.report != NULL)
		brief.report = arena_memdup(a, brief.report,
		    str_utf8_cut(brief.report, strnlen(brief.report, 1000)));
	return fields_text(a, &wire_test_fields, &brief,
	    DISPATCH_PROGRESS_BYTES);
}

struct err *
core_progress(const struct core *c, struct arena *a, const struct caller *who,
    const char *job_id, const char *lease, const struct wire_progress *in)
{
	const char **texts = arena_array(a, in->n_tests + 1, sizeof(*texts));
	const char *held;
	size_t n = 0;

	TRY(dispatch_ack(c->dispatch, a, who->runner->id, job_id, lease,
	    &held));
	if (held == NULL)
		return ERR(a, ERR_NOT_HELD,
		    "this runner does not hold the job");
	TRY(FAILPOINT(a, "progress.before_tests"));
	for (size_t i = 0; i < in->n_tests; i++) {
		const char *text = progress_text(a, &in->tests[i]);

		if (text == NULL)
			break;
		texts[n++] = text;
	}
	return dispatch_progress_put(c->dispatch, a, job_id, held,
	    &(struct dispatch_tests) { (size_t)in->from, texts, n });
}

/* Whoever fetches the source has got the answer that named the job. */
static void
acknowledge(const struct core *c, struct arena *a, const char *job_id)
{
	struct dispatch_entry entry;
	const char *lease;
	struct err *e = dispatch_holder(c->dispatch, a, job_id, &entry);

	if (e == NULL && entry.state == DISPATCH_LEASED)
		e = dispatch_ack(c->dispatch, a, entry.runner, job_id,
		    entry.lease, &lease);
	if (e != NULL)
		log_err(LOG_WARNING, "acknowledge_failed", e);
}

struct err *
core_job_source(const struct core *c, struct arena *a, const char *job_id,
    const char *token, struct store_blob **ret_blob)
{
	struct store_blob *blob;

	if (c->link_key == NULL || token == NULL)
		return ERR(a, ERR_LINK, "the link has no token");
	TRY(token_link_check(a, c->link_key, job_id, token, clock_wall_ms()));
	TRY(store_job_source(c->store, a, job_id, &blob));
	if (blob == NULL)
		return ERR(a, ERR_NOT_FOUND, "no such job, or it has ended");
	acknowledge(c, a, job_id);
	*ret_blob = blob;
	return NULL;
}

struct err *
core_job_package(const struct core *c, struct arena *a,
    const struct caller *who, const char *digest, struct store_blob **ret_blob)
{
	struct store_blob *blob;

	TRY(store_package_bytes_for_runner(c->store, a, who->runner->id, digest,
	    &blob));
	if (blob == NULL)
		return ERR(a, ERR_NOT_FOUND,
		    "no job of this runner needs such a package");
	*ret_blob = blob;
	return NULL;
}
