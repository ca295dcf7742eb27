/*
 * Theory: two writes.  First the leases in Redis, one script for each asking
 * slot, all in one batch; then the claims in Postgres.  A lease whose claim
 * is not recorded, or not known to be, is given back and nobody is told of
 * it: never answer from a commit that is in doubt.
 */
#include "core/claim.h"

#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "core/entry.h"
#include "core/metrics.h"
#include "core/runner.h"
#include "core/snapshot.h"
#include "dispatch/lease.h"
#include "grade/language.h"
#include "store/job.h"
#ifdef MUTANT_pop_before_lease
#include "store/sweep.h"
#endif
#include "token/link.h"
#include "wire/json.h"

/* Dead entries met by one slot before it gives up until the next poll. */
#define MAX_DEAD 16

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

/* NULL where there is none. */
static const struct wire_job_package *
package_of(const struct core *c, struct arena *a, const char *digest,
    int64_t size)
{
	struct wire_job_package *package =
	    arena_new_of(a, struct wire_job_package);

	if (digest == NULL)
		return NULL;
	package->digest = digest;
	package->size = size;
	package->url = arena_printf(a, "%s/packages/%s", c->public_url, digest);
	return package;
}

static struct err *
make_document(const struct core *c, struct arena *a,
    const struct job_payload *p, struct wire_job **ret_job)
{
	struct wire_job *job = arena_new_of(a, struct wire_job);
	struct wire_job_source *source =
	    arena_new_of(a, struct wire_job_source);
	const struct language *language =
	    p->language == NULL ? NULL : language_by_name(p->language);
	struct snapshot *snapshot;

	TRY(snapshot_read(a, p->grading, &snapshot));
	TRY(read_input(a, p, source, &job->input));
	source->sha256 = p->source_digest;
	source->size = p->source_size;
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
	job->package = package_of(c, a, p->package_digest, p->package_size);
	job->common = package_of(c, a, p->common_digest, p->common_size);
	job->network = p->network;
	job->debug = p->debug;
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
 * -- the two writes
 */

/* A slot that asks, and what it has got so far. */
struct slot {
	const struct claim_ask *ask;
	struct claim_got *got;
	struct dispatch_claim claim;
	bool is_asking;
};

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

/* The first write: leases for all slots that still ask. */
static struct err *
lease(const struct core *c, struct arena *a, struct slot *slots, size_t n)
{
	struct dispatch_want *wants = arena_array(a, n, sizeof(*wants));
	struct dispatch_claim *claims = arena_array(a, n, sizeof(*claims));
	size_t asking = 0;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!slots[i].is_asking)
			continue;
		wants[asking] =
		    core_runner_want(c, a, slots[i].ask->who->runner);
		wants[asking++].nonce = slots[i].ask->nonce;
	}
	TRY(dispatch_claim(c->dispatch, a, wants, asking, claims));
	for (size_t i = 0; i < n; i++) {
		if (!slots[i].is_asking)
			continue;
		slots[i].claim = claims[k++];
		slots[i].is_asking = slots[i].claim.job != NULL;
		slots[i].got->is_idle = slots[i].claim.is_idle;
	}
	return NULL;
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

/* What the row said of a lease.  is_asking stays set if the entry was dead. */
static struct err *
settle(const struct core *c, struct arena *a, struct slot *s,
    const struct job_payload *payload)
{
	switch (payload->outcome) {
	case CLAIM_OK:
		s->is_asking = false;
#ifdef MUTANT_pop_before_lease
		TRY(lease_late(c, a, s->claim.job));
#endif
		TRY(FAILPOINT(a, "claim.before_answer"));
		return make_document(c, a, payload, &s->got->job);
	case CLAIM_UNKNOWN:
	case CLAIM_ENDED:
	case CLAIM_JE:
	case CLAIM_HELD:
		return dispatch_forget(c->dispatch, a, s->claim.job,
		    s->claim.lease, NULL);
	case CLAIM_NO_RUNNER:
		s->got->is_refused = true;
		break;
	case CLAIM_OLD_LEASE:
		break;
	}
	s->is_asking = false;
	give_back(c, a, &s->claim);
	return NULL;
}

static void
count(const struct job_payload *p)
{
	metrics_count(METRIC_CLAIMS, p->outcome);
	if (p->outcome == CLAIM_OK && p->attempt == 1)
		metrics_time(HISTOGRAM_WAIT, p->job_class, p->waited_ms);
}

/* The second write: the claims of all that got a lease, in one statement. */
static void
record(const struct core *c, struct arena *a, struct slot *slots, size_t n)
{
	struct slot **leased = arena_array(a, n, sizeof(struct slot *));
	struct job_claim *rows = arena_array(a, n, sizeof(*rows));
	struct job_payload *payloads;
	struct err *e;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!slots[i].is_asking)
			continue;
		rows[k] = (struct job_claim) { slots[i].claim.job,
			slots[i].claim.lease, slots[i].ask->who->runner->id };
		leased[k++] = &slots[i];
	}
	if (k == 0)
		return;
	e = FAILPOINT(a, "claim.before_row");
	if (e == NULL)
		e = store_job_claim(c->store, a, rows, k, &payloads);
	for (size_t i = 0; i < k; i++) {
		if (e != NULL) {
			give_back(c, a, &leased[i]->claim);
			metrics_reclaim("in_doubt");
		} else {
			count(&payloads[i]);
		}
		leased[i]->got->error =
		    e != NULL ? e : settle(c, a, leased[i], &payloads[i]);
		if (leased[i]->got->error != NULL)
			leased[i]->is_asking = false;
	}
}

static bool
is_any_asking(const struct slot *slots, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slots[i].is_asking)
			return true;
	return false;
}

struct err *
core_claim_many(const struct core *c, struct arena *a,
    const struct claim_ask *asks, size_t n, struct claim_got *ret_gots)
{
	struct slot *slots = arena_array(a, n + 1, sizeof(*slots));
	struct err *e;

	if (c->link_key == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "no link_key is configured: no source can be handed out");
	for (size_t i = 0; i < n; i++) {
		bool takes = core_runner_takes_jobs(asks[i].who->runner);

		ret_gots[i] = (struct claim_got) { .is_refused = !takes };
		slots[i] = (struct slot) { &asks[i], &ret_gots[i],
			.is_asking = takes };
	}
	for (int i = 0; i < MAX_DEAD && is_any_asking(slots, n); i++) {
		e = lease(c, a, slots, n);
		/* What was recorded before is told. */
		if (e != NULL && i > 0)
			log_err(LOG_WARNING, "claim_failed", e);
		if (e != NULL)
			return i == 0 ? e : NULL;
		record(c, a, slots, n);
	}
	return NULL;
}

struct err *
core_claim(const struct core *c, struct arena *a, const struct caller *who,
    const char *nonce, struct claim_got *ret_got)
{
	const struct claim_ask ask = { who, nonce };

	TRY(core_claim_many(c, a, &ask, 1, ret_got));
	return ret_got->error;
}

void
core_claim_undo(const struct core *c, struct arena *a, const struct caller *who,
    const struct wire_job *job)
{
	const struct job_release_args args = {
		.job_id = job->job_id,
		.runner_id = who->runner->id,
		.lease_id = job->lease_id,
		.reason = "unsent",
		.refund = true,
	};
	struct job_released released;
	struct err *e = core_release(c, a, &args, &released);

	/* The lease ends by itself. */
	if (e != NULL)
		log_err(LOG_WARNING, "claim_undo_failed", e);
}
