/*
 * problem check: what the package says, then what it does: the runner of this
 * machine runs its input validators and its own submissions.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/print.h"
#include "package/package.h"

#define REPORT_MAX ((size_t)32 << 20)
/* Exit statuses of assize-runner(8). */
#define RUNNER_FINE 0
#define RUNNER_UNEXPECTED 1

/* clang-format off */
const struct cli_option check_option_table[] = {
	{ "static", OPTION_FLAG, offsetof(struct check_options, is_static),
	    false, NULL, "read it only: run nothing", 0, 0 },
	{ 0 }
};
/* clang-format on */

/* Whatever was found, as JSON: p is NULL if the package has faults. */
static void
print_report(struct arena *a, const struct package *p, const struct err *e,
    const char *runs, bool ok)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, SIZE_MAX / 4);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_bool(&w, "ok", ok);
	if (p != NULL) {
		json_w_key_str(&w, "name", p->name);
		json_w_key_str(&w, "format", p->format);
		json_w_key_i64(&w, "tests", (int64_t)p->plan.test_n);
		json_w_key_i64(&w, "submissions", (int64_t)p->submission_n);
		json_w_key_i64(&w, "cases", (int64_t)p->case_n);
		json_w_key_str(&w, "fingerprint", p->fingerprint);
		json_w_key_faults(&w, "warnings", p->warnings);
	}
	if (e != NULL)
		json_w_key_faults(&w, "errors", e->faults);
	if (runs != NULL)
		json_w_key_raw(&w, "runs", runs);
	json_w_object_end(&w);
	json_w_finish(&w);
	puts(b.p);
}

static const char *
find_runner(void)
{
	const char *named = getenv("ASSIZE_RUNNER");

	if (named != NULL && named[0] != '\0')
		return named;
	if (access(CLI_RUNNER, X_OK) == 0)
		return CLI_RUNNER;
	return "assize-runner";
}

/* Runs it to its end; out is where its standard output goes. */
static struct err *
run_runner(struct arena *a, const char *package, bool json, int out,
    int *ret_status)
{
	const char *argv[] = { find_runner(), "--check", package,
		json ? "--json" : NULL, NULL };
	const struct proc_spec spec = {
		.argv = argv,
		.dir = -1,
		.fd = { -1, out, STDERR_FILENO },
	};
	int status, pidfd;
	pid_t pid;

	TRY(proc_spawn(a, &spec, &pid, &pidfd));
	close(pidfd);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ERR_WHY(a, ERR_INTERNAL, "waitpid: %s",
			    strerror(errno));
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return NULL;
}

static struct err *
read_report(struct arena *a, int fd, const char **ret_text)
{
	off_t n = lseek(fd, 0, SEEK_END);
	char *text;

	if (n < 0 || (size_t)n > REPORT_MAX || lseek(fd, 0, SEEK_SET) < 0)
		return ERR(a, ERR_TOO_LARGE, "the runner says too much");
	text = arena_alloc(a, (size_t)n + 1);
	if (io_read_all(fd, text, (size_t)n) != n)
		return ERR_WHY(a, ERR_INTERNAL, "read: %s", strerror(errno));
	*ret_text = str_dup(a, str_trim((struct str) { text, (size_t)n }));
	return NULL;
}

/*
 * *ret_runs stays NULL where it could not be run: that is no fault of the
 * package, and is said.
 */
static struct err *
run_package(struct cli *cli, const char *package, const char **ret_runs,
    bool *ret_ok)
{
	_cleanup_(io_closep) int out = memfd_create("report", MFD_CLOEXEC);
	struct arena *a = cli->arena;
	struct err *e;
	int status = -1;

	fflush(stdout);
	if (out < 0)
		return ERR_WHY(a, ERR_INTERNAL, "memfd: %s", strerror(errno));
	e = run_runner(a, package, cli->json, cli->json ? out : STDOUT_FILENO,
	    &status);
	if (e != NULL ||
	    (status != RUNNER_FINE && status != RUNNER_UNEXPECTED)) {
		fputs("warning: nothing was run: assize-runner --doctor says "
		      "what it needs here\n",
		    stderr);
		return NULL;
	}
	*ret_ok = status == RUNNER_FINE;
	return cli->json ? read_report(a, out, ret_runs) : NULL;
}

struct err *
cmd_problem_check(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct check_options *o = c->options;
	const char *runs = NULL;
	struct loaded l;
	struct err *e = load_package(cli->arena, c->args[0], false, &l);
	bool ok = true;

	if (e != NULL) {
		if (cli->json && e->faults != NULL)
			print_report(cli->arena, l.package, e, NULL, false);
		return e;
	}
	if (!cli->json) {
		print_warnings(l.package->warnings);
		print_safe(stdout, l.package->name);
		printf(": %zu tests, %zu submissions of its own, %zu cases, "
		       "format %s\n",
		    l.package->plan.test_n, l.package->submission_n,
		    l.package->case_n, l.package->format);
	}
	if (!o->is_static && l.package->method != PACKAGE_MANUAL &&
	    l.package->submission_n + l.package->input_validator_n +
		    l.package->case_n >
		0)
		TRY(run_package(cli, c->args[0], &runs, &ok));
	if (cli->json)
		print_report(cli->arena, l.package, NULL, runs, ok);
	*ret_exit = ok ? CLI_OK : CLI_REFUSED;
	return NULL;
}
