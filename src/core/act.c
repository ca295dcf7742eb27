/*
 * Theory: the row decides, under the locks of the landing; then the entries
 * of the jobs that it touched are made to agree with it.  What fails there is
 * the sweep's.
 */
#include "core/act.h"

#include "base/rand.h"
#include "core/reconcile.h"
#include "core/view.h"
#include "store/submission.h"

static struct err *
answer(struct arena *a, enum submission_act act)
{
	switch (act) {
	case ACT_DONE:
		return NULL;
	case ACT_ENDED:
		return ERR(a, ERR_CONFLICT,
		    "the submission neither waits nor runs");
	case ACT_REJUDGED:
		return ERR(a, ERR_FORBIDDEN,
		    "only staff may take back what was judged before");
	case ACT_CANCELLED:
		return ERR(a, ERR_CONFLICT, "the submission was cancelled");
	case ACT_NO_PACKAGE:
		return ERR(a, ERR_CONFLICT, "the problem has no package");
	case ACT_ARCHIVED:
		return ERR(a, ERR_CONFLICT,
		    "the course is archived: it can be read, not changed");
	case ACT_UNKNOWN:
		break;
	}
	return ERR(a, ERR_NOT_FOUND, "no such submission");
}

struct err *
core_submission_cancel(const struct core *c, struct arena *a,
    const struct caller *who, const char *id)
{
	const char *reason = arena_printf(a, "by %s", who->user->name);
	struct submission *row;
	enum member_role role;
	struct submission_acted acted;

	TRY(core_submission_find(c, a, who, id, &row, &role));
	if (!row->is_author && role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN, "only authors and staff may");
	TRY(store_submission_cancel(c->store, a, id, role >= ROLE_STAFF, reason,
	    &acted));
	if (acted.act == ACT_DONE && acted.job_id != NULL)
		core_reconcile_jobs(c, a, &acted.job_id, 1);
	return answer(a, acted.act);
}

struct err *
core_submission_rejudge(const struct core *c, struct arena *a,
    const struct caller *who, const char *id, bool is_all)
{
	const struct submission_rejudge in = {
		.id = id,
		.job_id = rand_id(a, "jb"),
		.reason = arena_printf(a, "rejudged by %s", who->user->name),
		.is_all = is_all,
	};
	struct submission *row;
	enum member_role role;
	struct submission_acted acted;

	TRY(core_submission_find(c, a, who, id, &row, &role));
	if (role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN, "only staff may rejudge");
	if (row->is_manual)
		return ERR(a, ERR_CONFLICT, "only people grade it");
	TRY(store_submission_rejudge(c->store, a, &in, &acted));
	if (acted.act == ACT_DONE) {
		const char *const jobs[] = { acted.job_id, in.job_id };

		core_reconcile_jobs(c, a, jobs, 2);
	}
	return answer(a, acted.act);
}
