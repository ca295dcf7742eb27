#include "core/submission.h"

#include <string.h>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/rand.h"
#include "core/answers.h"
#include "core/entry.h"
#include "core/metrics.h"
#include "core/snapshot.h"
#include "core/source.h"
#include "dispatch/lease.h"
#include "dispatch/rate.h"
#include "store/course.h"
#include "store/problem.h"

/*
 * -- the gates
 */

static struct err *
gate_key(const struct core *c, struct arena *a, const struct caller *who,
    const struct submit *in, const char *digest, const char **ret_id)
{
	const char *id = NULL;
	const char *before = NULL;

	*ret_id = NULL;
	if (in->key == NULL)
		return NULL;
	TRY(store_submission_by_key(c->store, a, who->user->id, in->key, &id,
	    &before));
	if (id == NULL)
		return NULL;
	if (before == NULL || strcmp(before, digest) != 0)
		return ERR(a, ERR_KEY_REUSED,
		    "this Idempotency-Key belongs to another request");
	*ret_id = id;
	return NULL;
}

/* A problem that is hidden from the caller does not exist for them. */
static struct err *
gate_member(const struct core *c, struct arena *a, const struct caller *who,
    const struct submit *in, struct problem **ret_problem)
{
	struct course *course;
	struct problem *problem = NULL;
	enum member_role role;

	TRY(store_course_get(c->store, a, who->user->id, in->course, &course));
	if (course == NULL)
		return ERR(a, ERR_NOT_FOUND, "no such course");
	role = core_role(who, course->role);
	if (role == ROLE_NONE)
		return ERR(a, ERR_NOT_MEMBER,
		    "only members of the course may submit");
	TRY(store_problem_get(c->store, a, who->user->id, in->course,
	    in->problem, &problem));
	if (problem == NULL || (!problem->is_visible && role < ROLE_TUTOR))
		return ERR(a, ERR_NOT_FOUND, "no such problem");
	problem->role = role;
	*ret_problem = problem;
	return NULL;
}

/* Who teaches may try a problem before and after its time. */
static struct err *
gate_window(struct arena *a, const struct submit *in, const struct problem *p)
{
	if (p->role >= ROLE_TUTOR)
		return NULL;
	if (in->received_ms < p->opens_ms)
		return ERR(a, ERR_WINDOW, "the problem opens at %s",
		    p->opens_at);
	if (in->received_ms >= p->closes_ms)
		return ERR(a, ERR_WINDOW, "the problem closed at %s",
		    p->closes_at);
	return NULL;
}

static struct err *
pending(struct arena *a, const char *id)
{
	return ERR(a, ERR_PENDING, "%s is not graded yet", id);
}

static struct err *
none_left(struct arena *a, const struct problem *p)
{
	return ERR(a, ERR_QUOTA, "all %lld submissions are used up",
	    (long long)p->max_submissions);
}

/* A look only, for a clear answer: the insert decides under its lock. */
static struct err *
gate_use(const struct core *c, struct arena *a, const struct caller *who,
    const struct problem *p)
{
	struct submission_use use;

	if (p->role >= ROLE_TUTOR ||
	    (p->allows_pending && p->max_submissions == 0))
		return NULL;
	TRY(store_submission_use(c->store, a, who->user->id, p->id, &use));
	if (!p->allows_pending && use.pending != NULL)
		return pending(a, use.pending);
	if (p->max_submissions > 0 && use.used >= p->max_submissions)
		return none_left(a, p);
	return NULL;
}

static struct err *
gate_rate(const struct core *c, struct arena *a, const struct caller *who,
    const struct problem *p)
{
	const char *key =
	    arena_printf(a, "submit:%lld", (long long)who->user->id);
	int64_t wait_ms = 0;
	struct err *e;

	if (c->submit_rate == 0 || p->role >= ROLE_TUTOR)
		return NULL;
	e = dispatch_rate_take(c->dispatch, a, key, c->submit_rate,
	    c->submit_period_ms, &wait_ms);
	if (e != NULL) {
		/* Without Redis nobody is counted, and nobody is refused. */
		log_err(LOG_WARNING, "rate_unknown", e);
		return NULL;
	}
	if (wait_ms == 0)
		return NULL;
	e = ERR(a, ERR_RATE, "at most %lld submissions in %lld s",
	    (long long)c->submit_rate, (long long)c->submit_period_ms / 1000);
	e->retry_after_s = (int)((wait_ms + 999) / 1000);
	return e;
}

/*
 * -- what is submitted
 */

/* What came through the gates. */
struct entrant {
	const struct caller *who;
	const struct submit *in;
	const struct problem *problem;
	const struct snapshot *snapshot;
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

/*
 * -- the two writes
 */

static struct submission_new
new_row(struct arena *a, const struct caller *who, const struct submit *in,
    const struct problem *p, const struct source *source)
{
	bool teaches = p->role >= ROLE_TUTOR;

	return (struct submission_new) {
		.id = rand_id(a, "sb"),
		.job_id = rand_id(a, "jb"),
		.problem_id = p->id,
		.package_id = p->package_id,
		.limits = p->limits,
		.authors = &who->user->id,
		.authors_n = 1,
		.language =
		    source->language != NULL ? source->language->name : NULL,
		.pool = source->pool,
		.source = source->zip,
		.source_n = source->zip_n,
		.input = source->input,
		.locale = source->locale,
		.submitted_ms = in->received_ms,
		.key = in->key,
		.max_submissions = teaches ? 0 : p->max_submissions,
		.allows_pending = teaches || p->allows_pending,
	};
}

/*
 * The row is the truth: if the offer is lost here, the sweep finds a job that
 * is ready and has no entry, and offers it.
 */
static void
offer(const struct core *c, struct arena *a, const struct caller *who,
    const struct submission_new *row)
{
	const struct dispatch_job job = {
		.id = row->job_id,
		.submission = row->id,
		.user = arena_printf(a, "%lld", (long long)who->user->id),
		.pool = row->pool,
		.language =
		    row->language != NULL ? row->language : CORE_NO_LANGUAGE,
		.class = DISPATCH_LIVE,
		.hard_ms = row->budget_s * 1000,
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
			offer(c, a, who, row);
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
	case SUBMISSION_IS_PENDING:
		return pending(a, inserted.id);
	case SUBMISSION_NONE_LEFT:
		break;
	}
	return none_left(a, p);
}

struct err *
core_submission_accept(const struct core *c, struct arena *a,
    const struct caller *who, const struct submit *in, struct accepted *ret)
{
	const char *digest = source_request_digest(a, in);
	struct submission_new row;
	struct snapshot *snapshot;
	struct problem *problem = NULL;
	struct source source;
	const char *id;

	TRY(gate_key(c, a, who, in, digest, &id));
	if (id != NULL) {
		*ret = (struct accepted) { id, false };
		return NULL;
	}
	TRY(gate_member(c, a, who, in, &problem));
	TRY(gate_window(a, in, problem));
	if (problem->package_id == NULL)
		return ERR(a, ERR_CONFLICT, "the problem has no package yet");
	TRY(snapshot_read(a, problem->grading, &snapshot));
	TRY(take_source(c, a, &(struct entrant) { who, in, problem, snapshot },
	    &source));
	TRY(gate_use(c, a, who, problem));
	TRY(gate_rate(c, a, who, problem));
	row = new_row(a, who, in, problem, &source);
	row.budget_s = snapshot_budget_s(snapshot);
	row.request_digest = in->key == NULL ? NULL : digest;
	return insert(c, a, who, problem, &row, ret);
}
