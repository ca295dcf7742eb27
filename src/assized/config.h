/*
 * The configuration of assized, by table: assized.conf(5).
 */
#ifndef ASSIZED_CONFIG_H
#define ASSIZED_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"

struct config {
	char *listen;
	char *database;
	char *database_owner;
	char *redis;
	char *redis_password;
	int64_t threads;
	int64_t parked_max;
	int64_t db_pool;
	int64_t redis_pool;
	char *public_url;
	char *runner_registration_token;
	char *link_key;
	char *jwt_keys_file;
	char *jwt_issuer;
	char *jwt_audience;
	int64_t jwt_max_ttl_sec;
	char *log_level;
	bool log_json;
	bool standby_required;
	int64_t lease_max_sec;
	int64_t heartbeat_interval_sec;
	int64_t poll_interval_sec;
	int64_t max_concurrent_jobs;
	char *runner_languages;
	int64_t submit_rate;
	int64_t submit_period_sec;
	int64_t output_max_bytes;
};

extern const struct conf_key config_keys[];

#endif
