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

static struct err *
run(const struct check_inputs *c, struct arena *a, const struct built *v,
    const char *input, const char *const *args, struct box_record *ret_record)
{
	_cleanup_(io_closep) int fd = -1;
	const struct package_limits *l = &c->package->limits;
	const struct box_mount mount = { v->mount, LANGUAGE_PROGRAM_DIR };
	size_t mounts_n = 1;
	struct box_spec spec = {
		.owner = "check",
		.mounts = language_cmd_mounts(a, v->cmd, &mount, &mounts_n),
		.argv = language_cmd_argv(a, v->cmd->run, &v->files, args),
		.env = language_cmd_env(a, v->cmd, &v->files, env),
		.cwd = LANGUAGE_PROGRAM_DIR,
		.out = { BOX_SINK_MEMORY, -1, SAID_MAX },
		.err = { BOX_SINK_SAME, -1, 0 },
		.cancel_fd = -1,
	};

	fd = openat(c->dir, input, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", input,
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
ask(const struct check_inputs *c, struct arena *a, const struct built *v,
    const char *input, const char *const *args, const char **ret_said)
{
	struct box_record r;
	enum box_cause cause;
	const char *text;

	TRY(run(c, a, v, input, args, &r));
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

/* The validator over all tests; over what must be refused. */
static struct err *
check_one(const struct check_inputs *c, struct arena *a,
    const struct package_program *program, const struct built *v,
    bool *is_refused, size_t *wrong)
{
	const struct package *p = c->package;
	const char *said;

	for (size_t i = 0; i < p->plan.test_n; i++) {
		const struct package_test *t = &p->tests[i];

		if (t->is_static)
			continue;
		TRY(ask(c, a, v, t->input, args_for(t->input_args, program),
		    &said));
		if (said != NULL) {
			print_fault(c, t->input, program->path, said);
			++*wrong;
		}
		arena_reset(a);
	}
	for (size_t i = 0; p->invalid_inputs.paths[i] != NULL; i++) {
		const char *path = p->invalid_inputs.paths[i];

		if (!str_has_suffix(path, ".in") || is_refused[i])
			continue;
		TRY(ask(c, a, v, path, NULL, &said));
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
		TRY(check_one(c, a, program, v, is_refused, wrong));
	}
	return NULL;
}

struct err *
check_inputs(const struct check_inputs *c, size_t *wrong)
{
	_cleanup_(arena_freep) struct arena *run_arena = NULL;
	const struct package_files *invalid = &c->package->invalid_inputs;
	bool *is_refused;
	size_t n = 0;
	struct err *e;

	/* Packages that are not judged have none. */
	if (c->package->input_validator_n == 0)
		return NULL;
	while (invalid->paths[n] != NULL)
		n++;
	is_refused = arena_array(c->arena, n + 1, sizeof(*is_refused));
	run_arena = arena_new("input", RUN_ARENA);
	e = check_each(c, run_arena, is_refused, wrong);
	box_forget(c->grader->boxes, "check");
	if (e != NULL)
		return ERR_WHY(c->arena, e->code, "input validators: %s",
		    e->internal != NULL ? e->internal : e->detail);
	for (size_t i = 0; i < n; i++)
		if (str_has_suffix(invalid->paths[i], ".in") &&
		    !is_refused[i]) {
			print_fault(c, invalid->paths[i],
			    "is refused by no input validator", "");
			++*wrong;
		}
	return NULL;
}
