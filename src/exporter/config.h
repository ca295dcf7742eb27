/*
 * What assize-exporter.conf(5) says, as a struct.
 */
#ifndef EXPORTER_CONFIG_H
#define EXPORTER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/log.h"

struct exporter_config {
	char *database;
	char *redis; /* NULL: off */
	char *redis_password;
	char *webhook_url; /* NULL: off */
	char *webhook_key;
	char *webhook_ca_file;
	char *csv_dir; /* NULL: off */
	char *log_level;
	bool log_json;
};

extern const struct conf_key exporter_conf_keys[];

/* ERR_IMPOSSIBLE with all faults. */
struct err *exporter_config_load(struct arena *, const char *file,
    struct exporter_config *ret_config) _must_check_;

/* The level by its name; the name was checked when it was loaded. */
enum log_level exporter_config_level(const struct exporter_config *);

#endif
