#include "runner/validate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/programs.h"

/* Exit statuses of the format; every other one is the validator's fault. */
#define EXIT_ACCEPTED 42
#define EXIT_WRONG 43
#define MESSAGE_MAX ((size_t)4096)
#define FEEDBACK_FILES 64
#define FEEDBACK_BYTES ((int64_t)16 << 20)
#define VALIDATOR_PROCESSES 64

static const char *const validator_env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"LC_ALL=C.UTF-8", NULL };

/* The box sees a copy: the package's own files may be closed to it. */
static struct err *
copy_data(struct grading *g, const char *from, const char *name)
{
	_cleanup_(io_closep) int in = -1;
	_cleanup_(io_closep) int out = -1;
	struct arena *a = g->arena;
	struct stat st;
	off_t at = 0;

	in = openat(g->job->package_dir, from, O_RDONLY | O_CLOEXEC);
	if (in < 0 || fstat(in, &st) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", from,
		    strerror(errno));
	out = openat(g->workspace.case_dir, name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (out < 0 || fchmod(out, 0644) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", name,
		    strerror(errno));
	while (at < st.st_size)
		if (sendfile(out, in, &at, (size_t)(st.st_size - at)) <= 0)
			return ERR_WHY(a, ERR_INTERNAL, "copy of %s: %s", from,
			    strerror(errno));
	return NULL;
}

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

static const char *const *
validator_args(struct arena *a, const struct package_test *test)
{
	const char **args;
	size_t n = 0;

	while (test->validator_args[n] != NULL)
		n++;
	args = arena_array(a, n + 4, sizeof(*args));
	args[0] = "/case/input";
	args[1] = "/case/answer";
	args[2] = "/out/";
	memcpy(args + 3, test->validator_args, n * sizeof(*args));
	return args;
}

static void
set_limits(const struct grading *g, struct box_limits *ret)
{
	const struct package_limits *l = &g->job->limits;

	*ret = (struct box_limits) {
		.cpu_ms = l->validation_time_ms,
		.memory_bytes = l->validation_memory_kb * 1024,
		.processes = VALIDATOR_PROCESSES,
		.output_bytes = l->validation_output_kb * 1024,
		.file_bytes = FEEDBACK_BYTES,
		.out_bytes = FEEDBACK_BYTES,
	};
}

struct err *
validate_run(struct grading *g, struct arena *scratch, size_t i,
    const struct ends *ends, struct box_record *ret_record)
{
	const struct built *v = g->validator;
	const struct box_mount mounts[] = {
		{ v->mount, LANGUAGE_PROGRAM_DIR },
		{ g->workspace.case_path, "/case" },
	};
	const struct box_collect collect = {
		.dir = g->workspace.feedback_dir,
		.max_files = FEEDBACK_FILES,
		.max_bytes = FEEDBACK_BYTES,
	};
	struct box_spec spec = {
		.owner = g->job->owner,
		.mounts = mounts,
		.mounts_n = ARRAY_LEN(mounts),
		.argv = language_cmd_argv(scratch, v->cmd->run, &v->files,
		    validator_args(scratch, &g->job->package->tests[i])),
		.env = validator_env,
		.stdin_fd = ends->in,
		.out = { BOX_SINK_MEMORY, -1, MESSAGE_MAX },
		.err = { BOX_SINK_SAME, -1, 0 },
		.collect = &collect,
		.cancel_fd = g->job->cancel->fd,
	};

	set_limits(g, &spec.limits);
	if (ends->out >= 0) {
		spec.out = (struct box_sink) { BOX_SINK_FD, ends->out, 0 };
		spec.err =
		    (struct box_sink) { BOX_SINK_MEMORY, -1, MESSAGE_MAX };
		/* It may wait for the program all the time. */
		spec.limits.wall_ms = g->job->limits.wall_ms +
		    3 * g->job->limits.validation_time_ms;
	}
	if (i + 1 < g->tests_n)
		box_prepare(g->grader->boxes, &spec);
	return box_run(g->grader->boxes, scratch, &spec, ret_record);
}

/* A file that the validator left, or NULL if it is absent or empty. */
static const char *
message(struct grading *g, const char *name)
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

/* What it did instead of saying yes or no; NULL if it said it. */
static const char *
fault_of(struct grading *g, const struct box_record *r)
{
	enum box_cause cause = box_record_cause(r);
	struct arena *a = g->arena;

	if (cause == BOX_CAUSE_EXIT &&
	    (r->exit_code == EXIT_ACCEPTED || r->exit_code == EXIT_WRONG))
		return NULL;
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

/* A number from 0 to max in a file; false if there is no such file. */
static bool
read_score(struct grading *g, const char *name, double max, struct judgement *j)
{
	const char *text = message(g, name);
	double x;

	if (text == NULL)
		return false;
	text = str_dup(g->arena, str_trim(str_of(text)));
	if (str_to_double(text, &x) && x >= 0 && x <= max)
		j->score = max > 0 ? 100 * (x / max) : 0;
	else
		j->fault = arena_printf(g->arena,
		    "%s is not a number from 0 to %g", name, max);
	return true;
}

static void
take_score(struct grading *g, size_t i, struct judgement *j)
{
	const struct judge_plan *plan = &g->job->package->plan;

	if (!plan->is_scoring)
		return;
	j->has_score = read_score(g, "score.txt", plan->tests[i].weight, j) ||
	    read_score(g, "score_multiplier.txt", 1, j);
}

static void
read_judgement(struct grading *g, size_t i, const struct box_record *r,
    struct judgement *j)
{
	const struct box_bytes *printed;
	const char *said;

	j->is_accepted = r->exit_code == EXIT_ACCEPTED;
	j->judge_message = message(g, "judgemessage.txt");
	j->fault = fault_of(g, r);
	if (j->fault == NULL)
		take_score(g, i, j);
	if (j->fault == NULL) {
		j->team_message = message(g, "teammessage.txt");
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

	TRY(copy_data(g, test->input, "input"));
	TRY(copy_data(g, test->answer, "answer"));
	return workspace_clear_feedback(g->arena, &g->workspace);
}

struct err *
validate_conclude(struct grading *g, size_t i, const struct box_record *r,
    struct judgement *ret_judgement)
{
	struct judgement j = { 0 };

	if (r->is_cancelled)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
	if (!r->is_started)
		return ERR_WHY(g->arena, ERR_INTERNAL,
		    "the validator did not start: %s",
		    strerror(r->start_errno));
	read_judgement(g, i, r, &j);
	*ret_judgement = j;
	return NULL;
}

struct err *
validate_output(struct grading *g, struct arena *scratch, size_t i,
    const struct box_bytes *output, struct judgement *ret_judgement)
{
	_cleanup_(io_closep) int fd = -1;
	struct box_record r;

	TRY(validate_prepare(g, i));
	TRY(output_file(g, output, &fd));
	TRY(validate_run(g, scratch, i, &(struct ends) { fd, -1 }, &r));
	return validate_conclude(g, i, &r, ret_judgement);
}
