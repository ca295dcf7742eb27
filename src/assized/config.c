#include "assized/config.h"

#include <stddef.h>

#define AT_(m) offsetof(struct config, m)

/* clang-format off */
const struct conf_key config_keys[] = {
	{ "listen", CONF_STRING, AT_(listen), NULL, 0, 107, 0,
	    "path of the FastCGI socket to make; empty: taken from systemd" },
	{ "database", CONF_STRING, AT_(database), "dbname=assize user=assized",
	    1, 4096, 0, "connection string of Postgres" },
	{ "database_owner", CONF_STRING, AT_(database_owner), NULL, 0, 4096, 0,
	    "the same as the owner of the schema, for --migrate" },
	{ "redis", CONF_STRING, AT_(redis), "/run/redis/redis.sock", 1, 255, 0,
	    "Redis: path of its socket, or host:port" },
	{ "redis_password", CONF_STRING, AT_(redis_password), NULL, 0, 512,
	    CONF_SECRET, "password of Redis, if it wants one" },
	{ "threads", CONF_INT, AT_(threads), "8", 1, 256, 0,
	    "requests served at once" },
	{ "db_pool", CONF_INT, AT_(db_pool), "8", 1, 256, 0,
	    "connections to Postgres, at most" },
	{ "redis_pool", CONF_INT, AT_(redis_pool), "8", 1, 256, 0,
	    "connections to Redis, at most" },
	{ "public_url", CONF_STRING, AT_(public_url), "https://localhost/api",
	    8, 512, 0, "address of the API as runners see it, for links" },
	{ "runner_registration_token", CONF_STRING,
	    AT_(runner_registration_token), NULL, 0, 512,
	    CONF_SECRET | CONF_BARE_ENV,
	    "the secret that lets a runner register; none: nobody may" },
	{ "link_key", CONF_STRING, AT_(link_key), NULL, 0, 512, CONF_SECRET,
	    "signs links, 32 bytes or more; none: no job is handed out" },
	{ "jwt_keys_file", CONF_STRING, AT_(jwt_keys_file), NULL, 0, 4096, 0,
	    "keys of people's tokens; none: no person may enter" },
	{ "jwt_issuer", CONF_STRING, AT_(jwt_issuer), NULL, 0, 255, 0,
	    "wanted as iss of each token; empty: any" },
	{ "jwt_audience", CONF_STRING, AT_(jwt_audience), NULL, 0, 255, 0,
	    "wanted as aud of each token; empty: any" },
	{ "log_level", CONF_STRING, AT_(log_level), "info", 1, 16, 0,
	    "error, warning, info or debug" },
	{ "log_json", CONF_BOOL, AT_(log_json), "true", 0, 0, 0,
	    "log lines as JSON" },
	{ "lease_max_sec", CONF_INT, AT_(lease_max_sec), "30", 1, 600, 0,
	    "longest life of a lease without renewal" },
	{ "heartbeat_interval_sec", CONF_INT, AT_(heartbeat_interval_sec), "15",
	    1, 60, 0, "asked of runners that announce none" },
	{ "poll_interval_sec", CONF_INT, AT_(poll_interval_sec), "3", 1, 60, 0,
	    "asked of runners" },
	{ "max_concurrent_jobs", CONF_INT, AT_(max_concurrent_jobs), "8",
	    1, 1024, 0, "jobs of one runner at once, at most" },
	{ "submit_rate", CONF_INT, AT_(submit_rate), "60", 0, 100000, 0,
	    "submissions of one user in submit_period_sec; 0: any" },
	{ "submit_period_sec", CONF_INT, AT_(submit_period_sec), "60",
	    1, 86400, 0, "see submit_rate" },
	{ "output_max_bytes", CONF_INT, AT_(output_max_bytes), "65536",
	    0, 1 << 20, 0, "kept of each output of a test" },
	{ 0 }
};
/* clang-format on */
