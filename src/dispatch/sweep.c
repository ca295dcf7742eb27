#include "dispatch/sweep.h"

#include <assert.h>

#include "base/rand.h"
#include "base/str.h"
#include "dispatch/conn.h"
#include "dispatch/lease.h"

#define EXPIRE_PAGE 256
#define SCAN_PAGE "500"
#define JOB_KEY "{assize}:job:"

/* The value of a line "name:value" of INFO. */
static char *
info_value(struct arena *a, const redisReply *info, const char *name)
{
	struct str rest = str_of(info->str);
	struct str line;

	while (str_cut(&rest, '\n', &line)) {
		struct str key;

		if (str_cut(&line, ':', &key) && str_is(key, name))
			return str_dup(a, str_trim(line));
	}
	return arena_strdup(a, "");
}

/*
 * Changes when the server restarts, when a replica is promoted and when the
 * address leads to another server.
 */
static struct err *
ask_identity(struct dispatch *d, struct arena *a, const char **ret_identity)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	batch_command(&b, "INFO");
	batch_arg(&b, "server");
	batch_command(&b, "INFO");
	batch_arg(&b, "replication");
	TRY(batch_run(d, &b));
	*ret_identity =
	    arena_printf(a, "%s/%s", info_value(a, b.replies[0], "run_id"),
		info_value(a, b.replies[1], "master_replid"));
	return NULL;
}

struct err *
dispatch_sweep_begin(struct dispatch *d, struct arena *a, int64_t gap_ms,
    int64_t lease_ms, struct dispatch_sweep *ret_sweep)
{
	_cleanup_(batch_done) struct batch b;
	const char *identity;

	assert(gap_ms > 0 && lease_ms > 0);
	TRY(ask_identity(d, a, &identity));
	batch_init(&b, a);
	batch_script(&b, SCRIPT_SWEEP_BEGIN, 5);
	batch_key(&b, "sweep:turn");
	batch_key(&b, "sweep");
	batch_key(&b, "leased");
	batch_key(&b, "epoch");
	batch_key(&b, "beats");
	batch_arg(&b, d->token);
	batch_arg(&b, identity);
	batch_int(&b, gap_ms);
	batch_int(&b, lease_ms);
	TRY(batch_run(d, &b));
	*ret_sweep = (struct dispatch_sweep) {
		.is_mine = reply_int(reply_at(b.replies[0], 0)) == 1,
		.is_gap = reply_int(reply_at(b.replies[0], 1)) == 1,
		.is_empty = reply_int(reply_at(b.replies[0], 2)) != 0,
		.is_lost = reply_int(reply_at(b.replies[0], 2)) == 2,
	};
	return NULL;
}

struct err *
dispatch_sweep_rebuilt(struct dispatch *d, struct arena *a)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	batch_script(&b, SCRIPT_SWEEP_REBUILT, 1);
	batch_key(&b, "epoch");
	batch_arg(&b, d->token);
	batch_arg(&b, rand_id(a, "ep"));
	return batch_run(d, &b);
}

struct list {
	struct dispatch_entry *entries;
	size_t n;
	size_t cap;
};

static struct err *
expire_page(struct dispatch *d, struct arena *a, struct list *l, size_t *ret_n)
{
	_cleanup_(batch_done) struct batch b;
	const redisReply *r;

	batch_init(&b, a);
	batch_script(&b, SCRIPT_EXPIRE, 1);
	batch_key(&b, "leased");
	batch_int(&b, EXPIRE_PAGE);
	TRY(batch_run(d, &b));
	r = b.replies[0];
	for (size_t i = 0; i + 2 < reply_count(r); i += 3) {
		l->entries = arena_grow(a, l->entries, l->n, &l->cap,
		    sizeof(l->entries[0]));
		l->entries[l->n++] = (struct dispatch_entry) {
			.job = reply_text(reply_at(r, i), a),
			.state = DISPATCH_READY,
			.lease = reply_text(reply_at(r, i + 1), a),
			.runner = reply_text(reply_at(r, i + 2), a),
		};
	}
	*ret_n = reply_count(r) / 3;
	return NULL;
}

struct err *
dispatch_expire(struct dispatch *d, struct arena *a,
    struct dispatch_entry **ret_entries, size_t *ret_n)
{
	struct list l = { 0 };
	size_t n;

	do {
		TRY(expire_page(d, a, &l, &n));
	} while (n == EXPIRE_PAGE);
	*ret_entries = l.entries;
	*ret_n = l.n;
	return NULL;
}

struct err *
dispatch_page(struct dispatch *d, struct arena *a, const char *cursor,
    const char **ret_cursor, struct dispatch_entry **ret_entries, size_t *ret_n)
{
	_cleanup_(batch_done) struct batch b;
	const redisReply *keys;
	const char **jobs;
	size_t n;

	batch_init(&b, a);
	batch_command(&b, "SCAN");
	batch_arg(&b, cursor);
	batch_arg(&b, "MATCH");
	batch_arg(&b, JOB_KEY "*");
	batch_arg(&b, "COUNT");
	batch_arg(&b, SCAN_PAGE);
	TRY(batch_run(d, &b));
	keys = reply_at(b.replies[0], 1);
	n = reply_count(keys);
	jobs = arena_array(a, n, sizeof(jobs[0]));
	for (size_t i = 0; i < n; i++)
		jobs[i] = reply_text(keys->element[i], a) + strlen(JOB_KEY);
	*ret_entries = arena_array(a, n, sizeof(**ret_entries));
	TRY(dispatch_peek(d, a, jobs, n, *ret_entries));
	*ret_cursor = reply_text(reply_at(b.replies[0], 0), a);
	*ret_n = n;
	return NULL;
}
