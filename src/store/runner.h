/*
 * Runners: who they are.  What they hold at the moment is in Redis; what
 * they were given is in the rows of jobs.
 */
#ifndef STORE_RUNNER_H
#define STORE_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/enc.h"
#include "store/store.h"

struct runner {
	const char *id; /* rn_... */
	const char *name;
	const char *const *pools;
	size_t pools_n;
	const char *const *languages; /* n 0: all */
	size_t languages_n;
	int64_t capacity;
	int64_t heartbeat_s;
	const char *version; /* or NULL */
	const char *labels;  /* JSON object */
	const char *state;   /* active draining set_aside removed revoked */
	const char *registered_at;
	const char *registration_ip;
	const char *seen_at;
	int64_t seen_ago_ms;
	int64_t leased; /* jobs in its name */
};

struct runner_new {
	const char *id;                    /* rn_..., made by the caller */
	const unsigned char *token_sha256; /* ENC_SHA256 bytes */
	const char *name;                  /* NULL: unnamed, replaces nobody */
	const char *const *pools;          /* n 0: "default" */
	size_t pools_n;
	const char *const *languages;
	size_t languages_n;
	int64_t capacity;
	int64_t heartbeat_s;
	const char *version; /* or NULL */
	const char *labels;  /* JSON object or NULL */
	const char *ip;
};

/* Leases that somebody still holds in Postgres, to be released one by one. */
struct runner_lease {
	const char *job_id;
	const char *lease_id;
	const char *runner_id;
};

struct runner_leases {
	struct runner_lease *items;
	size_t n;
};

/*
 * The same explicit name again: the old rows are revoked in the same
 * transaction, and *ret_old lists what they held, for store_job_release.
 */
struct err *store_runner_register(struct store *, struct arena *,
    const struct runner_new *, struct runner_leases *ret_old) _must_check_;
/* NULL if the token is nobody's, or of one removed or revoked. */
struct err *store_runner_by_token(struct store *, struct arena *,
    const unsigned char token_sha256[ENC_SHA256],
    struct runner **ret_runner) _must_check_;
struct err *store_runner_get(struct store *, struct arena *, const char *id,
    struct runner **ret_runner) _must_check_;
struct runner_seen {
	const char *id;
	int64_t ago_ms;
	bool is_active; /* told by the function below */
};

/* They were heard of; in the order of their ids. */
struct err *store_runner_seen(struct store *, struct arena *,
    struct runner_seen *, size_t n) _must_check_;

enum runner_end { RUNNER_REMOVED, RUNNER_REVOKED };

/*
 * Its token is worth nothing from here on; what it held is listed.  Again:
 * the same.  *ret_was is false if there is no such runner.
 */
struct err *store_runner_end(struct store *, struct arena *, const char *id,
    enum runner_end, bool *ret_was,
    struct runner_leases *ret_leases) _must_check_;
/* Drains it, or lets it work again.  *ret_was as above. */
struct err *store_runner_drain(struct store *, struct arena *, const char *id,
    bool is_draining, bool *ret_was) _must_check_;

/*
 * Sets aside runners on which so many submissions failed that others judged
 * (sql/functions/runner_blame.sql); *ret_n counts them.
 */
struct err *store_runner_blame(struct store *, struct arena *,
    int64_t submissions, int64_t *ret_n) _must_check_;

/* What its self-test says, "": it passes; then it is set aside no more. */
struct err *store_runner_fault(struct store *, struct arena *, const char *id,
    const char *fault) _must_check_;

struct runner_list {
	struct runner *items;
	size_t n;
	bool is_more;
};

/* By id, those behind `after`; without those removed and revoked. */
struct err *store_runner_list(struct store *, struct arena *, const char *after,
    size_t limit, struct runner_list *ret_list) _must_check_;

#endif
