/*
 * The use cases: what the service does.  No HTTP, no SQL text, no command of
 * Redis; what touches both stores is here, where the order of the two writes
 * is read on one screen.
 *
 * Postgres knows what happened, Redis knows what is happening: the row is
 * written first and decides, and what Redis then misses the sweep puts right
 * (core/sweep.h).  So a failure of Redis after the row was written is logged
 * and is not the caller's failure.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dispatch/dispatch.h"
#include "store/store.h"
#include "token/jwt.h"
#include "token/link.h"

struct runner_cache;
struct seen;

/* Read-only once filled; all functions here may run in any thread. */
struct core {
	struct store *store;
	struct dispatch *dispatch;
	struct runner_cache *runners;          /* locks itself */
	struct seen *seen;                     /* likewise */
	struct token_verifier *verifier;       /* NULL: no person may enter */
	const struct token_link_key *link_key; /* NULL: no links are made */
	/* One or several, divided by blanks; NULL: runners cannot register */
	const char *registration_token;
	const char *public_url; /* "https://host/api", for links */
	bool needs_standby;     /* commits must wait for one */
	int64_t lease_max_ms;
	int64_t heartbeat_s; /* asked of runners that name none */
	int64_t poll_s;
	int64_t jobs_max; /* of one runner at once */
	/* Served by runners that name none; none here: all. */
	const char *const *runner_languages;
	size_t n_runner_languages;
	int64_t submit_rate;      /* submissions a user may make ... */
	int64_t submit_period_ms; /* ... in this time; rate 0: any */
	size_t output_max;        /* bytes kept of a test's outputs, each */
};

/* What a process remembers of runners: after the stores were opened ... */
void core_start(struct core *);
/* ... and before they are closed; writes what is noted and counted. */
void core_stop(struct core *);
/* Do both stores answer?  The first one that does not is the error. */
struct err *core_ready(const struct core *, struct arena *) _must_check_;

#endif
