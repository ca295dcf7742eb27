/*
 * Jobs: one grading of a submission each; rules as in docs/dispatch.md.
 *
 * States: ready -> leased -> done | je, back to ready, and from both to
 * cancelled or superseded.  Ready and leased jobs are "live" and current.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* What Redis is told about a job: offer, restore, sweep. */
struct job_entry {
	const char *id;
	const char *submission_id;
	int64_t problem_id;
	int64_t user_id; /* who submitted: fair queueing */
	const char *pool;
	const char *language;  /* "" where there is none */
	const char *job_class; /* live practice rejudge */
	const char *state;
	const char *lease_id;  /* the last one recorded, or NULL */
	const char *runner_id; /* who had it, or NULL */
	int64_t claims;
	int64_t charged;
	int64_t created_ms; /* since 1970 */
	int64_t budget_s;   /* longest life of one lease */
	int64_t left_ms;    /* until the hard deadline, or the next offer */
	int64_t seq;        /* key of the sweep's pages */
};

struct job_claim { /* rules 4 and 5 */
	const char *job_id;
	const char *lease_id;
	const char *runner_id;
};

enum job_claimed {
	CLAIM_OK,
	CLAIM_UNKNOWN,   /* no such job: drop it from Redis */
	CLAIM_ENDED,     /* done, superseded, cancelled, JE: drop it */
	CLAIM_JE,        /* became JE just now, at its last charge: drop it */
	CLAIM_HELD,      /* its problem is held: drop it */
	CLAIM_OLD_LEASE, /* the row has a newer lease: release mine */
	CLAIM_NO_RUNNER, /* the runner may not: release mine */
};

/* Everything that a runner is told about a job. */
struct job_payload {
	enum job_claimed outcome; /* only with CLAIM_OK the rest below */
	const char *job_id, *lease_id, *submission_id;
	int64_t attempt, charged; /* claims; those that count */
	int64_t problem_id;
	const char *problem, *course; /* slugs */
	const char *user;             /* who submitted */
	const char *language;         /* or NULL */
	const char *submitted_at;
	const char *source_digest, *package_id, *package_digest;
	const char *common_digest; /* of the course's files, or NULL */
	int64_t source_size, package_size, common_size;
	const char *input;   /* JSON or NULL */
	const char *locale;  /* or NULL */
	const char *grading; /* JSON: the snapshot's */
	const char *limits;  /* JSON over the snapshot's, or NULL */
	const char *state;   /* of the student on the problem, or NULL */
	int64_t budget_s;    /* hard deadline, as a duration */
	int64_t hard_ms;     /* the same, since 1970 */
	const char *job_class;
	int64_t waited_ms; /* since it was made */
	bool network;      /* the grader may reach it */
	const char *debug; /* "ssh", or NULL */
};

/*
 * Records that the runners took these jobs (already leased to them in
 * Redis): one statement for all.  A lease is counted once however often this runs.
 * ret_payloads[n] are in the order of the claims.
 */
struct err *store_job_claim(struct store *, struct arena *,
    const struct job_claim *, size_t n,
    struct job_payload **ret_payloads) _must_check_;

enum job_landing {         /* rules 1 to 3 */
	LAND_LANDED,       /* 204 */
	LAND_REPLAY,       /* 204: by this lease, before */
	LAND_NOT_RECORDED, /* ask Redis, repeat with record_claim; or 409 */
	LAND_NOT_HELD,     /* 409: superseded, cancelled, JE, older lease */
	LAND_OTHER,        /* 404: landed by another lease */
	LAND_UNKNOWN,      /* 404: no such job */
};

struct job_result {
	const char *job_id;
	const char *runner_id;
	const char *lease_id; /* NULL: the recorded one of (job, runner) */
	bool record_claim;    /* Redis holds exactly this lease */
	const char *verdict;  /* AC ... JE */
	const char *outcome;  /* success failed timeout overflow crash */
	double grade;         /* 0..100 */
	int64_t time_ms;      /* -1: not known */
	int64_t memory_kb;
	const char *state;      /* the student's, or NULL: leaves it alone */
	const char *result;     /* JSON object: the result tree */
	const char *provenance; /* JSON object or NULL */
};

struct job_landed {
	enum job_landing outcome;
	const char *submission_id; /* NULL if the job is unknown */
	const char *lease_id;      /* that landed, or that the row has */
	bool is_evaluated;         /* the standing counts it now */
};

/*
 * What the landing would say now, and what the job was made with, to check
 * the result against before it lands.  Writes nothing.
 */
struct job_look {
	enum job_landing outcome; /* LANDED: it would land */
	const char *submission_id;
	const char *lease_id;
	const char *language;
	const char *grading, *limits; /* JSON: the snapshot's */
	int64_t counted_ms;           /* since the claim */
	const char *job_class;
};
struct err *store_job_look(struct store *, struct arena *, const char *job_id,
    const char *runner_id, const char *lease_id,
    struct job_look *ret_look) _must_check_;
struct err *store_job_land(struct store *, struct arena *,
    const struct job_result *, struct job_landed *ret_landed) _must_check_;

enum job_release {        /* rules 15 to 17 */
	RELEASE_READY,    /* it is ready again */
	RELEASE_JE,       /* that was its last charge */
	RELEASE_AGAIN,    /* this lease was released before: 202 */
	RELEASE_NOT_HELD, /* another lease has it, or it has ended: 409 */
	RELEASE_UNKNOWN,  /* 404 */
};

struct job_released {
	enum job_release outcome;
	const char *lease_id; /* that was released; or the row's */
	bool is_refunded;
	bool is_delayed; /* READY, but not to be offered yet */
};

struct job_release_args {
	const char *job_id;
	const char *runner_id; /* NULL: whoever has it */
	const char *lease_id;  /* NULL: the recorded one of (job, runner) */
	const char *reason;    /* drain, prep_failed, rejected, expired, hung,
				 * unregistered, reregistered, revoked, text */
	bool refund;           /* drain, unregister and revoke */
};
struct err *store_job_release(struct store *, struct arena *,
    const struct job_release_args *,
    struct job_released *ret_released) _must_check_;

enum job_listed {     /* what a heartbeat lists: rules 11, 12 */
	LISTED_MINE,  /* leased to this runner in Postgres */
	LISTED_READY, /* merely ready again */
	LISTED_GONE,  /* ended, superseded, or recorded for another */
};

struct job_mine {
	const char *job_id;
	enum job_listed listed;
	struct job_entry *entry; /* MINE: to restore it in Redis */
};
/* ret_mine[n] in the order of the ids; unknown jobs are LISTED_GONE. */
struct err *store_job_listed(struct store *, struct arena *,
    const char *runner_id, const char *const *job_ids, size_t n,
    struct job_mine **ret_mine) _must_check_;

/* The submitted zip, until the job has ended; then NULL. */
struct err *store_job_source(struct store *, struct arena *, const char *job_id,
    struct store_blob **ret_blob) _must_check_;

#endif
