/*
 * The dispatch protocol (docs/api.md, Runners) from the runner's side: one
 * function per request, one request per call.  Who tries again, and for how
 * long, is decided by whoever calls.
 */
#ifndef RUNNER_CLIENT_H
#define RUNNER_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "runner/backoff.h"
#include "runner/config.h"
#include "runner/event.h"
#include "wire/job.h"
#include "wire/runner.h"

#define IDENTITY_TEXT 128

/* Who we are to the server; copied by value between threads. */
struct identity {
	char runner_id[IDENTITY_TEXT];
	char token[IDENTITY_TEXT];
	unsigned int generation; /* which registration this is */
};

/* One job's right to speak: what its requests carry. */
struct claim {
	const char *job_id;
	const char *lease_id;
};

struct client;

/* For one thread at a time. */
struct err *client_open(struct arena *, const struct runner_config *,
    struct client **ret_client) _must_check_;
void client_close(struct client *);

/* What came back; statuses that a function does not name are left to ask. */
struct reply {
	int status;
	int retry_after_s;
	const char *body; /* in the arena given */
	size_t n;
};

/* Is it one that another attempt may mend: 408, 429, 5xx? */
bool client_is_passing(int status);

/* 201 fills *ret_registered (identity and configuration). */
struct err *client_register(struct client *, struct arena *,
    const struct wire_register *, struct reply *ret_reply,
    struct wire_registered *ret_registered) _must_check_;
/* 200 fills *ret_commands, 204 leaves it empty. */
struct err *client_heartbeat(struct client *, struct arena *,
    const struct identity *, const struct wire_heartbeat *,
    struct reply *ret_reply, struct wire_commands *ret_commands) _must_check_;
/* 200 fills *ret_job; 204: none.  cancel ends a wait early. */
struct poll {
	const char *nonce;
	int64_t wait_s;
	const atomic_bool *cancel;
};
struct err *client_next_job(struct client *, struct arena *,
    const struct identity *, const struct poll *, struct reply *ret_reply,
    struct wire_job **ret_job) _must_check_;
struct err *client_complete(struct client *, struct arena *,
    const struct identity *, const struct claim *, const char *result,
    struct reply *ret_reply) _must_check_;
struct err *client_abort(struct client *, struct arena *,
    const struct identity *, const struct claim *, const char *reason,
    struct reply *ret_reply) _must_check_;
/* A file of the job's: its archive. */
struct upload {
	const char *name;
	struct str bytes;
};
struct err *client_file(struct client *, struct arena *,
    const struct identity *, const struct claim *, const struct upload *,
    struct reply *ret_reply) _must_check_;
struct err *client_progress(struct client *, struct arena *,
    const struct identity *, const struct claim *, const struct wire_progress *,
    struct reply *ret_reply) _must_check_;
/* The way into the job's box, or (the same, an earlier time) its end. */
struct err *client_ssh(struct client *, struct arena *, const struct identity *,
    const struct claim *, const struct wire_ssh *,
    struct reply *ret_reply) _must_check_;
struct err *client_unregister(struct client *, struct arena *,
    const struct identity *, struct reply *ret_reply) _must_check_;
/* The package's bytes go to the descriptor. */
struct download {
	const char *url; /* absolute, or a path on the server */
	int64_t max;
	int sink; /* -1: into the reply's body */
	const atomic_bool *cancel;
};
struct err *client_package(struct client *, struct arena *,
    const struct identity *, const struct download *,
    struct reply *ret_reply) _must_check_;
/* A signed link: without Authorization, it is the credential itself. */
struct err *client_source(struct client *, struct arena *,
    const struct download *, struct reply *ret_reply) _must_check_;

#endif
