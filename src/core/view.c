#include "core/view.h"

#include <string.h>

#include "base/log.h"
#include "core/queue.h"
#include "dispatch/progress.h"
#include "store/course.h"
#include "store/problem.h"
#include "store/submission.h"

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
	if (row->is_removed)
		return ERR(a, ERR_NOT_FOUND,
		    "it was removed: only the newest ones are stored");
	*ret_row = row;
	*ret_role = role;
	return NULL;
}

static bool
is_running(const char *status)
{
	return status != NULL && strcmp(status, "running") == 0;
}

/* Of one that runs: with the tests that are done. */
static const char *
version(struct arena *a, const char *row, size_t n_tests)
{
	return arena_printf(a, "%s +%zu", row, n_tests);
}

/* The live view is best effort: without Redis there is none. */
static struct err *
look_at_progress(const struct core *c, struct arena *a,
    struct submission_view *view)
{
	const struct submission *row = view->row;
	const char **tests;
	size_t n;

	TRY(dispatch_progress_get(c->dispatch, a, row->job_id, row->lease_id,
	    &tests, &n));
	view->progress = tests;
	view->n_progress = n;
	view->version = version(a, row->version, n);
	return NULL;
}

struct err *
core_submission_get(const struct core *c, struct arena *a,
    const struct caller *who, const char *id, struct submission_view *ret_view)
{
	struct submission_view view = { .expected_s = -1 };
	struct submission *row;
	enum member_role role;
	struct err *e = NULL;

	TRY(core_submission_find(c, a, who, id, &row, &role));
	view.row = row;
	view.version = row->version;
	view.sees_all = role >= ROLE_TUTOR;
	if (is_running(row->status)) {
		view.version = version(a, row->version, 0);
		e = look_at_progress(c, a, &view);
	} else if (strcmp(row->status, "waiting") == 0)
		e = core_queue_look(c, a, &view);
	if (e != NULL)
		log_err(LOG_WARNING, "live_view_failed", e);
	*ret_view = view;
	return NULL;
}

struct err *
core_submission_versions(const struct core *c, struct arena *a,
    const char *const *ids, size_t n, const char **ret_versions)
{
	const char **jobs = arena_array(a, n, sizeof(*jobs));
	const char **leases = arena_array(a, n, sizeof(*leases));
	size_t *counts = arena_array(a, n, sizeof(*counts));
	struct submission_state *states;
	size_t running = 0;
	struct err *e;

	TRY(store_submission_states(c->store, a, ids, n, &states));
	for (size_t i = 0; i < n; i++)
		if (is_running(states[i].status)) {
			jobs[running] = states[i].job_id;
			leases[running++] = states[i].lease_id;
		}
	e = dispatch_progress_count(c->dispatch, a, jobs, leases, running,
	    counts);
	if (e != NULL)
		log_err(LOG_WARNING, "live_view_failed", e);
	running = 0;
	for (size_t i = 0; i < n; i++)
		ret_versions[i] = states[i].version == NULL ? NULL
		    : is_running(states[i].status)
		    ? version(a, states[i].version, counts[running++])
		    : states[i].version;
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
