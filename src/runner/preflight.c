/*
 * PRE_FLIGHT: the submitted files are laid out and compiled in a box.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/steps.h"

#define COMPILE_PROCESSES 64
#define COMPILE_OUTPUT ((int64_t)8 << 20)
#define COMPILE_FILE ((int64_t)128 << 20)
#define COMPILE_TMP ((int64_t)256 << 20)
#define BUILT_FILES 64

static const char *const compile_env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"TMPDIR=/tmp", "LC_ALL=C.UTF-8", NULL };

static struct err *
lay_out(struct grading *g)
{
	const struct grading_job *job = g->job;
	int dir = g->workspace.source_dir;

	for (size_t i = 0; i < job->files_n; i++) {
		const struct zip_file *f = &job->files[i];
		const char *slash = strrchr(f->path, '/');

		if (slash != NULL)
			TRY(io_mkdir_all(g->arena, dir,
			    arena_memdup(g->arena, f->path,
				(size_t)(slash - f->path)),
			    0755));
		TRY(io_write_file(g->arena, dir, f->path, f->p, f->n, 0644));
	}
	return NULL;
}

/* The names of the language's files; the one that starts. */
static struct err *
find_sources(struct grading *g)
{
	const struct grading_job *job = g->job;
	const char **names;
	size_t n = 0;

	names = arena_array(g->arena, job->files_n + 1, sizeof(*names));
	for (size_t i = 0; i < job->files_n; i++)
		if (language_has_file(job->language, job->files[i].path))
			names[n++] = job->files[i].path;
	g->command_files.sources = names;
	g->command_files.n = n;
	return language_main_file(g->arena, job->language, names, n,
	    &g->command_files.main_file);
}

static void
refuse(struct grading *g, const char *output, const char *why)
{
	struct wire_compile *c = arena_new_of(g->arena, struct wire_compile);

	c->status = WIRE_COMPILE_ERROR;
	c->output = output != NULL && output[0] != '\0' ? output : why;
	g->compile = c;
	judge_finish(g->judge, true, &g->judged);
	g->is_judged = true;
	grading_fail(g, c->output, "%s", why);
}

/* What the compiler printed, valid and bounded. */
static const char *
printed(struct grading *g, const struct box_bytes *b)
{
	size_t max = (size_t)g->grader->config->output_kb * 1024;
	size_t n = b->n < max ? b->n : str_utf8_cut(b->p, max);
	const char *text = str_utf8_repair(g->arena, b->p, n);

	if (n < b->n || b->is_cut)
		text = arena_printf(g->arena, "%s\n[...]\n", text);
	return text;
}

static struct err *
run_compiler(struct grading *g, struct box_record *ret_record)
{
	const struct package_limits *limits = &g->job->limits;
	const struct box_mount mounts[] = {
		{ g->workspace.source, LANGUAGE_SOURCE_DIR },
	};
	const struct box_collect collect = {
		.dir = g->workspace.built_dir,
		.max_files = BUILT_FILES,
		.max_bytes = COMPILE_FILE,
	};
	struct box_spec spec = {
		.owner = g->job->owner,
		.mounts = mounts,
		.mounts_n = ARRAY_LEN(mounts),
		.argv = language_cmd_argv(g->arena, g->cmd->compile,
		    &g->command_files, NULL),
		.env = compile_env,
		.stdin_fd = -1,
		.out = { BOX_SINK_MEMORY, -1,
		    (size_t)g->grader->config->output_kb * 1024 + 4 },
		.err = { BOX_SINK_SAME, -1, 0 },
		.cancel_fd = g->job->cancel->fd,
	};

	spec.limits = (struct box_limits) {
		.cpu_ms = limits->compile_time_ms,
		.memory_bytes = limits->compile_memory_kb * 1024,
		.processes = COMPILE_PROCESSES,
		.output_bytes = COMPILE_OUTPUT,
		.file_bytes = COMPILE_FILE,
		.tmp_bytes = COMPILE_TMP,
	};
	if (g->cmd->makes != NULL) {
		spec.collect = &collect;
		spec.limits.out_bytes = COMPILE_FILE;
	}
	return box_run(g->grader->boxes, g->arena, &spec, ret_record);
}

/* Why it cannot be compiled, for the student; NULL if it was. */
static const char *
compile_fault(struct grading *g, const struct box_record *r)
{
	switch (box_record_cause(r)) {
	case BOX_CAUSE_OUTPUT:
		return "the compiler wrote too much";
	case BOX_CAUSE_WALL:
	case BOX_CAUSE_CPU:
		return "compiling took too long";
	case BOX_CAUSE_MEMORY:
		return "compiling took too much memory";
	case BOX_CAUSE_SIGNAL:
		return arena_printf(g->arena, "the compiler died of signal %d",
		    r->signal);
	case BOX_CAUSE_EXIT:
		return "the program does not compile";
	default:
		return NULL;
	}
}

/* Is what the compiler should make there?  Then it may be run. */
static bool
has_made(struct grading *g)
{
	struct stat st;

	if (g->cmd->makes == NULL)
		return true;
	return fstatat(g->workspace.built_dir, g->cmd->makes, &st,
		   AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) &&
	    fchmodat(g->workspace.built_dir, g->cmd->makes, 0755, 0) == 0;
}

static struct err *
compile(struct grading *g)
{
	struct box_record r;
	const char *fault;

	TRY(run_compiler(g, &r));
	switch (box_record_cause(&r)) {
	case BOX_CAUSE_CANCELLED:
		return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
	case BOX_CAUSE_NOT_STARTED:
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "the compiler did not start: %s", strerror(r.start_errno));
	default:
		break;
	}
	fault = compile_fault(g, &r);
	if (fault == NULL && !has_made(g))
		fault = "the compiler made no program";
	if (fault != NULL) {
		refuse(g, printed(g, &r.out), fault);
		return NULL;
	}
	g->compile = arena_new_of(g->arena, struct wire_compile);
	g->compile->status = WIRE_COMPILE_OK;
	g->compile->output = r.out.n > 0 ? printed(g, &r.out) : NULL;
	return NULL;
}

struct err *
step_pre_flight(struct grading *g)
{
	struct err *e = find_sources(g);

	/* No source file, or which one starts is not clear: theirs. */
	if (e != NULL && e->code == ERR_FILES) {
		refuse(g, NULL, e->detail);
		return NULL;
	}
	TRY(e);
	TRY(lay_out(g));
	return compile(g);
}
