/* Looking at submissions; core/submission.h. */
#include <string.h>

#include "base/log.h"
#include "core/entry.h"
#include "core/submission.h"
#include "dispatch/lease.h"
#include "dispatch/progress.h"
#include "dispatch/runner.h"
#include "store/course.h"

/* What exists but is not theirs does not exist for them. */
struct err *
core_submission_find(const struct core *c, struct arena *a,
    const struct caller *who, const char *id, struct submission **ret_row,
    enum member_role *ret_role)
{
	struct submission *row;
	enum member_role role = ROLE_NONE;

	TRY(store_submission_get(c->store, a, who->user->id, id, &row));
	if (row != NULL)
		TRY(store_member_get(c->store, a, row->course_id,
		    who->user->name, &role));
	role = core_role(who, role);
	if (row == NULL || (!row->is_author && role < ROLE_TUTOR))
		return ERR(a, ERR_NOT_FOUND, "no such submission");
	*ret_row = row;
	*ret_role = role;
	return NULL;
}

/* The live view is best effort: without Redis there is none. */
static struct err *
look_at_progress(const struct core *c, struct arena *a,
    struct submission_view *view)
{
	struct dispatch_entry entry;
	const char **tests;
	size_t n;

	if (view->row->job_id == NULL)
		return NULL;
	TRY(dispatch_holder(c->dispatch, a, view->row->job_id, &entry));
	if (entry.state != DISPATCH_LEASED)
		return NULL;
	TRY(dispatch_progress_get(c->dispatch, a, view->row->job_id,
	    entry.lease, &tests, &n));
	view->progress = tests;
	view->n_progress = n;
	return NULL;
}

static struct err *
look_at_waiting(const struct core *c, struct arena *a,
    struct submission_view *view)
{
	const char *language = view->row->language;
	bool served = true;

	if (view->row->pool == NULL)
		return NULL;
	TRY(dispatch_is_served(c->dispatch, a, view->row->pool,
	    language == NULL ? CORE_NO_LANGUAGE : language, &served));
	if (!served)
		view->waiting_reason =
		    "no runner for this language is there now";
	return NULL;
}

struct err *
core_submission_get(const struct core *c, struct arena *a,
    const struct caller *who, const char *id, struct submission_view *ret_view)
{
	struct submission_view view = { 0 };
	struct submission *row;
	enum member_role role;
	struct err *e = NULL;

	TRY(core_submission_find(c, a, who, id, &row, &role));
	view.row = row;
	view.sees_all = role >= ROLE_TUTOR;
	if (strcmp(row->status, "running") == 0)
		e = look_at_progress(c, a, &view);
	else if (strcmp(row->status, "waiting") == 0)
		e = look_at_waiting(c, a, &view);
	if (e != NULL)
		log_err(LOG_WARNING, "live_view_failed", e);
	*ret_view = view;
	return NULL;
}

const char *
core_submission_state(struct arena *a, const char *status, const char *verdict)
{
	return arena_printf(a, "%s/%s", status, verdict == NULL ? "" : verdict);
}

struct err *
core_submission_states(const struct core *c, struct arena *a,
    const char *const *ids, size_t n, const char **ret_states)
{
	struct submission_state *states;

	TRY(store_submission_states(c->store, a, ids, n, &states));
	for (size_t i = 0; i < n; i++)
		ret_states[i] = states[i].status == NULL
		    ? NULL
		    : core_submission_state(a, states[i].status,
			  states[i].verdict);
	return NULL;
}

struct err *
core_submission_list(const struct core *c, struct arena *a,
    const struct caller *who, struct submission_filter *filter,
    struct submission_list *ret_list)
{
	filter->viewer_id = who->user->id;
	filter->sees_all = who->is_admin;
	return store_submission_list(c->store, a, filter, ret_list);
}

struct err *
core_submission_source(const struct core *c, struct arena *a,
    const struct caller *who, const char *id, struct store_blob **ret_blob)
{
	struct submission *row;
	enum member_role role;
	struct store_blob *blob;

	TRY(core_submission_find(c, a, who, id, &row, &role));
	TRY(store_submission_source(c->store, a, id, &blob));
	if (blob == NULL)
		return ERR(a, ERR_NOT_FOUND, "no such submission");
	*ret_blob = blob;
	return NULL;
}
