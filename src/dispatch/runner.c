#include "dispatch/runner.h"

#include "dispatch/conn.h"

static struct err *
check_runner(struct arena *a, const struct dispatch_want *w)
{
	TRY(check_names(a, &w->runner, 1));
	TRY(check_names(a, w->pools, w->n_pools));
	return check_names(a, w->languages, w->n_languages);
}

static void
add_seen(struct batch *b, const struct dispatch_want *w, int64_t live_ms)
{
	batch_script(b, SCRIPT_SEEN, 1 + w->n_pools * w->n_languages);
	batch_key(b, "beats");
	for (size_t i = 0; i < w->n_pools; i++) {
		for (size_t j = 0; j < w->n_languages; j++)
			batch_key(b, "serves:%s/%s", w->pools[i],
			    w->languages[j]);
	}
	batch_arg(b, w->runner);
	batch_int(b, live_ms);
}

struct err *
dispatch_runner_seen(struct dispatch *d, struct arena *a,
    const struct dispatch_alive *alive, size_t n)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		TRY(check_runner(a, &alive[i].want));
		add_seen(&b, &alive[i].want, alive[i].live_ms);
	}
	return batch_run(d, &b);
}

struct err *
dispatch_runner_gone(struct dispatch *d, struct arena *a,
    const struct dispatch_want *w)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	TRY(check_runner(a, w));
	batch_command(&b, "ZREM");
	batch_key(&b, "beats");
	batch_arg(&b, w->runner);
	for (size_t i = 0; i < w->n_pools * w->n_languages; i++) {
		batch_command(&b, "ZREM");
		batch_key(&b, "serves:%s/%s", w->pools[i / w->n_languages],
		    w->languages[i % w->n_languages]);
		batch_arg(&b, w->runner);
	}
	return batch_run(d, &b);
}

struct err *
dispatch_is_served(struct dispatch *d, struct arena *a, const char *pool,
    const char *language, bool *ret_served)
{
	_cleanup_(batch_done) struct batch b;
	const char *const names[] = { pool, language };

	batch_init(&b, a);
	TRY(check_names(a, names, ARRAY_LEN(names)));
	batch_command(&b, "TIME");
	batch_command(&b, "ZRANGE");
	batch_key(&b, "serves:%s/%s", pool, language);
	batch_arg(&b, "-1");
	batch_arg(&b, "-1");
	batch_arg(&b, "WITHSCORES");
	TRY(batch_run(d, &b));
	*ret_served =
	    reply_int(reply_at(b.replies[1], 1)) > reply_time(b.replies[0]);
	return NULL;
}
