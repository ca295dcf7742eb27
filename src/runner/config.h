/*
 * What assize-runner.conf(5) says, as a struct.
 */
#ifndef RUNNER_CONFIG_H
#define RUNNER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/log.h"
#include "box/box.h"
#include "runner/model.h"

/* Boxes that are built ahead for the tests of one job. */
#define RUNNER_BOXES_AHEAD 12

struct runner_config {
	char *server;  /* base URL, ending in /api, without '/' behind */
	char *ca_file; /* PEM, NULL: the system's */
	char *proxy;   /* NULL: none, whatever the environment says */
	char *name;
	char *registration_token;
	char *pools;     /* names with commas between */
	char *languages; /* the same; empty: all that work here */
	char *languages_dir;
	char *environments_dir;
	char *inbox_dir;
	char *work_dir;
	char *cache_dir;
	char *boxinit;   /* NULL: the installed one */
	char *bwrap;     /* NULL: Debian's */
	char *cgroup;    /* NULL: our own */
	char *model_url; /* NULL: there is no language model */
	char *model_name;
	char *model_key;
	char *model_ca_file;
	char *prompts_dir;
	char *ssh_ports; /* "2200-2299"; NULL: no doors are opened */
	char *ssh_host;  /* what is told; this machine's name if not set */
	char *log_level;
	int64_t jobs;
	int64_t cache_mb;
	int64_t heartbeat_interval_sec;
	int64_t wait_sec;
	int64_t drain_grace_sec;
	int64_t output_kb;
	int64_t box_uid_first;
	int64_t box_uid_count;
	int64_t model_timeout_sec;
	int64_t model_max_tokens;
	int64_t model_input_kb;
	int64_t model_input_price;
	int64_t model_output_price;
	int64_t ssh_sec;
	int64_t ssh_sessions; /* at once, at least 1 */
	int64_t ssh_first;    /* of ssh_ports; 0: there are none */
	int64_t ssh_last;
	bool log_json;
};

extern const struct conf_key runner_conf_keys[];

/*
 * Reads the file (NULL: only environment and defaults) and checks what a
 * table cannot say: the form of the URL, that the directories are absolute.
 * need_server is false for --check and --doctor.
 */
struct err *runner_config_load(struct arena *, const char *file,
    bool need_server, struct runner_config *ret_config) _must_check_;

/* Lives as long as the configuration. */
struct model_config runner_config_model(struct arena *,
    const struct runner_config *);
struct box_options runner_config_box(const struct runner_config *);

/* The level by its name; the name was checked when it was loaded. */
enum log_level runner_config_level(const struct runner_config *);

/* The parts of a list with commas, blanks cut off, empty ones dropped. */
const char **runner_config_list(struct arena *, const char *text,
    size_t *ret_n) _must_check_;

#endif
