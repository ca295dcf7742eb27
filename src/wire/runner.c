#include "wire/runner.h"

#include "wire/names.h"

#define WHAT_LABEL "1 to 32 of a-z, 0-9, '_', '+', '.' and '-'"

/* Shown in terminals and known_hosts: nothing but what one sees. */
static bool
is_printable(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

/* clang-format off */
static const struct field register_fields[] = {
	{ "registration_token", F_STRING,
	    AT(struct wire_register, registration_token),
	    F_REQUIRED, .min = 1, .max = 512 },
	{ "name", F_STRING, AT(struct wire_register, name), F_NULLABLE,
	    .min = 1, .max = 128 },
	{ "pools", F_STRINGS, AT(struct wire_register, pools), F_NULLABLE,
	    .min = 0, .max = 64, .check = wire_is_label, .what = WHAT_LABEL,
	    .count = COUNT(struct wire_register, n_pools) },
	{ "languages", F_STRINGS, AT(struct wire_register, languages),
	    F_NULLABLE,
	    .min = 0, .max = 64, .check = wire_is_label, .what = WHAT_LABEL,
	    .count = COUNT(struct wire_register, n_languages) },
	{ "capacity", F_INT, AT(struct wire_register, capacity), F_NULLABLE,
	    .min = 1, .max = 1024,
	    .has = HAS(struct wire_register, has_capacity) },
	{ "heartbeat_interval_sec", F_INT,
	    AT(struct wire_register, heartbeat_interval_sec), F_NULLABLE,
	    .has = HAS(struct wire_register, has_heartbeat_interval) },
	{ "version", F_STRING, AT(struct wire_register, version), F_NULLABLE,
	    .min = 0, .max = 128 },
	{ "labels", F_JSON, AT(struct wire_register, labels),
	    F_NULLABLE | F_ONLY_OBJECT, .max = 4096 },
	{ "registrationToken", F_STRING,
	    AT(struct wire_register, registration_token), F_ALIAS },
	{ "heartbeatIntervalSec", F_INT,
	    AT(struct wire_register, heartbeat_interval_sec), F_ALIAS },
	{ 0 }
};

static const struct field runner_config_fields[] = {
	{ "heartbeat_interval_sec", F_INT,
	    AT(struct wire_runner_config, heartbeat_interval_sec),
	    F_REQUIRED, .min = 1, .max = 3600 },
	{ "poll_interval_sec", F_INT,
	    AT(struct wire_runner_config, poll_interval_sec),
	    F_REQUIRED, .min = 0, .max = 3600 },
	{ "max_concurrent_jobs", F_INT,
	    AT(struct wire_runner_config, max_concurrent_jobs),
	    F_REQUIRED, .min = 1, .max = 1024 },
	{ "lease_ttl_sec", F_INT,
	    AT(struct wire_runner_config, lease_ttl_sec),
	    F_REQUIRED, .min = 1, .max = 3600 },
	{ "wait_max_sec", F_INT,
	    AT(struct wire_runner_config, wait_max_sec),
	    F_REQUIRED, .min = 0, .max = 3600 },
	{ 0 }
};
static const struct fields wire_runner_config_fields = {
	"runner_config", runner_config_fields,
	sizeof(struct wire_runner_config), FIELDS_LENIENT
};

static const struct field registered_fields[] = {
	{ "runner_id", F_STRING, AT(struct wire_registered, runner_id),
	    F_REQUIRED, .min = 1, .max = 64 },
	{ "token", F_STRING, AT(struct wire_registered, token),
	    F_REQUIRED, .min = 1, .max = 512 },
	{ "config", F_OBJECT, AT(struct wire_registered, config),
	    F_REQUIRED, .fields = &wire_runner_config_fields },
	{ 0 }
};

static const struct field heartbeat_fields[] = {
	{ "active_job_ids", F_STRINGS,
	    AT(struct wire_heartbeat, active_job_ids), F_NULLABLE,
	    .min = 0, .max = 1024, .item_max = 64,
	    .count = COUNT(struct wire_heartbeat, n_active),
	    .has = HAS(struct wire_heartbeat, has_active) },
	{ "commands", F_BOOL, AT(struct wire_heartbeat, commands),
	    F_NULLABLE },
	{ "fault", F_STRING, AT(struct wire_heartbeat, fault), F_NULLABLE,
	    .min = 0, .max = WIRE_FAULT_MAX,
	    .has = HAS(struct wire_heartbeat, has_fault) },
	{ "activeJobIds", F_STRINGS,
	    AT(struct wire_heartbeat, active_job_ids), F_ALIAS },
	{ 0 }
};

static const struct field commands_fields[] = {
	{ "cancel", F_STRINGS, AT(struct wire_commands, cancel), F_REQUIRED,
	    .item_max = 64,
	    .count = COUNT(struct wire_commands, n_cancel) },
	{ "drain", F_BOOL, AT(struct wire_commands, drain), F_REQUIRED },
	{ "selftest", F_BOOL, AT(struct wire_commands, selftest),
	    F_NULLABLE, .has = HAS(struct wire_commands, has_selftest) },
	{ 0 }
};

static const struct field abort_fields[] = {
	{ "reason", F_STRING, AT(struct wire_abort, reason), F_NULLABLE,
	    .min = 0, .max = 4096 },
	{ 0 }
};

static const struct field ssh_fields[] = {
	{ "host", F_STRING, AT(struct wire_ssh, host), F_REQUIRED,
	    .min = 1, .max = 255 },
	{ "port", F_INT, AT(struct wire_ssh, port), F_REQUIRED,
	    .min = 1, .max = 65535 },
	{ "user", F_STRING, AT(struct wire_ssh, user), F_REQUIRED,
	    .min = 1, .max = 64 },
	{ "password", F_STRING, AT(struct wire_ssh, password), F_NULLABLE,
	    .min = 1, .max = 256 },
	{ "key", F_STRING, AT(struct wire_ssh, key), F_NULLABLE,
	    .min = 1, .max = 8192 },
	{ "host_key", F_STRING, AT(struct wire_ssh, host_key), F_NULLABLE,
	    .min = 1, .max = 1024, .check = is_printable,
	    .what = "one line of ASCII" },
	{ "fingerprint", F_STRING, AT(struct wire_ssh, fingerprint),
	    F_NULLABLE, .min = 1, .max = 128, .check = is_printable,
	    .what = "one line of ASCII" },
	{ "until", F_STRING, AT(struct wire_ssh, until), F_REQUIRED,
	    .check = wire_is_time, .what = "a time as in RFC 3339" },
	{ 0 }
};

static const struct field progress_fields[] = {
	{ "from", F_INT, AT(struct wire_progress, from), F_REQUIRED,
	    .min = 0, .max = WIRE_TESTS_MAX },
	{ "tests", F_OBJECTS, AT(struct wire_progress, tests), F_REQUIRED,
	    .min = 0, .max = WIRE_TESTS_MAX, .fields = &wire_test_fields,
	    .count = COUNT(struct wire_progress, n_tests) },
	{ 0 }
};
/* clang-format on */

const struct fields wire_register_fields = { "register", register_fields,
	sizeof(struct wire_register), FIELDS_LENIENT };
const struct fields wire_registered_fields = { "registered", registered_fields,
	sizeof(struct wire_registered), FIELDS_LENIENT };
const struct fields wire_heartbeat_fields = { "heartbeat", heartbeat_fields,
	sizeof(struct wire_heartbeat), FIELDS_LENIENT };
const struct fields wire_commands_fields = { "commands", commands_fields,
	sizeof(struct wire_commands), FIELDS_LENIENT };
const struct fields wire_abort_fields = { "abort", abort_fields,
	sizeof(struct wire_abort), FIELDS_LENIENT };
const struct fields wire_ssh_fields = { "ssh", ssh_fields,
	sizeof(struct wire_ssh), FIELDS_LENIENT };
const struct fields wire_progress_fields = { "progress", progress_fields,
	sizeof(struct wire_progress), FIELDS_LENIENT };
