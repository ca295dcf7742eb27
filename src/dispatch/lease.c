#include "dispatch/lease.h"

#include <assert.h>

#include "base/str.h"
#include "dispatch/conn.h"
#include "dispatch/job.h"

/* A list longer than this goes in several scripts. */
#define RENEW_PAGE 256

/* Those from..from+RENEW_PAGE-1 of the list. */
static void
add_renew(struct batch *b, const struct dispatch_list *l, size_t from)
{
	batch_script(b, SCRIPT_RENEW, 2);
	batch_key(b, "held:%s", l->runner);
	batch_key(b, "leased");
	batch_int(b, l->lease_ms);
	batch_arg(b, "listed");
	for (size_t i = from; i < l->n && i < from + RENEW_PAGE; i++)
		batch_arg(b, l->jobs[i]);
}

struct err *
dispatch_renew(struct dispatch *d, struct arena *a,
    const struct dispatch_list *l, enum dispatch_renewal *ret_renewals)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_names(a, &l->runner, 1));
	TRY(check_names(a, l->jobs, l->n));
	for (size_t i = 0; i < l->n; i += RENEW_PAGE)
		add_renew(&b, l, i);
	TRY(batch_run(d, &b));
	for (size_t i = 0; i < l->n; i++) {
		int64_t r = reply_int(
		    reply_at(b.replies[i / RENEW_PAGE], i % RENEW_PAGE));

		assert(r >= 0 && r < DISPATCH_RENEWAL__MAX);
		ret_renewals[i] = (enum dispatch_renewal)r;
	}
	return NULL;
}

struct err *
dispatch_renew_acked(struct dispatch *d, struct arena *a, const char *runner,
    int64_t lease_ms, size_t *ret_n)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_names(a, &runner, 1));
	batch_script(&b, SCRIPT_RENEW, 2);
	batch_key(&b, "held:%s", runner);
	batch_key(&b, "leased");
	batch_int(&b, lease_ms);
	batch_arg(&b, "acked");
	TRY(batch_run(d, &b));
	*ret_n = (size_t)reply_int(b.replies[0]);
	return NULL;
}

struct err *
dispatch_ack(struct dispatch *d, struct arena *a, const char *runner,
    const char *job, const char *lease, const char **ret_lease)
{
	_cleanup_(batch_done) struct batch b;
	const char *const names[] = { runner, job };

	batch_init(&b, a);
	TRY(check_names(a, names, ARRAY_LEN(names)));
	batch_script(&b, SCRIPT_ACK, 1);
	batch_key(&b, "held:%s", runner);
	batch_arg(&b, runner);
	batch_arg(&b, job);
	batch_arg(&b, lease == NULL ? "" : lease);
	TRY(batch_run(d, &b));
	*ret_lease = reply_text(b.replies[0], a);
	return NULL;
}

struct err *
dispatch_restore(struct dispatch *d, struct arena *a,
    enum dispatch_restore when, const struct dispatch_job *job,
    int64_t lease_ms, bool *ret_done)
{
	_cleanup_(batch_done) struct batch b;

	assert(job->lease != NULL && job->runner != NULL && lease_ms > 0);
	batch_init(&b, a);
	TRY(job_check(a, job));
	TRY(check_names(a, &job->runner, 1));
	batch_script(&b, SCRIPT_RESTORE, 1);
	batch_key(&b, "job:%s", job->id);
	job_args(&b, job);
	batch_arg(&b, job->runner);
	batch_int(&b, lease_ms);
	batch_int(&b, job->hard_ms);
	batch_arg(&b, when == DISPATCH_IF_ABSENT ? "absent" : "behind");
	TRY(batch_run(d, &b));
	*ret_done = reply_int(b.replies[0]) == 1;
	return NULL;
}

/* One TIME, then two commands a job. */
static struct err *
ask_entries(struct dispatch *d, struct batch *b, const char *const *jobs,
    size_t n)
{
	TRY(check_names(b->arena, jobs, n));
	batch_command(b, "TIME");
	for (size_t i = 0; i < n; i++) {
		batch_command(b, "HMGET");
		batch_key(b, "job:%s", jobs[i]);
		batch_arg(b, "sub");
		batch_arg(b, "lease");
		batch_arg(b, "runner");
		batch_command(b, "ZSCORE");
		batch_key(b, "leased");
		batch_arg(b, jobs[i]);
	}
	return batch_run(d, b);
}

static struct dispatch_entry
read_entry(const struct batch *b, size_t i, const char *job)
{
	const redisReply *r = b->replies[1 + 2 * i];
	const redisReply *deadline = b->replies[2 + 2 * i];
	struct dispatch_entry e = {
		.job = job,
		.lease = reply_text(reply_at(r, 1), b->arena),
		.runner = reply_text(reply_at(r, 2), b->arena),
	};

	if (reply_at(r, 0) == NULL ||
	    reply_at(r, 0)->type != REDIS_REPLY_STRING)
		e.state = DISPATCH_ABSENT;
	else
		e.state = e.runner == NULL ? DISPATCH_READY : DISPATCH_LEASED;
	if (e.state == DISPATCH_LEASED)
		e.left_ms = reply_int(deadline) - reply_time(b->replies[0]);
	return e;
}

struct err *
dispatch_peek(struct dispatch *d, struct arena *a, const char *const *jobs,
    size_t n, struct dispatch_entry *ret_entries)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(ask_entries(d, &b, jobs, n));
	for (size_t i = 0; i < n; i++)
		ret_entries[i] = read_entry(&b, i, jobs[i]);
	return NULL;
}

struct err *
dispatch_holder(struct dispatch *d, struct arena *a, const char *job,
    struct dispatch_entry *ret_entry)
{
	return dispatch_peek(d, a, &job, 1, ret_entry);
}

/* "lease flags hard submission nonce" of lua/lease.lua. */
struct err *
dispatch_release(struct dispatch *d, struct arena *a, const char *job,
    const char *lease, enum dispatch_reason reason, bool *ret_done)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_names(a, &job, 1));
	batch_script(&b, SCRIPT_RELEASE, 1);
	batch_key(&b, "job:%s", job);
	batch_arg(&b, job);
	batch_arg(&b, lease);
	batch_arg(&b, reason == DISPATCH_FAILED ? "failed" : "given_back");
	TRY(batch_run(d, &b));
	if (ret_done != NULL)
		*ret_done = reply_int(b.replies[0]) == 1;
	return NULL;
}

struct err *
dispatch_recall(struct dispatch *d, struct arena *a, const char *job,
    const char *lease)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_names(a, &job, 1));
	batch_script(&b, SCRIPT_RECALL, 1);
	batch_key(&b, "job:%s", job);
	batch_arg(&b, job);
	batch_arg(&b, lease);
	return batch_run(d, &b);
}

struct err *
dispatch_drop(struct dispatch *d, struct arena *a,
    const struct dispatch_entry *entries, size_t n, size_t *ret_n)
{
	_cleanup_(batch_done) struct batch b;
	size_t dropped = 0;

	batch_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		TRY(check_names(a, &entries[i].job, 1));
		batch_script(&b, SCRIPT_FORGET, 1);
		batch_key(&b, "job:%s", entries[i].job);
		batch_arg(&b, entries[i].job);
		batch_arg(&b, entries[i].lease == NULL ? "" : entries[i].lease);
	}
	TRY(batch_run(d, &b));
	for (size_t i = 0; i < n; i++)
		dropped += reply_int(b.replies[i]) == 1;
	*ret_n = dropped;
	return NULL;
}

struct err *
dispatch_forget(struct dispatch *d, struct arena *a, const char *job,
    const char *lease, bool *ret_done)
{
	struct dispatch_entry e = { .job = job, .lease = lease };
	size_t n;

	TRY(dispatch_drop(d, a, &e, 1, &n));
	if (ret_done != NULL)
		*ret_done = n == 1;
	return NULL;
}
