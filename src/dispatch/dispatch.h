/*
 * What is happening now: ready jobs in their order, leases, live runners,
 * rates, live progress.  All of it is in Redis and can be rebuilt from
 * Postgres at any moment; README.md beside this file lists the keys.
 *
 * Every change is one script that names the lease or the state its caller
 * saw and does nothing if that is no longer so.  An entry is ready or leased,
 * never both and never neither; which lease it has, or had last, orders what
 * two callers say about it (lease ids sort by their time).
 *
 * All functions may be called from any thread.  What they return lives in the
 * arena.  A Redis that cannot be reached or refuses is ERR_UNAVAILABLE, with
 * the reason in the internal text; a change may then have happened or not.
 */
#ifndef DISPATCH_DISPATCH_H
#define DISPATCH_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct dispatch;

struct dispatch_conf {
	const char *address;  /* "/path/of/socket" or "host:port" */
	const char *password; /* or NULL */
	size_t pool_size;     /* connections; 0: 8 */
	int64_t connect_ms;   /* 0: 1000 */
	int64_t command_ms;   /* for one reply; 0: 2000 */
	int64_t borrow_ms;    /* wait for a free connection; 0: 1000 */
};

/* Connects when first needed: does not fail for a Redis that is away. */
struct dispatch *dispatch_open(const struct dispatch_conf *);
void dispatch_close(struct dispatch *);
/*
 * ERR_UNAVAILABLE unless Redis answers, is a master and never evicts
 * (maxmemory-policy noeviction).
 */
struct err *dispatch_ready(struct dispatch *, struct arena *) _must_check_;

/* The names of pools, languages, users, runners, jobs and nonces must be
 * 1..DISPATCH_NAME_MAX bytes of printable ASCII without space, '/' and ','. */
#define DISPATCH_NAME_MAX 128
/* "ls_", 12 hex digits of Redis' TIME in ms, 20 random hex digits. */
#define DISPATCH_LEASE_LEN 35
bool dispatch_is_lease(const char *) _must_check_;

/* Guaranteed shares of a pool: 16, 4 and 1 of 21. */
enum dispatch_class {
	DISPATCH_LIVE,
	DISPATCH_PRACTICE,
	DISPATCH_REJUDGE,
	DISPATCH_CLASS__MAX
};

struct dispatch_job {
	const char *id; /* jb_... */
	const char *submission;
	const char *user; /* whom fair queueing counts it for */
	const char *pool;
	const char *language;
	enum dispatch_class class;
	int64_t hard_ms; /* longest life of one lease, from the claim */
	/*
	 * The newest lease that the row names, or NULL if it was never
	 * claimed.  With one, the job goes to the consuming end.
	 */
	const char *lease;
	const char *runner; /* whose that lease is or was: another live one
			     * gets it first */
};

/*
 * Puts jobs that have no entry at the end of their queues and wakes the
 * waiting; *ret_new (may be NULL) counts those that had none.
 */
struct err *dispatch_offer(struct dispatch *, struct arena *,
    const struct dispatch_job *, size_t n, size_t *ret_new) _must_check_;

/* One free slot of a runner that asks for a job. */
struct dispatch_want {
	const char *runner;
	const char *const *pools; /* n_pools of them, in turn */
	size_t n_pools;
	const char *const *languages;
	size_t n_languages;
	const char *nonce; /* of this slot, or NULL */
	int64_t lease_ms;  /* how long without a renewal */
	int64_t max_held;  /* acknowledged leases; none beyond; 0: any */
};

struct dispatch_claim {
	const char *job; /* NULL: nothing for this slot */
	const char *lease;
	int64_t lease_ms; /* left of the lease */
	int64_t hard_ms;  /* left until it counts as hung */
	bool is_replay;   /* the slot already held it (same nonce) */
	bool is_idle;     /* no job, since no queue of its holds any */
};

/*
 * Moves at most one job for each of the n wants from ready to leased;
 * ret_claims has n elements, in order.  If nothing is there for anybody it
 * is one round trip, whatever n is.  A want whose nonce still holds a lease
 * gets that one again.  A runner gets no job of a submission for which it
 * holds a lease, and not one that it had before while another live runner
 * (dispatch_runner_seen) serves its queue.
 */
struct err *dispatch_claim(struct dispatch *, struct arena *,
    const struct dispatch_want *, size_t n,
    struct dispatch_claim *ret_claims) _must_check_;

enum dispatch_state {
	DISPATCH_ABSENT, /* no entry */
	DISPATCH_READY,
	DISPATCH_LEASED,
	DISPATCH_STATE__MAX
};

struct dispatch_entry {
	const char *job;
	enum dispatch_state state;
	const char *lease;  /* has (leased) or had last; NULL: never */
	const char *runner; /* leased: who; else NULL */
	int64_t left_ms;    /* leased: until expiry, may be negative */
};

#endif
