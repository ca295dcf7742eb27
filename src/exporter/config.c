#include "exporter/config.h"

#include <stddef.h>

#include "base/str.h"

#define KEY_MIN 32
#define AT(m) offsetof(struct exporter_config, m)

/* clang-format off */
const struct conf_key exporter_conf_keys[] = {
	{ "database", CONF_STRING, AT(database),
	  "dbname=assize user=assize_exporter", 1, 4096, 0,
	  "connection string of libpq" },
	{ "redis", CONF_STRING, AT(redis), NULL, 0, 1024, 0,
	  "Redis that gets scores: a socket's path or host:port" },
	{ "redis_password", CONF_STRING, AT(redis_password), NULL, 0, 1024,
	  CONF_SECRET, "its password" },
	{ "webhook_url", CONF_STRING, AT(webhook_url), NULL, 0, 2048, 0,
	  "URL that gets a POST for each grade" },
	{ "webhook_key", CONF_STRING, AT(webhook_key), NULL, 0, 1024,
	  CONF_SECRET, "key of the signature, 32 bytes at least" },
	{ "webhook_ca_file", CONF_STRING, AT(webhook_ca_file), NULL, 0, 4096, 0,
	  "certificates (PEM) to trust instead of the system's" },
	{ "csv_dir", CONF_STRING, AT(csv_dir), NULL, 0, 4096, 0,
	  "directory that gets a file COURSE.csv" },
	{ "log_level", CONF_STRING, AT(log_level), "info", 1, 16, 0,
	  "error, warning, info or debug" },
	{ "log_json", CONF_BOOL, AT(log_json), "true", 0, 0, 0,
	  "one JSON object a line instead of text" },
	{ NULL, CONF_STRING, 0, NULL, 0, 0, 0, NULL }
};
/* clang-format on */

static void
check_webhook(const struct exporter_config *c, struct faults *faults)
{
	if (c->webhook_url == NULL)
		return;
	if (!str_has_prefix(c->webhook_url, "https://") &&
	    !str_has_prefix(c->webhook_url, "http://"))
		faults_add(faults, "webhook_url",
		    "must be an http or https URL");
	if (c->webhook_key == NULL)
		faults_add(faults, "webhook_key",
		    "is required with webhook_url");
	else if (strlen(c->webhook_key) < KEY_MIN)
		faults_add(faults, "webhook_key", "must have %d bytes or more",
		    KEY_MIN);
}

struct err *
exporter_config_load(struct arena *a, const char *file,
    struct exporter_config *ret_config)
{
	struct exporter_config c = { 0 };
	struct faults faults;
	enum log_level level;

	TRY(conf_load(a, exporter_conf_keys, file, &c));
	faults_init(&faults, a);
	check_webhook(&c, &faults);
	if (c.csv_dir != NULL && c.csv_dir[0] != '/')
		faults_add(&faults, "csv_dir", "must be an absolute path");
	if (!log_level_of(c.log_level, &level))
		faults_add(&faults, "log_level",
		    "must be error, warning, info or debug");
	if (c.redis == NULL && c.webhook_url == NULL && c.csv_dir == NULL)
		faults_add(&faults, "",
		    "nothing to export to: set redis, webhook_url or csv_dir");
	TRY(faults_err(&faults, ERR_IMPOSSIBLE));
	*ret_config = c;
	return NULL;
}

enum log_level
exporter_config_level(const struct exporter_config *c)
{
	enum log_level level = LOG_INFO;

	return log_level_of(c->log_level, &level) ? level : LOG_INFO;
}
