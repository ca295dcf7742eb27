#include "runner/config.h"

#include <limits.h>
#include <stddef.h>
#include <unistd.h>

#include "base/str.h"

#define AT(m) offsetof(struct runner_config, m)

/* clang-format off */
const struct conf_key runner_conf_keys[] = {
	{ "server", CONF_STRING, AT(server), NULL, 1, 1024, 0,
	  "base URL of the service, such as https://host/api" },
	{ "ca_file", CONF_STRING, AT(ca_file), NULL, 0, 4096, 0,
	  "certificates (PEM) to trust instead of the system's" },
	{ "proxy", CONF_STRING, AT(proxy), NULL, 0, 1024, 0,
	  "HTTP proxy; the environment's is not used" },
	{ "name", CONF_STRING, AT(name), "unnamed", 1, 64, 0,
	  "name under which this runner registers" },
	{ "registration_token", CONF_STRING, AT(registration_token), NULL,
	  0, 4096, CONF_SECRET,
	  "the server's runner_registration_token" },
	{ "pools", CONF_STRING, AT(pools), "default", 1, 1024, 0,
	  "pools that it serves, with commas between" },
	{ "languages", CONF_STRING, AT(languages), "", 0, 1024, 0,
	  "languages that it serves; empty: all whose tools are here" },
	{ "languages_dir", CONF_STRING, AT(languages_dir), LANGUAGES_DIR,
	  1, 4096, 0, "what the languages are; see languages.d/README.md" },
	{ "environments_dir", CONF_STRING, AT(environments_dir),
	  "/etc/assize/environments.d", 1, 4096, 0,
	  "directory with a file for each environment of scripts" },
	{ "inbox_dir", CONF_STRING, AT(inbox_dir), INBOX_DIR, 1, 4096, 0,
	  "directory of what grading scripts call" },
	{ "work_dir", CONF_STRING, AT(work_dir), "/var/lib/assize-runner/work",
	  1, 4096, 0, "directory for the files of running jobs" },
	{ "cache_dir", CONF_STRING, AT(cache_dir), "/var/cache/assize-runner",
	  1, 4096, 0, "directory for problem packages" },
	{ "cache_mb", CONF_INT, AT(cache_mb), "2048", 16, 1 << 20, 0,
	  "MiB of packages that are kept" },
	{ "jobs", CONF_INT, AT(jobs), "1", 1, 64, 0,
	  "jobs graded at the same time, each on its own processor" },
	{ "heartbeat_interval_sec", CONF_INT, AT(heartbeat_interval_sec), "10",
	  1, 60, 0, "seconds between heartbeats" },
	{ "wait_sec", CONF_INT, AT(wait_sec), "25", 0, 3600, 0,
	  "seconds that a question for a job may wait for one" },
	{ "drain_grace_sec", CONF_INT, AT(drain_grace_sec), "20", 0, 3600, 0,
	  "seconds that running jobs have to end after SIGTERM" },
	{ "output_kb", CONF_INT, AT(output_kb), "16", 1, 1024, 0,
	  "KiB kept of what a program or compiler printed" },
	{ "boxinit", CONF_STRING, AT(boxinit), NULL, 0, 4096, 0,
	  "assize-boxinit, if it is not where it was installed" },
	{ "bwrap", CONF_STRING, AT(bwrap), NULL, 0, 4096, 0,
	  "bubblewrap, if it is not /usr/bin/bwrap" },
	{ "cgroup", CONF_STRING, AT(cgroup), NULL, 0, 4096, 0,
	  "control group below which boxes get theirs; empty: our own" },
	{ "box_uid_first", CONF_INT, AT(box_uid_first), "200000", 1000,
	  2000000000, 0, "as root: first user id of boxes" },
	{ "box_uid_count", CONF_INT, AT(box_uid_count), "256", 1, 65536, 0,
	  "as root: number of user ids of boxes" },
	{ "model_url", CONF_STRING, AT(model_url), NULL, 0, 1024, 0,
	  "base URL of a language model's API, such as https://host/v1" },
	{ "model_name", CONF_STRING, AT(model_name), "gpt-4o-mini", 1, 128, 0,
	  "which model is asked" },
	{ "model_key", CONF_STRING, AT(model_key), NULL, 0, 1024, CONF_SECRET,
	  "its API's key" },
	{ "model_ca_file", CONF_STRING, AT(model_ca_file), NULL, 0, 4096, 0,
	  "certificates (PEM) to trust there instead of the system's" },
	{ "model_timeout_sec", CONF_INT, AT(model_timeout_sec), "120", 1, 3600,
	  0, "seconds for one submission's questions, all tries together" },
	{ "model_max_tokens", CONF_INT, AT(model_max_tokens), "4000", 100,
	  1000000, 0, "tokens that an answer may have" },
	{ "model_input_kb", CONF_INT, AT(model_input_kb), "256", 1, 4096, 0,
	  "KiB of a submission's files that the model is shown" },
	{ "model_input_price", CONF_INT, AT(model_input_price), "0", 0,
	  1000000000, 0, "price of a million tokens in, in thousandths" },
	{ "model_output_price", CONF_INT, AT(model_output_price), "0", 0,
	  1000000000, 0, "price of a million tokens out, in thousandths" },
	{ "prompts_dir", CONF_STRING, AT(prompts_dir), PROMPTS_DIR, 1, 4096, 0,
	  "what the model is told: grade.md, feedback.md" },
	{ "ssh_ports", CONF_STRING, AT(ssh_ports), NULL, 0, 16, 0,
	  "FROM-TO: ports for SSH sessions in boxes; empty: there are none" },
	{ "ssh_host", CONF_STRING, AT(ssh_host), NULL, 0, 255, 0,
	  "host for SSH sessions; empty: this machine's name" },
	{ "ssh_sec", CONF_INT, AT(ssh_sec), "1500", 10, 1500, 0,
	  "seconds that an SSH session may last" },
	{ "ssh_sessions", CONF_INT, AT(ssh_sessions), "0", 0, 1024, 0,
	  "SSH sessions at once; 0: one less than jobs, but one" },
	{ "log_level", CONF_STRING, AT(log_level), "info", 1, 16, 0,
	  "error, warning, info or debug" },
	{ "log_json", CONF_BOOL, AT(log_json), "true", 0, 0, 0,
	  "one JSON object a line instead of text" },
	{ NULL, CONF_STRING, 0, NULL, 0, 0, 0, NULL }
};
/* clang-format on */

static void
check_server(struct arena *a, struct runner_config *c, struct faults *faults)
{
	size_t n;

	if (c->server == NULL) {
		faults_add(faults, "server", "is required");
		return;
	}
	if (!str_has_prefix(c->server, "https://") &&
	    !str_has_prefix(c->server, "http://"))
		faults_add(faults, "server", "must be an http or https URL");
	if (strpbrk(c->server, " \t\r\n?#@") != NULL)
		faults_add(faults, "server",
		    "must be a URL without user, query and fragment");
	n = strlen(c->server);
	while (n > 0 && c->server[n - 1] == '/')
		n--;
	c->server = arena_memdup(a, c->server, n);
}

static void
check_dir(struct faults *faults, const char *key, const char *path)
{
	if (path[0] != '/')
		faults_add(faults, key, "must be an absolute path");
}

static bool
take_port(struct arena *a, struct str text, int64_t *ret_port)
{
	return str_to_i64(str_dup(a, str_trim(text)), 1, 65535, ret_port);
}

static void
check_ssh(struct arena *a, struct runner_config *c, struct faults *faults)
{
	struct str rest, first;
	char *name;

	/* A place is left for those who do not stay. */
	if (c->ssh_sessions == 0)
		c->ssh_sessions = c->jobs > 1 ? c->jobs - 1 : 1;
	if (c->ssh_ports == NULL)
		return;
	rest = str_of(c->ssh_ports);
	if (!str_cut(&rest, '-', &first) ||
	    !take_port(a, first, &c->ssh_first) ||
	    !take_port(a, rest, &c->ssh_last) || c->ssh_first > c->ssh_last)
		faults_add(faults, "ssh_ports",
		    "must be two ports with '-' between, as 2200-2299");
	if (c->ssh_host != NULL)
		return;
	name = arena_alloc(a, HOST_NAME_MAX + 1);
	name[HOST_NAME_MAX] = '\0';
	if (gethostname(name, HOST_NAME_MAX) != 0 || name[0] == '\0')
		faults_add(faults, "ssh_host", "this machine has no name");
	c->ssh_host = name;
}

struct err *
runner_config_load(struct arena *a, const char *file, bool need_server,
    struct runner_config *ret_config)
{
	struct runner_config c = { 0 };
	struct faults faults;
	enum log_level level;

	TRY(conf_load(a, runner_conf_keys, file, &c));
	faults_init(&faults, a);
	if (need_server) {
		check_server(a, &c, &faults);
		if (c.registration_token == NULL)
			faults_add(&faults, "registration_token",
			    "is required");
	}
	if (!log_level_of(c.log_level, &level))
		faults_add(&faults, "log_level",
		    "must be error, warning, info or debug");
	check_dir(&faults, "work_dir", c.work_dir);
	check_dir(&faults, "cache_dir", c.cache_dir);
	check_ssh(a, &c, &faults);
	TRY(faults_err(&faults, ERR_IMPOSSIBLE));
	*ret_config = c;
	return NULL;
}

struct model_config
runner_config_model(struct arena *a, const struct runner_config *c)
{
	return (struct model_config) {
		.url = c->model_url,
		.name = c->model_name,
		.key = c->model_key,
		.ca_file = c->model_ca_file,
		.proxy = c->proxy,
		.prompts_dir = c->prompts_dir,
		.cache_dir = arena_printf(a, "%s/model", c->cache_dir),
		.timeout_ms = c->model_timeout_sec * 1000,
		.max_tokens = c->model_max_tokens,
		.input_kb = c->model_input_kb,
		.input_price = c->model_input_price,
		.output_price = c->model_output_price,
	};
}

struct box_options
runner_config_box(const struct runner_config *c)
{
	return (struct box_options) {
		.boxinit = c->boxinit,
		.bwrap = c->bwrap,
		.uid_first = (uid_t)c->box_uid_first,
		.uid_count = (uint32_t)c->box_uid_count,
		.cgroup = c->cgroup,
		.max_prepared = (size_t)c->jobs * (RUNNER_BOXES_AHEAD + 2),
	};
}

enum log_level
runner_config_level(const struct runner_config *c)
{
	enum log_level level = LOG_INFO;

	return log_level_of(c->log_level, &level) ? level : LOG_INFO;
}

const char **
runner_config_list(struct arena *a, const char *text, size_t *ret_n)
{
	struct str rest = str_of(text), part;
	const char **list = NULL;
	size_t n = 0, cap = 0;

	while (str_cut(&rest, ',', &part)) {
		part = str_trim(part);
		if (part.n == 0)
			continue;
		list = arena_grow(a, list, n, &cap, sizeof(*list));
		list[n++] = str_dup(a, part);
	}
	*ret_n = n;
	return list;
}
