/*
 * What runners and the server tell each other, but for jobs and results.
 * All of it is lenient: unknown members are ignored.
 */
#ifndef WIRE_RUNNER_H
#define WIRE_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fields.h"
#include "wire/result.h"

/* POST /runners/register; camelCase names are read as well. */
struct wire_register {
	const char *registration_token; /* required, 1 to 512 characters */
	const char *name;               /* or NULL */
	const char *const *pools;       /* labels; none announced: n_pools 0 */
	size_t n_pools;
	const char *const *languages; /* labels */
	size_t n_languages;
	int64_t capacity; /* 1 to 1024 */
	bool has_capacity;
	int64_t heartbeat_interval_sec; /* as announced; the server clamps */
	bool has_heartbeat_interval;
	const char *version;
	const char *labels; /* JSON object as text, or NULL */
};
extern const struct fields wire_register_fields;

/* Its answer. */
struct wire_runner_config {
	int64_t heartbeat_interval_sec;
	int64_t poll_interval_sec;
	int64_t max_concurrent_jobs;
	int64_t lease_ttl_sec;
	int64_t wait_max_sec;
};
struct wire_registered {
	const char *runner_id;
	const char *token;
	const struct wire_runner_config *config; /* never NULL */
};
extern const struct fields wire_registered_fields;

#define WIRE_FAULT_MAX 1024 /* characters */

/* POST /runners/{rn}/heartbeat; no body and {} have no list. */
struct wire_heartbeat {
	const char *const *active_job_ids;
	size_t n_active;
	bool has_active; /* a list was given, perhaps an empty one */
	bool commands;   /* the runner understands an answer */
	/* Why its self-test fails, "": it passes.  Said after each test. */
	const char *fault;
	bool has_fault;
};
extern const struct fields wire_heartbeat_fields;

/* Its answer, where there is something to say. */
struct wire_commands {
	const char *const *cancel; /* job ids */
	size_t n_cancel;
	bool drain;
	bool selftest; /* test yourself and say the outcome */
	bool has_selftest;
};
extern const struct fields wire_commands_fields;

/* PUT .../abort: reason "drain", "prep_failed", "rejected" or any text. */
struct wire_abort {
	const char *reason; /* NULL if none was given */
};
extern const struct fields wire_abort_fields;

/* PUT .../ssh: how a submitter gets into a grading that runs. */
struct wire_ssh {
	const char *host;
	int64_t port;
	const char *user;
	const char *password; /* one of the two, else NULL */
	const char *key;
	const char *host_key;    /* "ssh-ed25519 AAAA...", or NULL */
	const char *fingerprint; /* of it, "SHA256:...", or NULL */
	const char *until;       /* RFC 3339 */
};
extern const struct fields wire_ssh_fields;

/* PUT .../progress: the tests from number `from` on, in order. */
struct wire_progress {
	int64_t from;
	const struct wire_test *tests;
	size_t n_tests;
};
extern const struct fields wire_progress_fields;

#endif
