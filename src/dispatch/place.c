#include "dispatch/place.h"

#include "dispatch/conn.h"

/* What the script returns before the names. */
enum { BEFORE, MINE, ALL, RUNNERS, NAMED, FIXED };

static const char **
names(const redisReply *r, struct arena *a, size_t from, size_t to)
{
	const char **out = arena_array(a, to - from + 1, sizeof(*out));

	for (size_t i = from; i < to; i++)
		out[i - from] = reply_text(reply_at(r, i), a);
	return out;
}

struct err *
dispatch_place(struct dispatch *d, struct arena *a, const char *job,
    struct dispatch_place *ret_place)
{
	_cleanup_(batch_done) struct batch b;
	struct dispatch_place p = { 0 };
	const redisReply *r;
	int64_t all;
	size_t n;

	batch_init(&b, a);
	TRY(check_names(a, &job, 1));
	batch_script(&b, SCRIPT_PLACE, 1);
	batch_key(&b, "job:%s", job);
	batch_arg(&b, job);
	batch_int(&b, DISPATCH_PLACE_SAMPLE);
	TRY(batch_run(d, &b));
	r = b.replies[0];
	n = reply_count(r);
	if (n >= FIXED) {
		p.is_ready = true;
		p.before = reply_int(reply_at(r, BEFORE));
		all = reply_int(reply_at(r, ALL));
		p.share = all > 0
		    ? (double)reply_int(reply_at(r, MINE)) / (double)all
		    : 1;
		p.runners = reply_int(reply_at(r, RUNNERS));
		p.sample_n = (size_t)reply_int(reply_at(r, NAMED));
		p.sample = names(r, a, FIXED, FIXED + p.sample_n);
		p.jobs_n = n - FIXED - p.sample_n;
		p.jobs = names(r, a, FIXED + p.sample_n, n);
	}
	*ret_place = p;
	return NULL;
}
