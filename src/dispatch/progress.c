#include "dispatch/progress.h"

#include "base/str.h"
#include "dispatch/conn.h"

#define KEPT_MS 3600000

static struct err *
check_progress(struct arena *a, const char *job, const char *lease)
{
	const char *const names[] = { job, lease };

	return check_names(a, names, ARRAY_LEN(names));
}

struct err *
dispatch_progress_put(struct dispatch *d, struct arena *a, const char *job,
    const char *lease, const struct dispatch_tests *t)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_progress(a, job, lease));
	if (t->from >= DISPATCH_PROGRESS_TESTS || t->n == 0)
		return NULL;
	batch_script(&b, SCRIPT_PROGRESS, 2);
	batch_key(&b, "job:%s", job);
	batch_key(&b, "progress:%s:%s", job, lease);
	batch_int(&b, KEPT_MS);
	for (size_t i = 0; i < t->n && i < DISPATCH_PROGRESS_TESTS - t->from;
	     i++) {
		if (strlen(t->texts[i]) > DISPATCH_PROGRESS_BYTES)
			return ERR(a, ERR_TOO_LARGE,
			    "a test's progress is longer than %d bytes",
			    DISPATCH_PROGRESS_BYTES);
		batch_int(&b, (int64_t)(t->from + i));
		batch_arg(&b, t->texts[i]);
	}
	return batch_run(d, &b);
}

struct err *
dispatch_progress_get(struct dispatch *d, struct arena *a, const char *job,
    const char *lease, const char ***ret_tests, size_t *ret_n)
{
	_cleanup_(batch_done) struct batch b;
	const char **tests;
	size_t n = 0;

	batch_init(&b, a);
	TRY(check_progress(a, job, lease));
	batch_command(&b, "HGETALL");
	batch_key(&b, "progress:%s:%s", job, lease);
	TRY(batch_run(d, &b));
	tests = arena_array(a, DISPATCH_PROGRESS_TESTS, sizeof(tests[0]));
	for (size_t i = 0; i + 1 < reply_count(b.replies[0]); i += 2) {
		size_t at = (size_t)reply_int(reply_at(b.replies[0], i));

		if (at >= DISPATCH_PROGRESS_TESTS)
			continue;
		tests[at] = reply_text(reply_at(b.replies[0], i + 1), a);
		n = at >= n ? at + 1 : n;
	}
	*ret_tests = tests;
	*ret_n = n;
	return NULL;
}

struct err *
dispatch_progress_count(struct dispatch *d, struct arena *a,
    const char *const *jobs, const char *const *leases, size_t n,
    size_t *ret_counts)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		TRY(check_progress(a, jobs[i], leases[i]));
		batch_command(&b, "HLEN");
		batch_key(&b, "progress:%s:%s", jobs[i], leases[i]);
	}
	if (n > 0)
		TRY(batch_run(d, &b));
	for (size_t i = 0; i < n; i++)
		ret_counts[i] = (size_t)reply_int(b.replies[i]);
	return NULL;
}

struct err *
dispatch_progress_remove(struct dispatch *d, struct arena *a, const char *job,
    const char *lease)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_progress(a, job, lease));
	batch_command(&b, "DEL");
	batch_key(&b, "progress:%s:%s", job, lease);
	return batch_run(d, &b);
}
