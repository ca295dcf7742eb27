/*
 * What happens to a lease after its claim: renewed, acknowledged, restored,
 * given back, forgotten.
 */
#ifndef DISPATCH_LEASE_H
#define DISPATCH_LEASE_H

#include "dispatch/dispatch.h"

enum dispatch_renewal {
	DISPATCH_RENEWED,
	DISPATCH_UNKNOWN,  /* no entry: Postgres must say (restore) */
	DISPATCH_NOT_MINE, /* ready again or another's */
	DISPATCH_HUNG,     /* mine, but past its hard deadline */
	DISPATCH_RECALLED, /* renewed, but its row has ended */
	DISPATCH_RENEWAL__MAX
};

struct dispatch_list {
	const char *runner;
	const char *const *jobs; /* n of them */
	size_t n;
	int64_t lease_ms;
};

/*
 * A heartbeat's list: renews and acknowledges what the runner holds.
 * ret_renewals has n elements, in order.
 */
struct err *dispatch_renew(struct dispatch *, struct arena *,
    const struct dispatch_list *,
    enum dispatch_renewal *ret_renewals) _must_check_;
/* A heartbeat without list: renews what was acknowledged. */
struct err *dispatch_renew_acked(struct dispatch *, struct arena *,
    const char *runner, int64_t lease_ms, size_t *ret_n) _must_check_;
/*
 * The runner named the job: its lease is now acknowledged.  lease may be NULL
 * (whichever it holds).  *ret_lease is NULL if it does not hold it.
 */
struct err *dispatch_ack(struct dispatch *, struct arena *, const char *runner,
    const char *job, const char *lease, const char **ret_lease) _must_check_;

enum dispatch_restore {
	DISPATCH_IF_ABSENT, /* a heartbeat lists it, there is no entry */
	DISPATCH_IF_BEHIND  /* also if ready with an older lease (sweep) */
};
/*
 * Makes job->lease, held by job->runner, the lease of the entry again, with a
 * fresh deadline; hard_ms is what is left of the hard deadline.  *ret_done is
 * false, and nothing changed, if the entry says something newer.  True
 * without change if this lease is there already.
 */
struct err *dispatch_restore(struct dispatch *, struct arena *,
    enum dispatch_restore, const struct dispatch_job *, int64_t lease_ms,
    bool *ret_done) _must_check_;

/* Who has it now: state, lease, runner. */
struct err *dispatch_holder(struct dispatch *, struct arena *, const char *job,
    struct dispatch_entry *ret_entry) _must_check_;
/* The same for many, in order; ret_entries has n elements. */
struct err *dispatch_peek(struct dispatch *, struct arena *,
    const char *const *jobs, size_t n,
    struct dispatch_entry *ret_entries) _must_check_;

enum dispatch_reason {
	DISPATCH_GIVEN_BACK, /* nobody's failure: drain, claim in doubt */
	DISPATCH_FAILED      /* counts as tried by its runner */
};
/*
 * Leased by this lease -> ready at the consuming end, and wakes the waiting;
 * *ret_done (may be NULL) is false if it is not leased by it.
 */
struct err *dispatch_release(struct dispatch *, struct arena *, const char *job,
    const char *lease, enum dispatch_reason, bool *ret_done) _must_check_;
/*
 * The row has ended while this lease is held: the runner's next heartbeat
 * gets DISPATCH_RECALLED.  Nothing if the lease is not held any more.
 */
struct err *dispatch_recall(struct dispatch *, struct arena *, const char *job,
    const char *lease) _must_check_;
/*
 * Removes the entry, ready or leased, if the lease it has or had last is the
 * one given (NULL: it never had one).  Only for jobs whose row was read,
 * after the entry was seen, as finished, superseded or cancelled.
 */
struct err *dispatch_forget(struct dispatch *, struct arena *, const char *job,
    const char *lease, bool *ret_done) _must_check_;
/* The same for many (job and lease of each are used); *ret_n counts. */
struct err *dispatch_drop(struct dispatch *, struct arena *,
    const struct dispatch_entry *, size_t n, size_t *ret_n) _must_check_;

#endif
