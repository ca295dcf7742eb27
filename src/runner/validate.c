#include "runner/validate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/compile.h"
#include "runner/programs.h"
#include "runner/score.h"

/* Exit statuses of the format; every other one is the validator's fault. */
#define EXIT_ACCEPTED 42
#define EXIT_WRONG 43
#define MESSAGE_MAX ((size_t)4096)
#define FEEDBACK_FILES 64
#define FEEDBACK_BYTES ((int64_t)16 << 20)
#define VALIDATOR_PROCESSES 64
/* All that was submitted, and what the compiler made of it. */
#define SOURCES_TMP ((int64_t)256 << 20)

static const char *const validator_env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"LC_ALL=C.UTF-8", NULL };

static struct err *
output_file(struct grading *g, const struct box_bytes *output, int *ret_fd)
{
	_cleanup_(io_closep) int fd = memfd_create("output", MFD_CLOEXEC);

	if (fd < 0 || io_write_all(fd, output->p, output->n) != 0 ||
	    lseek(fd, 0, SEEK_SET) < 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "output: %s",
		    strerror(errno));
	*ret_fd = io_take_fd(&fd);
	return NULL;
}

/* A test's arguments may be for one of several validators only. */
static const char *const *
validator_args(struct arena *a, const struct package *p,
    const struct package_test *test, size_t validator)
{
	static const char *const none[] = { NULL };
	const char *const *more = test->validator_args;
	const char **args;
	size_t n = 0;

	if (test->validator != NULL &&
	    !package_program_is(&p->validators[validator], test->validator))
		more = p->validator_flags != NULL ? p->validator_flags : none;
	while (more[n] != NULL)
		n++;
	args = arena_array(a, n + 4, sizeof(*args));
	args[0] = "/case/input";
	args[1] = "/case/answer";
	args[2] = "/out/";
	memcpy(args + 3, more, n * sizeof(*args));
	return args;
}

static const struct built *
asked(const struct grading *g)
{
	return g->validators[g->validator];
}

/* A later pass finds what earlier ones left. */
static const char *const *
validator_argv(struct grading *g, struct arena *scratch, size_t i)
{
	static const char *const restore[] = { "/bin/sh", "-c",
		"cp -R /case/feedback/. /out && exec \"$0\" \"$@\"", NULL };
	const struct package *p = g->job->package;
	const struct built *v = asked(g);
	const char *const *argv = language_cmd_argv(scratch, v->cmd->run,
	    &v->files, validator_args(scratch, p, &p->tests[i], g->validator));

	if (g->pass == 0)
		return argv;
	return language_cmd_argv(scratch, restore, &v->files, argv);
}

static void
set_limits(const struct grading *g, const struct language_cmd *cmd,
    struct box_limits *ret)
{
	const struct package_limits *l = &g->job->limits;

	*ret = (struct box_limits) {
		.cpu_ms = l->validation_time_ms,
		.memory_bytes =
		    (l->validation_memory_kb + cmd->memory_add_kb) * 1024,
		.processes = VALIDATOR_PROCESSES + cmd->processes_add,
		.output_bytes = l->validation_output_kb * 1024,
		.file_bytes = FEEDBACK_BYTES,
		.out_bytes = FEEDBACK_BYTES,
	};
}

/* How one validator is run, once. */
struct asking {
	const struct built *v;
	const struct box_mount *mounts;
	size_t mounts_n;
	const char *const *argv;
	const char *cwd;
	const struct ends *ends;
	int64_t tmp_bytes;
	bool is_repeated; /* another test's comes soon */
};

static struct err *
run_validator(struct grading *g, struct arena *scratch, const struct asking *q,
    struct box_record *ret_record)
{
	const struct built *v = q->v;
	const struct ends *ends = q->ends;
	const struct box_collect collect = {
		.dir = g->workspace.feedback_dir,
		.max_files = FEEDBACK_FILES,
		.max_bytes = FEEDBACK_BYTES,
	};
	size_t mounts_n = q->mounts_n;
	struct box_spec spec = {
		.owner = g->job->owner,
		.mounts =
		    language_cmd_mounts(scratch, v->cmd, q->mounts, &mounts_n),
		.argv = q->argv,
		.env =
		    language_cmd_env(scratch, v->cmd, &v->files, validator_env),
		.cwd = q->cwd,
		.stdin_fd = ends->in,
		.out = { BOX_SINK_MEMORY, -1, MESSAGE_MAX },
		.err = { BOX_SINK_SAME, -1, 0 },
		.collect = &collect,
		.cancel_fd = g->job->cancel->fd,
	};

	spec.mounts_n = mounts_n;
	set_limits(g, v->cmd, &spec.limits);
	spec.limits.tmp_bytes = q->tmp_bytes;
	if (ends->out >= 0) {
		spec.cancel_fd = ends->stop->fd;
		spec.out = (struct box_sink) { BOX_SINK_FD, ends->out, 0 };
		spec.err =
		    (struct box_sink) { BOX_SINK_MEMORY, -1, MESSAGE_MAX };
		/* It may wait for the program all the time. */
		spec.limits.wall_ms = g->job->limits.wall_ms +
		    3 * g->job->limits.validation_time_ms;
	}
	if (q->is_repeated)
		box_prepare(g->grader->boxes, &spec);
	return box_run(g->grader->boxes, scratch, &spec, ret_record);
}

struct err *
validate_run(struct grading *g, struct arena *scratch, size_t i,
    const struct ends *ends, struct box_record *ret_record)
{
	const struct box_mount mounts[] = {
		{ asked(g)->mount, LANGUAGE_PROGRAM_DIR },
		{ g->workspace.case_path, "/case" },
	};
	const struct asking q = {
		.v = asked(g),
		.mounts = mounts,
		.mounts_n = ARRAY_LEN(mounts),
		.argv = validator_argv(g, scratch, i),
		.cwd = asked(g)->cwd,
		.ends = ends,
		.is_repeated = i + 1 < g->tests_n,
	};

	return run_validator(g, scratch, &q, ret_record);
}

const char *
validate_message(struct grading *g, const char *name)
{
	_cleanup_(io_closep) int fd = -1;
	char text[MESSAGE_MAX];
	ssize_t n;

	fd = openat(g->workspace.feedback_dir, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return NULL;
	n = io_read_all(fd, text, sizeof(text));
	if (n <= 0)
		return NULL;
	if ((size_t)n == sizeof(text))
		n = (ssize_t)str_utf8_cut(text, sizeof(text) - 1);
	return str_utf8_repair(g->arena, text, (size_t)n);
}

bool
validate_has_accepted(const struct box_record *r)
{
	return box_record_cause(r) == BOX_CAUSE_EXIT &&
	    r->exit_code == EXIT_ACCEPTED;
}

/* What it did instead of saying yes or no; NULL if it said it. */
static const char *
fault_of(struct grading *g, const struct box_record *r)
{
	enum box_cause cause = box_record_cause(r);
	struct arena *a = g->arena;

	if (cause == BOX_CAUSE_EXIT &&
	    (r->exit_code == EXIT_ACCEPTED || r->exit_code == EXIT_WRONG))
		return NULL;
	if (cause == BOX_CAUSE_NOT_STARTED)
		return arena_printf(a, "it could not be started: %s",
		    strerror(r->start_errno));
	if (cause == BOX_CAUSE_SIGNAL)
		return arena_printf(a, "it died of signal %d", r->signal);
	if (cause == BOX_CAUSE_EXIT || cause == BOX_CAUSE_NONE)
		return arena_printf(a,
		    "it ended with status %d; only %d (accepted) and %d "
		    "(wrong) mean something",
		    r->exit_code, EXIT_ACCEPTED, EXIT_WRONG);
	return arena_printf(a, "it passed its limits: %s",
	    box_cause_name(cause));
}

static void
read_judgement(struct grading *g, size_t i, const struct box_record *r,
    struct judgement *j)
{
	const struct box_bytes *printed;
	const char *said;

	j->is_accepted = r->exit_code == EXIT_ACCEPTED;
	j->judge_message = validate_message(g, "judgemessage.txt");
	j->fault = fault_of(g, r);
	if (j->fault == NULL)
		score_take(g, i, j);
	if (j->fault == NULL) {
		j->team_message = validate_message(g, "teammessage.txt");
		return;
	}
	printed = r->out.p != NULL ? &r->out : &r->err;
	said = str_utf8_repair(g->arena, printed->p,
	    str_utf8_cut(printed->p, printed->n));
	j->judge_message = arena_printf(g->arena, "%s\n%s%s", j->fault,
	    j->judge_message != NULL ? j->judge_message : "", said);
}

struct err *
validate_prepare(struct grading *g, size_t i)
{
	const struct package_test *test = &g->job->package->tests[i];

	/* The box sees copies: the package's own may be closed to it. */
	TRY(io_copy_file(g->arena, g->job->package_dir, test->input,
	    g->workspace.case_dir, "input", 0644));
	TRY(io_copy_file(g->arena, g->job->package_dir, test->answer,
	    g->workspace.case_dir, "answer", 0644));
	return workspace_clear_feedback(g->arena, &g->workspace);
}

static struct err *
conclude(struct grading *g, size_t i, const struct built *v,
    const struct box_record *r, struct judgement *ret_judgement)
{
	struct judgement j = { 0 };

	TRY(compile_check_run(g->arena, v->mount, v->cmd, &v->files, r));
	read_judgement(g, i, r, &j);
	*ret_judgement = j;
	return NULL;
}

struct err *
validate_conclude(struct grading *g, size_t i, const struct box_record *r,
    struct judgement *ret_judgement)
{
	return conclude(g, i, asked(g), r, ret_judgement);
}

bool
validate_asks_again(const struct grading *g)
{
	struct stat st;

	return fstatat(g->workspace.feedback_dir, "nextpass.in", &st,
		   AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode);
}

static struct err *
ask(struct grading *g, struct arena *scratch, size_t i,
    const struct box_bytes *output, struct judgement *ret_judgement)
{
	_cleanup_(io_closep) int fd = -1;
	struct box_record r;

	if (!g->job->package->is_multi_pass)
		TRY(validate_prepare(g, i));
	TRY(output_file(g, output, &fd));
	TRY(validate_run(g, scratch, i, &(struct ends) { fd, -1, NULL }, &r));
	return validate_conclude(g, i, &r, ret_judgement);
}

static const char *
join(struct arena *a, const char *before, const char *after)
{
	if (before == NULL || after == NULL)
		return after == NULL ? before : after;
	return arena_printf(a, "%s\n%s", before, after);
}

/* One after the other, as long as they accept; the last score counts. */
struct err *
validate_output(struct grading *g, struct arena *scratch, size_t i,
    const struct box_bytes *output, struct judgement *ret_judgement)
{
	struct judgement all = { .is_accepted = true };

	for (g->validator = 0; g->validator < g->validators_n; g->validator++) {
		struct judgement j = { 0 };

		TRY(ask(g, scratch, i, output, &j));
		j.team_message =
		    join(g->arena, all.team_message, j.team_message);
		j.judge_message =
		    join(g->arena, all.judge_message, j.judge_message);
		if (!j.has_score) {
			j.has_score = all.has_score;
			j.score = all.score;
		}
		all = j;
		if (!j.is_accepted || j.fault != NULL)
			break;
	}
	g->validator = 0;
	*ret_judgement = all;
	return NULL;
}

/* The language, what starts, where messages go, the group's own arguments. */
static const char *const *
sources_argv(struct grading *g, struct arena *scratch, size_t i)
{
	/* It is where sources and what was made of them are. */
	static const char *const enter[] = { "/bin/sh", "-c",
		"mkdir /tmp/all && cp -R /source/. /built/. /tmp/all && "
		"cd /tmp/all && exec \"$0\" \"$@\"",
		NULL };
	const struct built *v = g->static_validator;
	const struct command_files *files = &g->command_files;
	const char *const *more = g->job->package->tests[i].validator_args;
	const char **args;
	size_t n = 0;

	while (more[n] != NULL)
		n++;
	args = arena_array(scratch, n + 4, sizeof(*args));
	args[0] = g->job->language->name;
	args[1] = files->main_class != NULL ? files->main_class
	    : files->main_file != NULL      ? files->main_file
					    : "";
	args[2] = "/out/";
	memcpy(args + 3, more, n * sizeof(*args));
	return language_cmd_argv(scratch, enter, &v->files,
	    language_cmd_argv(scratch, v->cmd->run, &v->files, args));
}

struct err *
validate_sources(struct grading *g, struct arena *scratch, size_t i,
    struct judgement *ret_judgement)
{
	const struct built *v = g->static_validator;
	const struct box_mount mounts[] = {
		{ v->mount, LANGUAGE_PROGRAM_DIR },
		{ g->workspace.source, "/source" },
		{ g->workspace.built, "/built" },
	};
	const struct asking q = {
		.v = v,
		.mounts = mounts,
		.mounts_n = ARRAY_LEN(mounts),
		.argv = sources_argv(g, scratch, i),
		.ends = &(struct ends) { -1, -1, NULL },
		.tmp_bytes = SOURCES_TMP,
	};
	struct box_record r;

	TRY(workspace_clear_feedback(g->arena, &g->workspace));
	TRY(run_validator(g, scratch, &q, &r));
	return conclude(g, i, v, &r, ret_judgement);
}
