/*
 * assized: the FastCGI worker.
 *
 *	main		options, configuration, connections; then it waits for
 *			SIGTERM, lets what is being served end, and leaves
 *	threads		accept and serve requests (fcgi.c)
 *	dispatcher	answers the parked requests
 *	background	the sweeper; the health thread
 */
#include <config.h>

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "assized/app.h"
#include "assized/background.h"
#include "assized/config.h"
#include "assized/dispatcher.h"
#include "assized/fcgi.h"
#include "assized/listen.h"
#include "assized/park.h"
#include "assized/route.h"
#include "assized/server.h"
#include "base/log.h"
#include "base/proc.h"
#include "core/runner.h"

#define PROCESS_BYTES (16u << 20)
#define CACHED_TOKENS 4096

enum action { SERVE, CHECK_CONFIG, MIGRATE, SHOW_ROUTES, AUDIT };

struct options {
	const char *file;
	enum action action;
};

/* clang-format off */
static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check-config", no_argument, NULL, 'C' },
	{ "migrate", no_argument, NULL, 'M' },
	{ "audit", no_argument, NULL, 'A' },
	{ "routes", no_argument, NULL, 'R' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};
/* clang-format on */

static void
usage(FILE *f)
{
	fputs("usage: assized [-c FILE] [--check-config | --migrate | --audit"
	      " | --routes | --version | --help]\n",
	    f);
}

static void
help(void)
{
	usage(stdout);
	puts("\nKeys of the configuration file:");
	for (const struct conf_key *k = config_keys; k->name != NULL; k++)
		printf("  %-26s %s\n", k->name, k->help);
}

static void
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while (
	    (c = getopt_long(argc, argv, "c:hV", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->file = optarg;
			break;
		case 'C':
			o->action = CHECK_CONFIG;
			break;
		case 'M':
			o->action = MIGRATE;
			break;
		case 'A':
			o->action = AUDIT;
			break;
		case 'R':
			o->action = SHOW_ROUTES;
			break;
		case 'V':
			puts("assized " PACKAGE_VERSION);
			exit(0);
		case 'h':
			help();
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind != argc) {
		usage(stderr);
		exit(2);
	}
}

/* For tests and documents: what stands in the table. */
static void
show_routes(void)
{
	for (const struct route *r = routes; r->path != NULL; r++)
		printf("%s %s %s %zu\n", method_name(r->method), r->path,
		    who_name(r->who), r->body_max);
}

static struct err *
migrate(struct arena *a, const struct config *conf)
{
	struct store_migration done;

	TRY(store_migrate(a,
	    conf->database_owner != NULL ? conf->database_owner
					 : conf->database,
	    &done));
	printf("schema version %d: %d migrations applied, %d views and "
	       "functions replaced\n",
	    done.version, done.applied, done.replaced);
	return NULL;
}

/* What is missing disables what it is for, and that is said. */
static struct err *
open_tokens(struct arena *a, const struct config *conf, struct core *core)
{
	const struct token_wanted wanted = {
		.issuer = conf->jwt_issuer,
		.audience = conf->jwt_audience,
		.max_ttl_s = conf->jwt_max_ttl_sec,
	};
	struct token_link_key *key = arena_new_of(a, struct token_link_key);
	struct token_keys *keys;

	if (conf->jwt_keys_file == NULL) {
		log_event(LOG_WARNING, "no_jwt_keys",
		    LS("effect", "no person may enter"));
	} else {
		TRY(token_keys_load(a, conf->jwt_keys_file, &keys));
		core->verifier =
		    token_verifier_new(keys, &wanted, CACHED_TOKENS);
	}
	if (conf->link_key == NULL) {
		log_event(LOG_WARNING, "no_link_key",
		    LS("effect", "no job is handed out"));
	} else {
		TRY(token_link_key_set(a, conf->link_key, key));
		core->link_key = key;
	}
	if (conf->runner_registration_token == NULL)
		log_event(LOG_WARNING, "no_registration_token",
		    LS("effect", "no runner may register"));
	else
		core->registration_token = conf->runner_registration_token;
	return NULL;
}

static struct err *
open_core(struct arena *a, const struct config *conf, struct core **ret_core)
{
	struct core *core = arena_new_of(a, struct core);
	const struct store_options store = {
		.conninfo = conf->database,
		.connections = (size_t)conf->db_pool,
	};
	const struct dispatch_conf dispatch = {
		.address = conf->redis,
		.password = conf->redis_password,
		.pool_size = (size_t)conf->redis_pool,
	};
	struct err *e;

	*core = (struct core) {
		.public_url = conf->public_url,
		.needs_standby = conf->standby_required,
		.lease_max_ms = conf->lease_max_sec * 1000,
		.heartbeat_s = conf->heartbeat_interval_sec,
		.poll_s = conf->poll_interval_sec,
		.jobs_max = conf->max_concurrent_jobs,
		.submit_rate = conf->submit_rate,
		.submit_period_ms = conf->submit_period_sec * 1000,
		.output_max = (size_t)conf->output_max_bytes,
	};
	TRY(core_runner_languages(a, conf->runner_languages,
	    &core->runner_languages, &core->n_runner_languages));
	TRY(open_tokens(a, conf, core));
	TRY(store_open(a, &store, &core->store));
	core->dispatch = dispatch_open(&dispatch);
	core_start(core);
	/* Without Redis the service accepts, and hands nothing out. */
	e = dispatch_ready(core->dispatch, a);
	if (e != NULL)
		log_err(LOG_WARNING, "redis_is_away", e);
	*ret_core = core;
	return NULL;
}

static void
close_core(struct core *core)
{
	core_stop(core);
	store_close(core->store);
	dispatch_close(core->dispatch);
	if (core->verifier != NULL)
		token_verifier_free(core->verifier);
}

/* Says what differs between the two stores; that it does is an error. */
static struct err *
audit(struct arena *a, const struct config *conf)
{
	struct core *core;
	struct err *e;

	TRY(open_core(a, conf, &core));
	e = server_audit(a, core);
	close_core(core);
	return e;
}

/*
 * Whoever starts again reads its configuration again, and who keeps the
 * socket starts us again: so to reload is to end, unless what is there now
 * would not let us start.
 */
static bool
may_reload(const char *file)
{
	struct arena *a = arena_new("reload", PROCESS_BYTES);
	struct config conf = { 0 };
	struct core core = { 0 };
	struct err *e = conf_load(a, config_keys, file, &conf);

	if (e == NULL)
		e = open_tokens(a, &conf, &core);
	if (core.verifier != NULL)
		token_verifier_free(core.verifier);
	if (e != NULL)
		log_err(LOG_ERROR, "reload_refused", e);
	arena_free(a);
	return e == NULL;
}

/* Blocks until somebody wants the process to end. */
static void
wait_for_end(const char *file)
{
	sigset_t set;
	int signal_number;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	do {
		sigwait(&set, &signal_number);
	} while (signal_number == SIGHUP && !may_reload(file));
}

/*
 * Each parked request has a descriptor: as many as may be open are opened to
 * us, and those that the rest needs are left to it.
 */
static size_t
places(const struct config *conf)
{
	rlim_t rest =
	    64 + (rlim_t)(conf->threads + conf->db_pool + conf->redis_pool);
	size_t max = (size_t)conf->parked_max;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return max;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) < 0 &&
	    getrlimit(RLIMIT_NOFILE, &r) < 0)
		return max;
	if (r.rlim_cur < rest + max) {
		log_event(LOG_WARNING, "few_descriptors",
		    LI("allowed", (int64_t)r.rlim_cur),
		    LI("parked_max", conf->parked_max));
		max = r.rlim_cur > rest ? (size_t)(r.rlim_cur - rest) : 0;
	}
	return max;
}

static struct err *
serve(struct arena *a, const struct config *conf, const char *file)
{
	struct app app;
	struct core *core;
	struct listener listener;
	struct background *background;
	struct dispatcher *dispatcher;
	struct fcgi_conf fcgi_conf;
	struct fcgi *fcgi;

	TRY(listen_open(a, conf->listen, &listener));
	TRY(open_core(a, conf, &core));
	app.core = core;
	TRY(park_open(a, places(conf), &app.park));
	fcgi_conf = (struct fcgi_conf) {
		.listen_fd = listener.fd,
		.is_ours = listener.is_ours,
		.threads = (size_t)conf->threads,
		.arena_bytes = server_arena_bytes(),
		.serve = server_serve,
		.ctx = &app,
	};
	TRY(dispatcher_start(a, &app, &dispatcher));
	TRY(fcgi_start(a, &fcgi_conf, &fcgi));
	TRY(background_start(a, core, fcgi, dispatcher, &background));
	proc_notify("READY=1");
	log_event(LOG_INFO, "started", LI("pid", getpid()),
	    LI("threads", conf->threads));
	wait_for_end(file);
	proc_notify("STOPPING=1");
	log_event(LOG_INFO, "stopping", LI("pid", getpid()));
	background_stop(background);
	listen_unlink(&listener);
	dispatcher_stop(dispatcher);
	fcgi_stop(fcgi);
	park_free(app.park);
	close_core(core);
	log_event(LOG_INFO, "stopped", LI("pid", getpid()));
	return NULL;
}

/* The keys are read, no server is asked. */
static struct err *
check_config(struct arena *a, const struct config *conf)
{
	struct core core = { 0 };

	TRY(open_tokens(a, conf, &core));
	if (core.verifier != NULL)
		token_verifier_free(core.verifier);
	conf_print(config_keys, conf);
	return NULL;
}

static struct err *
run(struct arena *a, const struct options *o)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct config conf = { 0 };
	enum log_level level;

	TRY(conf_load(a, config_keys, o->file, &conf));
	if (!log_level_of(conf.log_level, &level))
		return ERR(a, ERR_IMPOSSIBLE, "log_level: no such level: %s",
		    conf.log_level);
	log_open("assized", level, conf.log_json);
	switch (o->action) {
	case CHECK_CONFIG:
		return check_config(a, &conf);
	case MIGRATE:
		return migrate(a, &conf);
	case AUDIT:
		return audit(a, &conf);
	default:
		break;
	}
	proc_block_signals(signals, ARRAY_LEN(signals));
	fcgi_setup();
	return serve(a, &conf, o->file);
}

int
main(int argc, char **argv)
{
	struct options o = { .action = SERVE };
	struct arena *a = arena_new("process", PROCESS_BYTES);
	struct err *e = NULL;

	log_open("assized", LOG_INFO, false);
	parse_options(argc, argv, &o);
	if (o.action == SHOW_ROUTES)
		show_routes();
	else
		e = run(a, &o);
	if (e != NULL) {
		log_err(LOG_ERROR, "failed", e);
		for (const struct field_fault *f = e->faults; f != NULL;
		     f = f->next)
			log_event(LOG_ERROR, "fault", LS("at", f->pointer),
			    LS("detail", f->detail));
	}
	arena_free(a);
	return e == NULL ? 0 : 1;
}
