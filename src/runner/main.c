/*
 * assize-runner: takes jobs from an Assize server and grades them.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/agent.h"
#include "runner/cache.h"
#include "runner/check.h"
#include "runner/environment.h"
#include "runner/exam.h"
#include "http/http.h"

#include <config.h>

#define PROCESS_ARENA ((size_t)1 << 30)
#define EXIT_UNEXPECTED 1 /* --check, --doctor: not as it should be */
#define EXIT_USAGE 2
#define EXIT_FAULT 3

static const char usage[] =
    "usage: assize-runner -c FILE [--jobs N]\n"
    "       assize-runner [-c FILE] [--json] --check PACKAGE\n"
    "       assize-runner [-c FILE] [--json] --doctor\n"
    "       assize-runner [-c FILE] [--json] --languages [NAME...]\n"
    "       assize-runner [-c FILE] --packages | --print-config\n"
    "       assize-runner --help | --version\n"
    "\n"
    "  -c, --config FILE  read assize-runner.conf(5) from FILE\n"
    "      --jobs N       grade N jobs at the same time\n"
    "      --check PACKAGE judge the package's own submissions\n"
    "      --doctor       look at what a runner needs of this machine\n"
    "      --languages    run the test programs of languages\n"
    "      --packages     print Debian's packages of the languages\n"
    "      --json         print JSON instead of a table\n"
    "      --print-config print the configuration in force\n"
    "      --help         this text and all keys\n"
    "      --version      the version\n";

enum mode {
	MODE_RUN,
	MODE_CHECK,
	MODE_DOCTOR,
	MODE_LANGUAGES,
	MODE_PACKAGES,
	MODE_PRINT
};

struct options {
	enum mode mode;
	const char *config;
	const char *package;
	const char *const *names; /* of languages; NULL at the end */
	size_t names_n;
	int64_t jobs; /* 0: as configured */
	bool json;
};

enum {
	OPT_JOBS = 256,
	OPT_CHECK,
	OPT_DOCTOR,
	OPT_LANGUAGES,
	OPT_PACKAGES,
	OPT_JSON,
	OPT_PRINT,
	OPT_HELP,
	OPT_VERSION
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "check", required_argument, NULL, OPT_CHECK },
	{ "doctor", no_argument, NULL, OPT_DOCTOR },
	{ "languages", no_argument, NULL, OPT_LANGUAGES },
	{ "packages", no_argument, NULL, OPT_PACKAGES },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "print-config", no_argument, NULL, OPT_PRINT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static _noreturn_ void
show_help(void)
{
	fputs(usage, stdout);
	fputs("\nKeys of the configuration:\n\n", stdout);
	for (const struct conf_key *k = runner_conf_keys; k->name != NULL; k++)
		printf("  %-24s %s\n", k->name, k->help);
	exit(0);
}

static bool
take_option(int c, struct options *o)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		return true;
	case OPT_JOBS:
		return str_to_i64(optarg, 1, 64, &o->jobs);
	case OPT_CHECK:
		o->mode = MODE_CHECK;
		o->package = optarg;
		return true;
	case OPT_DOCTOR:
		o->mode = MODE_DOCTOR;
		return true;
	case OPT_LANGUAGES:
		o->mode = MODE_LANGUAGES;
		return true;
	case OPT_PACKAGES:
		o->mode = MODE_PACKAGES;
		return true;
	case OPT_JSON:
		o->json = true;
		return true;
	case OPT_PRINT:
		o->mode = MODE_PRINT;
		return true;
	case OPT_HELP:
		show_help();
	case OPT_VERSION:
		puts("assize-runner " PACKAGE_VERSION);
		exit(0);
	default:
		return false;
	}
}

static bool
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "c:", long_options, NULL)) != -1)
		if (!take_option(c, o))
			return false;
	o->names = (const char *const *)argv + optind;
	o->names_n = (size_t)(argc - optind);
	return optind == argc || o->mode == MODE_LANGUAGES;
}

static void
print_error(const struct err *e)
{
	const struct field_fault *f;

	fprintf(stderr, "assize-runner: %s%s%s%s%s\n", err_info(e->code)->title,
	    e->detail != NULL ? ": " : "", e->detail != NULL ? e->detail : "",
	    e->internal != NULL ? ": " : "",
	    e->internal != NULL ? e->internal : "");
	for (f = e->faults; f != NULL; f = f->next)
		fprintf(stderr, "assize-runner: %s: %s\n", f->pointer,
		    f->detail);
}

/* What is opened once, in the order in which it is closed again. */
struct process {
	struct runner_config config;
	struct tools tools;
	struct environments environments;
	struct model_config model_config;
	struct model *model;
	struct grader grader;
	struct box_host *boxes;
	struct cache *cache;
	struct shelf *shelf;
	int work;
	const char *temporary; /* of --check: removed at the end */
};

static void
close_process(struct process *p)
{
	shelf_close(p->shelf);
	cache_close(p->cache);
	box_host_close(p->boxes);
	io_closep(&p->work);
	if (p->temporary != NULL)
		io_remove_all(AT_FDCWD, p->temporary);
}

static struct err *
open_grader(struct arena *a, struct process *p)
{
	const struct box_options options = runner_config_box(&p->config);

	TRY(http_global_init(a));
	TRY(tools_open(a, &p->config, &p->tools));
	TRY(environments_load(a, p->config.environments_dir, &p->environments));
	p->model_config = runner_config_model(a, &p->config);
	TRY(model_open(a, &p->model_config, &p->model));
	TRY(work_open(a, p->config.work_dir, &p->work));
	TRY(box_host_open(a, &options, &p->boxes));
	p->grader = (struct grader) {
		.config = &p->config,
		.boxes = p->boxes,
		.tools = &p->tools,
		.environments = &p->environments,
		.model = p->model,
		.work = p->work,
	};
	return NULL;
}

static struct err *
run_agent(struct arena *a, struct process *p)
{
	TRY(cache_open(a, p->config.cache_dir,
	    (uint64_t)p->config.cache_mb << 20, &p->cache));
	TRY(open_grader(a, p));
	TRY(shelf_open(a, p->work, p->cache, &p->shelf));
	return agent_run(a, &p->config, &p->grader, p->shelf);
}

/* Without a configuration --check works in a directory of its own. */
static struct err *
open_checker(struct arena *a, struct process *p, const struct options *o)
{
	const char *tmp = getenv("TMPDIR");
	char *dir;

	if (o->config == NULL) {
		dir = arena_printf(a, "%s/assize-check-XXXXXX",
		    tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
		if (mkdtemp(dir) == NULL)
			return ERR_WHY(a, ERR_INTERNAL, "%s: %s", dir,
			    strerror(errno));
		p->temporary = p->config.work_dir = dir;
	}
	return open_grader(a, p);
}

struct patient {
	struct process *process;
	const struct options *options;
};

static struct err *
open_for_doctor(void *arg, struct arena *a, const struct grader **ret_grader)
{
	struct patient *p = arg;

	TRY(open_checker(a, p->process, p->options));
	*ret_grader = &p->process->grader;
	return NULL;
}

static struct err *
run_doctor(struct arena *a, struct process *p, const struct options *o,
    bool *ret_ok)
{
	struct patient patient = { p, o };
	const struct doctor d = {
		.config = &p->config,
		.open_grader = open_for_doctor,
		.arg = &patient,
		.json = o->json,
	};

	return doctor(a, &d, ret_ok);
}

static struct err *
print_packages(struct arena *a, struct process *p)
{
	TRY(http_global_init(a));
	TRY(tools_open(a, &p->config, &p->tools));
	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		if (p->tools.is_served[i])
			for (const char *const *name =
				 p->tools.cmds[i]->packages;
			     *name != NULL; name++)
				puts(*name);
	return NULL;
}

static struct err *
run(struct arena *a, const struct options *o, struct process *p, bool *ret_ok)
{
	bool is_run = o->mode == MODE_RUN || o->mode == MODE_PRINT;

	TRY(runner_config_load(a, o->config, is_run, &p->config));
	if (o->jobs > 0)
		p->config.jobs = o->jobs;
	log_open("assize-runner",
	    is_run ? runner_config_level(&p->config) : LOG_WARNING,
	    is_run && p->config.log_json);
	switch (o->mode) {
	case MODE_CHECK:
		TRY(open_checker(a, p, o));
		return check_package(a, &p->grader, o->package, o->json,
		    ret_ok);
	case MODE_DOCTOR:
		return run_doctor(a, p, o, ret_ok);
	case MODE_LANGUAGES:
		TRY(open_checker(a, p, o));
		return exam_table(a, &p->grader, o->names, o->names_n, o->json,
		    ret_ok);
	case MODE_PACKAGES:
		return print_packages(a, p);
	case MODE_PRINT:
		conf_print(runner_conf_keys, &p->config);
		return NULL;
	case MODE_RUN:
		break;
	}
	return run_agent(a, p);
}

int
main(int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *a = NULL;
	struct options o = { .mode = MODE_RUN };
	struct process p = { .work = -1 };
	struct err *e;
	bool ok = true;

	if (!parse_options(argc, argv, &o)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	/* Programs in boxes that end early must not end us. */
	signal(SIGPIPE, SIG_IGN);
	umask(022);
	a = arena_new("process", PROCESS_ARENA);
	e = run(a, &o, &p, &ok);
	close_process(&p);
	if (e != NULL) {
		print_error(e);
		return EXIT_FAULT;
	}
	return ok ? 0 : EXIT_UNEXPECTED;
}
