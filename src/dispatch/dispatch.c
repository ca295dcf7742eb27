#include "dispatch/dispatch.h"

#include <assert.h>

#include "base/str.h"
#include "dispatch/conn.h"
#include "dispatch/job.h"

/* The server's identity and health, from INFO. */
struct err *
dispatch_ready(struct dispatch *d, struct arena *a)
{
	_cleanup_(batch_done) struct batch b;
	const char *info;

	batch_init(&b, a);
	batch_command(&b, "PING");
	batch_command(&b, "INFO");
	batch_arg(&b, "memory");
	batch_command(&b, "INFO");
	batch_arg(&b, "replication");
	TRY(batch_run(d, &b));
	info = reply_text(b.replies[1], a);
	if (info == NULL ||
	    strstr(info, "maxmemory_policy:noeviction\r\n") == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "redis: maxmemory-policy is not noeviction");
	info = reply_text(b.replies[2], a);
	if (info == NULL || strstr(info, "role:master\r\n") == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE, "redis: not a master");
	return NULL;
}

static const char *const classes[] = {
	[DISPATCH_LIVE] = "live",
	[DISPATCH_PRACTICE] = "practice",
	[DISPATCH_REJUDGE] = "rejudge",
};

struct err *
job_check(struct arena *a, const struct dispatch_job *j)
{
	const char *const names[] = { j->id, j->submission, j->user, j->pool,
		j->language };

	assert(j->class < DISPATCH_CLASS__MAX && j->hard_ms > 0);
	TRY(check_names(a, names, ARRAY_LEN(names)));
	if (j->lease != NULL && !dispatch_is_lease(j->lease))
		return ERR_WHY(a, ERR_INTERNAL, "not a lease: \"%s\"",
		    j->lease);
	return NULL;
}

void
job_args(struct batch *b, const struct dispatch_job *j)
{
	batch_arg(b, j->id);
	batch_arg(b, j->submission);
	batch_arg(b, j->user);
	batch_arg(b, j->pool);
	batch_arg(b, j->language);
	batch_arg(b, classes[j->class]);
	batch_int(b, j->hard_ms);
	batch_arg(b, j->lease == NULL ? "" : j->lease);
}

struct err *
dispatch_offer(struct dispatch *d, struct arena *a,
    const struct dispatch_job *jobs, size_t n, size_t *ret_new)
{
	_cleanup_(batch_done) struct batch b;
	size_t added = 0;

	batch_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		TRY(job_check(a, &jobs[i]));
		batch_script(&b, SCRIPT_OFFER, 2);
		batch_key(&b, "job:%s", jobs[i].id);
		batch_key(&b, "fair:%s/%s", jobs[i].pool,
		    classes[jobs[i].class]);
		job_args(&b, &jobs[i]);
		batch_arg(&b,
		    jobs[i].lease == NULL || jobs[i].runner == NULL
			? ""
			: jobs[i].runner);
	}
	TRY(batch_run(d, &b));
	for (size_t i = 0; i < n; i++)
		added += reply_int(b.replies[i]) == 1;
	if (ret_new != NULL)
		*ret_new = added;
	return NULL;
}
