/*
 * Most polls find nothing: one round trip of plain reads says so.  Only if a
 * queue that the runner serves has something, or its nonce holds a lease,
 * does the script run.
 */
#include "dispatch/dispatch.h"

#include <assert.h>

#include "base/enc.h"
#include "base/rand.h"
#include "base/str.h"
#include "dispatch/conn.h"

/* The pools of all wants, each once, and where their replies are. */
struct look {
	struct batch *batch;
	const char **pools;
	size_t n_pools;
	size_t cap;
};

static size_t
add_pool(struct look *l, const char *pool)
{
	for (size_t i = 0; i < l->n_pools; i++) {
		if (strcmp(l->pools[i], pool) == 0)
			return i;
	}
	l->pools = arena_grow(l->batch->arena, l->pools, l->n_pools, &l->cap,
	    sizeof(l->pools[0]));
	l->pools[l->n_pools] = pool;
	return l->n_pools++;
}

static struct err *
check_want(struct arena *a, const struct dispatch_want *w)
{
	assert(w->lease_ms > 0);
	TRY(check_names(a, &w->runner, 1));
	TRY(check_names(a, w->pools, w->n_pools));
	TRY(check_names(a, w->languages, w->n_languages));
	return w->nonce == NULL ? NULL : check_names(a, &w->nonce, 1);
}

/* Replies: the index of each pool, then what each runner holds. */
static struct err *
look_around(struct dispatch *d, struct look *l, const struct dispatch_want *w,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		TRY(check_want(l->batch->arena, &w[i]));
		for (size_t j = 0; j < w[i].n_pools; j++)
			(void)add_pool(l, w[i].pools[j]);
	}
	for (size_t i = 0; i < l->n_pools; i++) {
		batch_command(l->batch, "SMEMBERS");
		batch_key(l->batch, "ready:%s", l->pools[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (w[i].nonce == NULL)
			continue;
		batch_command(l->batch, "HVALS");
		batch_key(l->batch, "held:%s", w[i].runner);
	}
	return batch_run(d, l->batch);
}

/* Is there a queue "language/class" of one of its languages? */
static bool
has_language(const redisReply *index, const struct dispatch_want *w)
{
	for (size_t i = 0; i < reply_count(index); i++) {
		struct str rest = { index->element[i]->str,
			(size_t)index->element[i]->len };
		struct str language;

		if (!str_cut(&rest, '/', &language))
			continue;
		for (size_t j = 0; j < w->n_languages; j++) {
			if (str_is(language, w->languages[j]))
				return true;
		}
	}
	return false;
}

/* Does one of its leases ("... nonce") belong to this slot? */
static bool
has_nonce(const redisReply *held, const char *nonce)
{
	for (size_t i = 0; i < reply_count(held); i++) {
		const char *last = strrchr(held->element[i]->str, ' ');

		if (last != NULL && strcmp(last + 1, nonce) == 0)
			return true;
	}
	return false;
}

static bool
may_get(struct look *l, const struct dispatch_want *w, const redisReply *held)
{
	if (w->nonce != NULL && has_nonce(held, w->nonce))
		return true;
	for (size_t i = 0; i < w->n_pools; i++) {
		if (has_language(l->batch->replies[add_pool(l, w->pools[i])],
			w))
			return true;
	}
	return false;
}

static void
add_claim(struct batch *b, const struct dispatch_want *w)
{
	unsigned char random[10];

	rand_bytes(random, sizeof(random));
	batch_script(b, SCRIPT_CLAIM, 1);
	batch_key(b, "held:%s", w->runner);
	batch_arg(b, w->runner);
	batch_int(b, w->lease_ms);
	batch_arg(b, enc_hex(b->arena, random, sizeof(random)));
	batch_arg(b, w->nonce == NULL ? "" : w->nonce);
	batch_int(b, w->max_held);
	batch_int(b, (int64_t)w->n_pools);
	for (size_t i = 0; i < w->n_pools; i++)
		batch_arg(b, w->pools[i]);
	for (size_t i = 0; i < w->n_languages; i++)
		batch_arg(b, w->languages[i]);
}

static struct dispatch_claim
read_claim(const redisReply *r, struct arena *a)
{
	return (struct dispatch_claim) {
		.job = reply_text(reply_at(r, 0), a),
		.lease = reply_text(reply_at(r, 1), a),
		.lease_ms = reply_int(reply_at(r, 2)),
		.hard_ms = reply_int(reply_at(r, 3)),
		.is_replay = reply_int(reply_at(r, 4)) == 1,
	};
}

struct err *
dispatch_claim(struct dispatch *d, struct arena *a,
    const struct dispatch_want *wants, size_t n,
    struct dispatch_claim *ret_claims)
{
	_cleanup_(batch_done) struct batch looked;
	_cleanup_(batch_done) struct batch b;
	struct look l = { .batch = &looked };
	size_t *claim_of = arena_array(a, n, sizeof(size_t));
	size_t held;

	batch_init(&b, a);
	batch_init(&looked, a);
	TRY(look_around(d, &l, wants, n));
	held = l.n_pools;
	for (size_t i = 0; i < n; i++) {
		const redisReply *r =
		    wants[i].nonce == NULL ? NULL : looked.replies[held++];

		claim_of[i] = SIZE_MAX;
		if (!may_get(&l, &wants[i], r))
			continue;
		claim_of[i] = b.n;
		add_claim(&b, &wants[i]);
	}
	TRY(batch_run(d, &b));
	for (size_t i = 0; i < n; i++) {
		ret_claims[i] = claim_of[i] == SIZE_MAX
		    ? (struct dispatch_claim) { .is_idle = true }
		    : read_claim(b.replies[claim_of[i]], a);
	}
	return NULL;
}
