/* THE TABLE.  To add an exporter: a row here, see README.md. */
#include "exporter/exporter.h"

static bool
redis_is_on(const struct exporter_config *c)
{
	return c->redis != NULL;
}

static bool
webhook_is_on(const struct exporter_config *c)
{
	return c->webhook_url != NULL;
}

static bool
csv_is_on(const struct exporter_config *c)
{
	return c->csv_dir != NULL;
}

const struct exporter_type exporter_types[] = {
	{ "redis", redis_is_on, redis_open, redis_close, redis_send, 500,
	    1000 },
	/* One after the other: few, so that a stop is soon heard. */
	{ "webhook", webhook_is_on, webhook_open, webhook_close, webhook_send,
	    20, 1000 },
	/* A file is written anew for all that changed in the meantime. */
	{ "csv", csv_is_on, NULL, NULL, csv_send, 5000, 10000 },
	{ 0 },
};
