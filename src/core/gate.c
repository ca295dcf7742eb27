#include "core/gate.h"

#include <string.h>

#include "base/log.h"
#include "dispatch/rate.h"
#include "store/course.h"
#include "store/roster.h"

struct err *
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
	struct course *course = NULL;
	struct problem *problem = NULL;
	enum member_role role;

	TRY(store_problem_get(c->store, a, who->user->id,
	    &(struct problem_key) { in->course, in->problem }, in->received_ms,
	    &problem));
	if (problem == NULL)
		TRY(store_course_get(c->store, a, who->user->id, in->course,
		    &course));
	if (problem == NULL && course == NULL)
		return ERR(a, ERR_NOT_FOUND, "no such course");
	role = core_role(who, problem != NULL ? problem->role : course->role);
	if (role == ROLE_NONE)
		return ERR(a, ERR_NOT_MEMBER,
		    "only members of the course may submit");
	if (problem == NULL || (!problem->is_visible && role < ROLE_TUTOR))
		return ERR(a, ERR_NOT_FOUND, "no such problem");
	problem->role = role;
	*ret_problem = problem;
	return NULL;
}

/* Who teaches submits alone; what a team is now, its submission keeps. */
static struct err *
gate_team(const struct core *c, struct arena *a, const struct caller *who,
    const struct submit *in, struct entry *e)
{
	e->authors = (struct authors) { &who->user->id, 1 };
	if (!e->problem->is_for_teams || e->teaches) {
		if (in->group == NULL)
			return NULL;
		return ERR(a, ERR_IMPOSSIBLE, "%s",
		    e->teaches ? "who teaches submits alone"
			       : "this problem is not for teams");
	}
	TRY(store_team_of(c->store, a, e->problem->course_id, who->user->id,
	    &e->team, &e->authors));
	if (e->team == NULL)
		return ERR(a, ERR_NO_TEAM,
		    "this problem is for teams, and you are in none");
	if (in->group != NULL && strcmp(in->group, e->team) != 0)
		return ERR(a, ERR_NO_TEAM, "your team is \"%s\"", e->team);
	return NULL;
}

static struct err *
closed(struct arena *a, const struct problem_window *w)
{
	switch (w->phase) {
	case WINDOW_BEFORE:
		if (w->opens_at == NULL)
			return ERR(a, ERR_WINDOW, "the problem is closed");
		return ERR(a, ERR_WINDOW, "the problem opens at %s",
		    w->opens_at);
	case WINDOW_CLOSED:
		return ERR(a, ERR_WINDOW, "the problem closed at %s",
		    w->end_at);
	case WINDOW_ARCHIVED:
		return ERR(a, ERR_WINDOW, "the course is over");
	case WINDOW_SHUT:
		return ERR(a, ERR_WINDOW, "no submissions are accepted now");
	case WINDOW_OPEN:
	case WINDOW_LATE:
		break;
	}
	return NULL;
}

struct err *
gate_enter(const struct core *c, struct arena *a, const struct caller *who,
    const struct submit *in, struct entry *ret_entry)
{
	struct entry e = { 0 };

	TRY(gate_member(c, a, who, in, &e.problem));
	e.teaches = e.problem->role >= ROLE_TUTOR;
	TRY(gate_team(c, a, who, in, &e));
	*ret_entry = e;
	if (e.teaches)
		return NULL;
	return closed(a, &e.problem->window);
}

/* clang-format off */
static const struct {
	const char *reason;
	enum err_code code;
	const char *text;
} refusals[] = {
	{ "pending", ERR_PENDING, NULL },
	{ "quota", ERR_QUOTA, "all submissions are used up" },
	{ "sliding", ERR_QUOTA, "too many submissions in a while" },
	{ "daily", ERR_QUOTA, "all submissions of this day are used up" },
	{ "interval", ERR_RATE, "too soon after the last submission" },
	{ "rate", ERR_RATE, "too soon after the last submission" },
};
/* clang-format on */

struct err *
gate_refused(struct arena *a, const struct problem *p,
    const struct refusal *refusal)
{
	struct err *e;
	size_t i = 0;

	while (strcmp(refusals[i].reason, refusal->reason) != 0)
		i++;
	if (refusals[i].code == ERR_PENDING)
		return ERR(a, ERR_PENDING, "%s is not graded yet",
		    refusal->pending);
	if (refusal->wait_s == 0)
		return ERR(a, refusals[i].code, "%s: %lld are allowed",
		    refusals[i].text, (long long)p->max_submissions);
	e = ERR(a, refusals[i].code, "%s: wait for %lld s", refusals[i].text,
	    (long long)refusal->wait_s);
	e->retry_after_s = (int)refusal->wait_s;
	return e;
}

/* Against floods: in Redis, before the rows are looked at again. */
static struct err *
gate_burst(const struct core *c, struct arena *a, const struct caller *who,
    const struct refusal_look *look)
{
	const char *key =
	    arena_printf(a, "submit:%lld", (long long)who->user->id);
	int64_t rate = look->burst >= 0 ? look->burst : c->submit_rate;
	int64_t period_s =
	    look->burst_s >= 0 ? look->burst_s : c->submit_period_ms / 1000;
	int64_t wait_ms = 0;
	struct err *e;

	if (rate == 0)
		return NULL;
	e = dispatch_rate_take(c->dispatch, a, key, rate, period_s * 1000,
	    &wait_ms);
	if (e != NULL) {
		/* Without Redis nobody is counted, and nobody is refused. */
		log_err(LOG_WARNING, "rate_unknown", e);
		return NULL;
	}
	if (wait_ms == 0)
		return NULL;
	e = ERR(a, ERR_RATE, "at most %lld submissions in %lld s",
	    (long long)rate, (long long)period_s);
	e->retry_after_s = (int)((wait_ms + 999) / 1000);
	return e;
}

struct err *
gate_use(const struct core *c, struct arena *a, const struct caller *who,
    const struct submit *in, const struct entry *e)
{
	struct refusal_look look;

	if (e->teaches)
		return NULL;
	TRY(store_submission_refusal(c->store, a, e->problem->id, &e->authors,
	    in->received_ms, &look));
	if (look.refusal.reason != NULL)
		return gate_refused(a, e->problem, &look.refusal);
	return gate_burst(c, a, who, &look);
}
