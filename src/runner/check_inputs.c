#include "runner/check_inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/programs.h"

#define EXIT_VALID 42
#define SAID_MAX ((size_t)1000)
#define RUN_ARENA ((size_t)16 << 20)
#define PROCESSES 64

static const char *const env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"LC_ALL=C.UTF-8", NULL };

/* One validator, built. */
struct asked {
	const struct package_program *program;
	const struct built *built;
};

static void
print_fault(const struct check_inputs *c, const char *input,
    const char *validator, const char *said)
{
	if (c->json == NULL) {
		printf("%-44s %s\n", input, validator);
		if (said[0] != '\0')
			printf("    %s\n", said);
		return;
	}
	json_w_object(c->json);
	json_w_key_str(c->json, "input", input);
	json_w_key_str(c->json, "validator", validator);
	json_w_key_str(c->json, "fault", said);
	json_w_key_bool(c->json, "ok", false);
	json_w_object_end(c->json);
}

static const char *const *
args_for(const struct package_input_args *list,
    const struct package_program *program)
{
	for (; list != NULL; list = list->next)
		if (list->validator == NULL ||
		    package_program_is(program, list->validator))
			return list->args;
	return NULL;
}

/* Those for the validator; since 2025-09 also those of the program. */
static const char *const *
arguments(const struct check_inputs *c, struct arena *a,
    const struct package_test *t, const struct package_program *program)
{
	const char *const *args = args_for(t->input_args, program);
	const char **all;
	size_t n = 0, more = 0;

	if (!str_has_prefix(c->package->format, "2025") || t->args == NULL)
		return args;
	while (args != NULL && args[n] != NULL)
		n++;
	while (t->args[more] != NULL)
		more++;
	all = arena_array(a, n + more + 1, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[i] = args[i];
	for (size_t i = 0; i < more; i++)
		all[n + i] = t->args[i];
	return all;
}

/* The test's files are beside the validator's own. */
static struct err *
put_files(const struct check_inputs *c, struct arena *a,
    const struct package_files *files)
{
	int dir = c->workspace->files_dir;

	TRY(workspace_clear_files(a, c->workspace));
	for (size_t i = 0; files->paths[i] != NULL; i++) {
		const char *name = files->paths[i] + strlen(files->prefix);
		const char *slash = strrchr(name, '/');

		if (slash != NULL)
			TRY(io_mkdir_all(a, dir,
			    arena_memdup(a, name, (size_t)(slash - name)),
			    0755));
		TRY(io_copy_file(a, c->dir, files->paths[i], dir, name, 0644));
	}
	return NULL;
}

static struct err *
run(const struct check_inputs *c, struct arena *a, const struct asked *q,
    const struct package_test *t, struct box_record *ret_record)
{
	static const char *const gather[] = { "/bin/sh", "-c",
		"mkdir /tmp/all && cp -R " LANGUAGE_PROGRAM_DIR
		"/. /files/. /tmp/all && cd /tmp/all && exec \"$0\" \"$@\"",
		NULL };
	_cleanup_(io_closep) int fd = -1;
	const struct built *v = q->built;
	const struct package_limits *l = &c->package->limits;
	const struct box_mount mounts[] = {
		{ v->mount, LANGUAGE_PROGRAM_DIR },
		{ c->workspace->files, "/files" },
	};
	bool has_files = t->files.paths[0] != NULL;
	size_t mounts_n = has_files ? 2 : 1;
	struct box_spec spec = {
		.owner = "check",
		.mounts = language_cmd_mounts(a, v->cmd, mounts, &mounts_n),
		.argv = language_cmd_argv(a, v->cmd->run, &v->files,
		    arguments(c, a, t, q->program)),
		.env = language_cmd_env(a, v->cmd, &v->files, env),
		.cwd = LANGUAGE_PROGRAM_DIR,
		.out = { BOX_SINK_MEMORY, -1, SAID_MAX },
		.err = { BOX_SINK_SAME, -1, 0 },
		.cancel_fd = -1,
	};

	if (has_files) {
		TRY(put_files(c, a, &t->files));
		spec.argv = language_cmd_argv(a, gather, &v->files, spec.argv);
	}
	fd = openat(c->dir, t->input, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", t->input,
		    strerror(errno));
	spec.mounts_n = mounts_n;
	spec.stdin_fd = fd;
	spec.limits.cpu_ms = l->validation_time_ms;
	spec.limits.memory_bytes = l->validation_memory_kb * 1024;
	spec.limits.processes = PROCESSES;
	spec.limits.output_bytes = l->validation_output_kb * 1024;
	box_prepare(c->grader->boxes, &spec);
	return box_run(c->grader->boxes, a, &spec, ret_record);
}

/* What the validator has against it; NULL: nothing. */
static struct err *
ask(const struct check_inputs *c, struct arena *a, const struct asked *q,
    const struct package_test *t, const char **ret_said)
{
	struct box_record r;
	enum box_cause cause;
	const char *text;

	TRY(run(c, a, q, t, &r));
	cause = box_record_cause(&r);
	*ret_said = NULL;
	if (cause == BOX_CAUSE_EXIT && r.exit_code == EXIT_VALID)
		return NULL;
	text = str_utf8_repair(a, r.out.p, str_utf8_cut(r.out.p, r.out.n));
	if (cause == BOX_CAUSE_EXIT || cause == BOX_CAUSE_NONE)
		*ret_said = arena_printf(a, "status %d: %s", r.exit_code, text);
	else
		*ret_said = arena_printf(a, "it ended by %s: %s",
		    box_cause_name(cause), text);
	return NULL;
}

/* What it must accept. */
static struct err *
want_accepted(const struct check_inputs *c, struct arena *a,
    const struct asked *q, const struct package_test *t, size_t *wrong)
{
	const char *said;

	TRY(ask(c, a, q, t, &said));
	if (said != NULL) {
		print_fault(c, t->input, q->program->path, said);
		++*wrong;
	}
	arena_reset(a);
	return NULL;
}

/* The validator over all tests; over what must be refused. */
static struct err *
check_one(const struct check_inputs *c, struct arena *a, const struct asked *q,
    bool *is_refused, size_t *wrong)
{
	const struct package *p = c->package;
	const char *said;

	for (size_t i = 0; i < p->plan.test_n; i++)
		if (!p->tests[i].is_static)
			TRY(want_accepted(c, a, q, &p->tests[i], wrong));
	for (size_t i = 0; i < p->probe_n; i++) {
		const struct package_probe *probe = &p->probes[i];

		/* Samples were seen. */
		if (probe->kind != PACKAGE_INVALID_INPUT) {
			if (!str_has_prefix(probe->name, "sample/"))
				TRY(want_accepted(c, a, q, &probe->test,
				    wrong));
			continue;
		}
		if (is_refused[i])
			continue;
		TRY(ask(c, a, q, &probe->test, &said));
		is_refused[i] = said != NULL;
		arena_reset(a);
	}
	return NULL;
}

static struct err *
check_each(const struct check_inputs *c, struct arena *a, bool *is_refused,
    size_t *wrong)
{
	const struct package *p = c->package;
	const struct build build = {
		.grader = c->grader,
		.owner = "check",
		.cancel = c->never,
		.limits = &p->limits,
		.package = p,
		.package_dir = c->dir,
	};

	for (size_t i = 0; i < p->input_validator_n; i++) {
		const struct package_program *program = &p->input_validators[i];
		const struct built *v = NULL;
		struct err *e;

		e = programs_get(c->programs, c->arena, &build, program, &v);
		if (e != NULL && e->code == ERR_UNAVAILABLE) {
			print_fault(c, program->path, "is not run here",
			    e->internal);
			continue;
		}
		TRY(e);
		if (v->fault != NULL) {
			print_fault(c, program->path, v->fault,
			    v->output != NULL ? v->output : "");
			++*wrong;
			continue;
		}
		TRY(check_one(c, a, &(struct asked) { program, v }, is_refused,
		    wrong));
	}
	return NULL;
}

static struct err *
check_with(struct check_inputs *c, bool *is_refused, size_t *wrong)
{
	_cleanup_(arena_freep) struct arena *run_arena = NULL;
	struct workspace workspace = { 0 };
	struct err *e;

	TRY(workspace_make(c->arena, c->grader->work,
	    c->grader->config->work_dir, &workspace));
	c->workspace = &workspace;
	run_arena = arena_new("input", RUN_ARENA);
	e = check_each(c, run_arena, is_refused, wrong);
	box_forget(c->grader->boxes, "check");
	workspace_remove(&workspace);
	if (e != NULL)
		return ERR_WHY(c->arena, e->code, "input validators: %s",
		    e->internal != NULL ? e->internal : e->detail);
	return NULL;
}

struct err *
check_inputs(struct check_inputs *c, size_t *wrong)
{
	const struct package *p = c->package;
	bool *is_refused =
	    arena_array(c->arena, p->probe_n + 1, sizeof(*is_refused));

	/* Packages that are not judged have none. */
	if (p->input_validator_n == 0)
		return NULL;
	TRY(check_with(c, is_refused, wrong));
	for (size_t i = 0; i < p->probe_n; i++)
		if (p->probes[i].kind == PACKAGE_INVALID_INPUT &&
		    !is_refused[i]) {
			print_fault(c, p->probes[i].test.input,
			    "is refused by no input validator", "");
			++*wrong;
		}
	return NULL;
}
