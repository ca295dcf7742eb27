#include "core/submission.h"

#include <string.h>

#include "base/failpoint.h"
#include "base/rand.h"
#include "core/answers.h"
#include "core/entry.h"
#include "core/gate.h"
#include "core/metrics.h"
#include "core/snapshot.h"
#include "core/source.h"
#include "dispatch/lease.h"

/* A session (ssh_sec of assize-runner.conf) with what is around it. */
#define DEBUG_BUDGET_S 1800

/*
 * -- what is submitted
 */

/* What came through the gates. */
struct entrant {
	const struct caller *who;
	const struct submit *in;
	const struct problem *problem;
	const struct snapshot *snapshot;
	struct authors authors;
};

static struct err *
take_answers(const struct core *c, struct arena *a, const struct entrant *e,
    struct source *ret)
{
	const struct problem *p = e->problem;
	struct answers_ask ask = {
		.in = e->in,
		.snapshot = e->snapshot,
		.seed = { p->course, p->slug, e->who->user->name, 0 },
		.users = e->who->user->name,
	};
	struct submission_use use;

	TRY(store_submission_use(c->store, a, e->who->user->id, p->id, &use));
	ask.seed.attempt = use.used;
	if (e->authors.n > 1)
		TRY(store_user_names(c->store, a, e->authors.ids, e->authors.n,
		    &ask.users));
	return answers_pack(a, &ask, ret);
}

static struct err *
take_source(const struct core *c, struct arena *a, const struct entrant *e,
    struct source *ret)
{
	const struct language *language;

	if (e->snapshot->quiz != NULL) {
		TRY(take_answers(c, a, e, ret));
	} else {
		TRY(source_language(a, e->in, e->problem, e->snapshot,
		    &language));
		TRY(source_pack(a, e->in, e->snapshot, language, ret));
		ret->locale = e->in->locale;
	}
	ret->pool = snapshot_pool(e->snapshot, e->problem->pool);
	return NULL;
}

/* A session sees what the script sees, and runs it as it likes. */
static struct err *
check_debug(struct arena *a, const struct submit *in, const struct problem *p,
    const struct snapshot *snapshot)
{
	if (in->debug == NULL)
		return NULL;
	if (p->role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN,
		    "only staff may have a session in place of a grading");
	if (snapshot->template == NULL ||
	    strcmp(snapshot->template, "script") != 0)
		return ERR(a, ERR_IMPOSSIBLE,
		    "only a script can be debugged in a session");
	return NULL;
}

/*
 * -- the two writes
 */

static struct submission_new
new_row(struct arena *a, const struct submit *in, const struct entry *e,
    const struct source *source)
{
	const struct problem *p = e->problem;

	return (struct submission_new) {
		.id = rand_id(a, "sb"),
		.job_id = rand_id(a, "jb"),
		.problem_id = p->id,
		.package_id = p->package_id,
		.limits = p->limits,
		.authors = e->authors,
		.team = e->team,
		.teaches = e->teaches,
		.is_all = in->is_all,
		.language =
		    source->language != NULL ? source->language->name : NULL,
		.pool = source->pool,
		.source = source->zip,
		.source_n = source->zip_n,
		.input = source->input,
		.locale = source->locale,
		.submitted_ms = in->received_ms,
		.key = in->key,
		.debug = in->debug,
	};
}

/*
 * The row is the truth: if the offer is lost here, the sweep finds a job that
 * is ready and has no entry, and offers it.
 */
static void
offer(const struct core *c, struct arena *a, const struct caller *who,
    const struct submission_new *row, int64_t budget_s)
{
	const struct dispatch_job job = {
		.id = row->job_id,
		.submission = row->id,
		.user = arena_printf(a, "%lld", (long long)who->user->id),
		.pool = row->pool,
		.language =
		    row->language != NULL ? row->language : CORE_NO_LANGUAGE,
		.class = DISPATCH_LIVE,
		.hard_ms = budget_s * 1000,
	};
	struct err *e = dispatch_offer(c->dispatch, a, &job, 1, NULL);

	if (e != NULL)
		core_mark_dirty(c, a, row->job_id, e);
}

static struct err *
insert(const struct core *c, struct arena *a, const struct caller *who,
    const struct problem *p, const struct submission_new *row,
    struct accepted *ret)
{
	struct submission_inserted inserted;

	TRY(FAILPOINT(a, "submit.before_row"));
	TRY(store_submission_insert(c->store, a, row, &inserted));
	switch (inserted.outcome) {
	case SUBMISSION_MADE:
		metrics_count(METRIC_SUBMISSIONS, 0);
		TRY(FAILPOINT(a, "submit.before_offer"));
		/* What only people grade has no job. */
		if (inserted.job_id != NULL)
			offer(c, a, who, row, inserted.budget_s);
		TRY(FAILPOINT(a, "submit.before_answer"));
		*ret = (struct accepted) { inserted.id, true };
		return NULL;
	case SUBMISSION_WAS_THERE:
		/* Two requests with one key, at once. */
		if (inserted.request_digest == NULL ||
		    strcmp(inserted.request_digest, row->request_digest) != 0)
			return ERR(a, ERR_KEY_REUSED,
			    "this Idempotency-Key "
			    "belongs to another request");
		*ret = (struct accepted) { inserted.id, false };
		return NULL;
	case SUBMISSION_REFUSED:
		break;
	}
	return gate_refused(a, p, &inserted.refusal);
}

struct err *
core_submission_accept(const struct core *c, struct arena *a,
    const struct caller *who, const struct submit *in, struct accepted *ret)
{
	const char *digest = source_request_digest(a, in);
	struct submission_new row;
	struct snapshot *snapshot;
	struct source source;
	struct entry entry;
	const char *id;

	TRY(gate_key(c, a, who, in, digest, &id));
	if (id != NULL) {
		*ret = (struct accepted) { id, false };
		return NULL;
	}
	TRY(gate_enter(c, a, who, in, &entry));
	if (entry.problem->package_id == NULL)
		return ERR(a, ERR_CONFLICT, "the problem has no package yet");
	if (in->is_all && entry.problem->role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN,
		    "only staff may have all tests run");
	TRY(snapshot_of(a, entry.problem, &snapshot));
	TRY(check_debug(a, in, entry.problem, snapshot));
	TRY(take_source(c, a,
	    &(struct entrant) { who, in, entry.problem, snapshot,
		entry.authors },
	    &source));
	TRY(gate_use(c, a, who, in, &entry));
	row = new_row(a, in, &entry, &source);
	row.budget_s = snapshot_budget_s(snapshot);
	if (in->debug != NULL && row.budget_s < DEBUG_BUDGET_S)
		row.budget_s = DEBUG_BUDGET_S;
	row.request_digest = in->key == NULL ? NULL : digest;
	return insert(c, a, who, entry.problem, &row, ret);
}
