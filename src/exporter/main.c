/*
 * assize-exporter: sends grades to other systems.
 */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/io.h"
#include "exporter/exporter.h"
#include "http/http.h"

#include <config.h>

#define PROCESS_ARENA ((size_t)64 << 20)
#define EXIT_FAILED 1 /* --once: something could not be sent */
#define EXIT_USAGE 2
#define EXIT_FAULT 3
#define EXPORTERS_MAX 16

static const char usage[] =
    "usage: assize-exporter -c FILE [--once]\n"
    "       assize-exporter [-c FILE] --print-config\n"
    "       assize-exporter --help | --version\n"
    "\n"
    "  -c, --config FILE   read assize-exporter.conf(5) from FILE\n"
    "      --once          send what is due, then end\n"
    "      --print-config  print the configuration in force\n"
    "      --help          this text and all keys\n"
    "      --version       the version\n";

enum { OPT_ONCE = 256, OPT_PRINT, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "print-config", no_argument, NULL, OPT_PRINT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

struct options {
	const char *config;
	bool once;
	bool print;
};

static _noreturn_ void
show_help(void)
{
	fputs(usage, stdout);
	fputs("\nKeys of the configuration:\n\n", stdout);
	for (const struct conf_key *k = exporter_conf_keys; k->name != NULL;
	     k++)
		printf("  %-16s %s\n", k->name, k->help);
	exit(0);
}

static bool
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "c:", long_options, NULL)) != -1)
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case OPT_ONCE:
			o->once = true;
			break;
		case OPT_PRINT:
			o->print = true;
			break;
		case OPT_HELP:
			show_help();
		case OPT_VERSION:
			puts("assize-exporter " PACKAGE_VERSION);
			exit(0);
		default:
			return false;
		}
	return optind == argc;
}

static void
print_error(const struct err *e)
{
	fprintf(stderr, "assize-exporter: %s%s%s\n", err_info(e->code)->title,
	    e->internal != NULL ? ": " : "",
	    e->internal != NULL ? e->internal : "");
	for (const struct field_fault *f = e->faults; f != NULL; f = f->next)
		fprintf(stderr, "assize-exporter: %s%s%s\n", f->pointer,
		    f->pointer[0] != '\0' ? ": " : "", f->detail);
}

/* One exporter's thread. */
struct worker {
	const struct exporter_type *type;
	const struct exporter_env *env;
	pthread_t thread;
	bool once;
	bool ok;
};

static void *
work(void *arg)
{
	struct worker *w = arg;

	w->ok = loop_run(w->type, w->env, w->once);
	return NULL;
}

static void
wait_for_signal(struct stop *stop, const sigset_t *signals)
{
	const uint64_t one = 1;
	int number;

	(void)sigwait(signals, &number);
	atomic_store(&stop->is_set, true);
	(void)io_write_all(stop->fd, &one, sizeof(one));
}

static bool
run_workers(struct exporter_env *env, struct stop *stop, bool once)
{
	struct worker workers[EXPORTERS_MAX];
	sigset_t signals;
	size_t n = 0;
	bool ok = true;

	/* Blocked in all threads; taken by wait_for_signal. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	if (!once)
		pthread_sigmask(SIG_BLOCK, &signals, NULL);
	for (const struct exporter_type *t = exporter_types; t->name != NULL;
	     t++) {
		if (!t->is_on(env->config) || n == EXPORTERS_MAX)
			continue;
		workers[n] = (struct worker) {
			.type = t,
			.env = env,
			.once = once,
		};
		if (pthread_create(&workers[n].thread, NULL, work,
			&workers[n]) != 0)
			abort();
		n++;
	}
	if (!once)
		wait_for_signal(stop, &signals);
	for (size_t i = 0; i < n; i++) {
		pthread_join(workers[i].thread, NULL);
		ok = ok && workers[i].ok;
	}
	return ok;
}

static struct err *
run(struct arena *a, const struct options *o, bool *ret_ok)
{
	struct exporter_config config;
	struct stop stop = { .fd = -1 };
	struct exporter_env env = { .config = &config, .stop = &stop };
	struct store_options options = { .connections = 4 };

	TRY(exporter_config_load(a, o->config, &config));
	if (o->print) {
		conf_print(exporter_conf_keys, &config);
		return NULL;
	}
	log_open("assize-exporter", exporter_config_level(&config),
	    config.log_json);
	TRY(http_global_init(a));
	options.conninfo = config.database;
	TRY(store_open(a, &options, &env.store));
	stop.fd = eventfd(0, EFD_CLOEXEC);
	if (stop.fd < 0)
		abort();
	*ret_ok = run_workers(&env, &stop, o->once);
	store_close(env.store);
	io_closep(&stop.fd);
	return NULL;
}

int
main(int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *a = NULL;
	struct options o = { 0 };
	struct err *e;
	bool ok = true;

	if (!parse_options(argc, argv, &o)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	a = arena_new("process", PROCESS_ARENA);
	e = run(a, &o, &ok);
	if (e != NULL) {
		print_error(e);
		return EXIT_FAULT;
	}
	return ok ? 0 : EXIT_FAILED;
}
