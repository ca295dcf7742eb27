#include "runner/grader.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "runner/compile.h"
#include "runner/programs.h"

#define SAID_MAX ((size_t)4096)
#define LINE_MAX_BYTES 64
#define PROCESSES 64

static const char *const env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"LC_ALL=C.UTF-8", NULL };

/* clang-format off */
/* The format has four; what it has none for is a crash or a wrong answer. */
static const struct {
	const char *code;
	enum verdict verdict;
} codes[] = {
	{ "AC",  VERDICT_AC },
	{ "WA",  VERDICT_WA },
	{ "RTE", VERDICT_RE },
	{ "TLE", VERDICT_TLE },
	{ "RTE", VERDICT_MLE },
	{ "WA",  VERDICT_OLE },
};
/* clang-format on */

static const char *
code_of(enum verdict verdict)
{
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(codes) && codes[i].verdict != verdict)
		i++;
	return codes[i].code;
}

static struct err *
input_file(struct grading *g, struct arena *a, size_t group, int *ret_fd)
{
	_cleanup_(io_closep) int fd = memfd_create("results", MFD_CLOEXEC);
	const struct judge_part *parts;
	struct buf b;
	size_t n;

	judge_parts(g->judge, a, group, &parts, &n);
	buf_init(&b, a, n * LINE_MAX_BYTES + 1);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s %.10g\n", code_of(parts[i].verdict),
		    parts[i].points);
	if (fd < 0 || io_write_all(fd, b.p, b.n) != 0 ||
	    lseek(fd, 0, SEEK_SET) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "results: %s", strerror(errno));
	*ret_fd = io_take_fd(&fd);
	return NULL;
}

static struct err *
run(struct grading *g, struct arena *a, size_t group,
    struct box_record *ret_record)
{
	const struct built *b = g->group_grader;
	const struct package_limits *l = &g->job->limits;
	const struct box_mount mount = { b->mount, LANGUAGE_PROGRAM_DIR };
	_cleanup_(io_closep) int fd = -1;
	size_t mounts_n = 1;
	struct box_spec spec = {
		.owner = g->job->owner,
		.mounts = language_cmd_mounts(a, b->cmd, &mount, &mounts_n),
		.argv = language_cmd_argv(a, b->cmd->run, &b->files,
		    g->job->package->plan.groups[group].grader_args),
		.env = language_cmd_env(a, b->cmd, &b->files, env),
		.out = { BOX_SINK_MEMORY, -1, SAID_MAX },
		.err = { BOX_SINK_MEMORY, -1, SAID_MAX },
		.cancel_fd = g->job->cancel->fd,
		.limits = {
			.cpu_ms = l->validation_time_ms,
			.memory_bytes = (l->validation_memory_kb +
			    b->cmd->memory_add_kb) * 1024,
			.processes = PROCESSES + b->cmd->processes_add,
			.output_bytes = l->validation_output_kb * 1024,
		},
	};

	TRY(input_file(g, a, group, &fd));
	spec.mounts_n = mounts_n;
	spec.stdin_fd = fd;
	TRY(box_run(g->grader->boxes, a, &spec, ret_record));
	return compile_check_run(a, b->mount, b->cmd, &b->files, ret_record);
}

/* "AC 40": false if it is anything else. */
static bool
read_answer(struct arena *a, const struct box_bytes *said,
    struct judge_part *part)
{
	struct str rest = str_trim((struct str) { said->p, said->n });
	struct str code, points;
	size_t i = 0;

	if (!str_word(&rest, &code) || !str_word(&rest, &points) ||
	    str_word(&rest, &(struct str) { 0 }))
		return false;
	while (i < ARRAY_LEN(codes) && !str_is(code, codes[i].code))
		i++;
	if (i == ARRAY_LEN(codes) ||
	    !str_to_double(str_dup(a, points), &part->points))
		return false;
	part->verdict = codes[i].verdict;
	return true;
}

static void
blame(struct grading *g, size_t group, const struct box_record *r)
{
	enum box_cause cause = box_record_cause(r);

	g->blamed = arena_printf(g->arena,
	    "the grader, of data/%s: it %s (%s, status %d)\n%s%s",
	    g->job->package->plan.groups[group].path,
	    cause == BOX_CAUSE_NONE ? "printed no verdict and score" : "failed",
	    box_cause_name(cause), r->exit_code,
	    str_utf8_repair(g->arena, r->out.p, r->out.n),
	    str_utf8_repair(g->arena, r->err.p, r->err.n));
	judge_spoil(g->judge);
	grading_fail(g, NULL, "%s", BLAMED_FOR_ALL);
}

struct err *
grader_run_all(struct grading *g, struct arena *scratch)
{
	size_t group, none = g->job->package->plan.group_n;

	while ((group = judge_ended(g->judge)) < none) {
		struct judge_part part = { 0 };
		struct box_record r;

		TRY(run(g, scratch, group, &r));
		if (box_record_cause(&r) == BOX_CAUSE_NONE &&
		    read_answer(scratch, &r.out, &part))
			judge_grade(g->judge, group, &part);
		else
			blame(g, group, &r);
	}
	return NULL;
}
