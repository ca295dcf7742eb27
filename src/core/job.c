#include "core/job.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/str.h"
#include "core/entry.h"
#include "core/runner.h"
#include "core/snapshot.h"
#include "dispatch/lease.h"
#include "dispatch/progress.h"
#include "grade/language.h"
#include "store/package.h"
#ifdef MUTANT_pop_before_lease
#include "store/sweep.h"
#endif
#include "token/link.h"
#include "wire/json.h"

/* Dead entries met by one claim before it gives up until the next poll. */
#define MAX_DEAD 16
#define MAX_REASON 500

/*
 * -- the job document
 */

static const char *
source_url(const struct core *c, struct arena *a, const char *job_id)
{
	return arena_printf(a, "%s/jobs/%s/source?token=%s", c->public_url,
	    job_id, token_link_make(a, c->link_key, job_id, clock_wall_ms()));
}

/* The names stand in the stored input: {"files":["main.c"],"input":{...}}. */
static struct err *
read_input(struct arena *a, const struct job_payload *p,
    struct wire_job_source *source, const char **ret_input)
{
	const struct json *j;
	const struct json *files;
	const struct json *input;
	const char **names;

	if (p->input == NULL)
		return NULL;
	TRY(json_parse(a, p->input, strlen(p->input), &json_limits_document,
	    &j));
	files = json_member(j, "files");
	if (files != NULL && files->kind == JSON_ARRAY) {
		names = arena_array(a, files->n + 1, sizeof(*names));
		for (size_t i = 0; i < files->n; i++)
			names[i] = files->items[i].kind == JSON_STRING
			    ? files->items[i].string
			    : "";
		source->files = names;
		source->n_files = files->n;
	}
	input = json_member(j, "input");
	if (input != NULL)
		*ret_input = json_text(a, input);
	return NULL;
}

static struct err *
make_document(const struct core *c, struct arena *a,
    const struct job_payload *p, struct wire_job **ret_job)
{
	struct wire_job *job = arena_new_of(a, struct wire_job);
	struct wire_job_source *source =
	    arena_new_of(a, struct wire_job_source);
	struct wire_job_package *package =
	    arena_new_of(a, struct wire_job_package);
	const struct language *language =
	    p->language == NULL ? NULL : language_by_name(p->language);
	struct snapshot *snapshot;

	TRY(snapshot_read(a, p->grading, &snapshot));
	TRY(read_input(a, p, source, &job->input));
	source->sha256 = p->source_digest;
	source->size = p->source_size;
	package->digest = p->package_digest;
	package->size = p->package_size;
	package->url =
	    arena_printf(a, "%s/packages/%s", c->public_url, p->package_digest);
	job->job_id = p->job_id;
	job->submission_id = p->submission_id;
	job->attempt = p->attempt;
	job->lease_id = p->lease_id;
	job->problem_id = p->problem_id;
	job->problem = p->problem;
	job->course = p->course;
	job->language = language == NULL ? -1 : (int64_t)language->id;
	job->language_name = p->language;
	job->code_url = source_url(c, a, p->job_id);
	job->source = source;
	job->package = package;
	job->grading = p->grading;
	job->limits = p->limits == NULL ? snapshot->limits : p->limits;
	job->state = p->state;
	job->locale = p->locale;
	job->deadline_sec = p->budget_s;
	job->checker = "default";
	job->tasks = snapshot->tasks;
	job->n_tasks = snapshot->n_tasks;
	*ret_job = job;
	return NULL;
}

/*
 * -- claim
 */

static void
give_back(const struct core *c, struct arena *a,
    const struct dispatch_claim *claim)
{
	struct err *e = dispatch_release(c->dispatch, a, claim->job,
	    claim->lease, DISPATCH_GIVEN_BACK, NULL);

	/* The lease ends by itself. */
	if (e != NULL)
		log_err(LOG_WARNING, "give_back_failed", e);
}

#ifdef MUTANT_pop_before_lease
/* Mutant: the script has only popped the job; the lease comes after. */
static struct err *
lease_late(const struct core *c, struct arena *a, const char *job_id)
{
	struct job_page page;

	TRY(store_job_entries(c->store, a, &job_id, 1, &page));
	return core_entry_restore(c, a, DISPATCH_IF_BEHIND, &page.items[0],
	    c->lease_max_ms);
}
#endif

/*
 * Records a lease that Redis gave.  *ret_payload is NULL if there is nothing
 * to do for it; *ret_again if there may be another job behind it.
 */
static struct err *
record(const struct core *c, struct arena *a, const struct runner *r,
    const struct dispatch_claim *claim, struct job_payload **ret_payload,
    bool *ret_again)
{
	const struct job_claim row = { claim->job, claim->lease };
	struct job_payload *payload;
	struct err *e;

	*ret_payload = NULL;
	*ret_again = false;
	e = store_job_claim(c->store, a, r->id, &row, 1, &payload);
	if (e != NULL) {
		/* Never answer from a commit that is in doubt. */
		give_back(c, a, claim);
		return e;
	}
	switch (payload->outcome) {
	case CLAIM_OK:
		*ret_payload = payload;
#ifdef MUTANT_pop_before_lease
		return lease_late(c, a, claim->job);
#endif
		return NULL;
	case CLAIM_UNKNOWN:
	case CLAIM_ENDED:
	case CLAIM_JE:
		*ret_again = true;
		return dispatch_forget(c->dispatch, a, claim->job, claim->lease,
		    NULL);
	case CLAIM_OLD_LEASE:
	case CLAIM_NO_RUNNER:
		break;
	}
	give_back(c, a, claim);
	return NULL;
}

struct err *
core_claim(const struct core *c, struct arena *a, const struct caller *who,
    const char *nonce, struct wire_job **ret_job)
{
	struct dispatch_want want = core_runner_want(c, a, who->runner);
	struct job_payload *payload = NULL;
	bool again = true;

	*ret_job = NULL;
	if (!core_runner_takes_jobs(who->runner))
		return NULL;
	if (c->link_key == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "no link_key is configured: no source can be handed out");
	want.nonce = nonce;
	for (int i = 0; again && i < MAX_DEAD; i++) {
		struct dispatch_claim claim;

		TRY(dispatch_claim(c->dispatch, a, &want, 1, &claim));
		if (claim.job == NULL)
			return NULL;
		TRY(FAILPOINT(a, "claim.before_row"));
		TRY(record(c, a, who->runner, &claim, &payload, &again));
	}
	if (payload == NULL)
		return NULL;
	TRY(FAILPOINT(a, "claim.before_answer"));
	return make_document(c, a, payload, ret_job);
}

/*
 * -- what follows
 */

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
		.refund = strcmp(why, "drain") == 0,
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
