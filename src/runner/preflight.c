/*
 * PRE_FLIGHT of what is judged: the submission is compiled, then what the
 * package brings to judge it.
 */
#include "base/io.h"
#include "base/str.h"
#include "runner/compile.h"
#include "runner/programs.h"
#include "runner/template.h"

#define INCLUDE_MAX ((size_t)4 << 20)

static void
refuse(struct grading *g, const struct compile *c)
{
	g->compile->status = WIRE_COMPILE_ERROR;
	if (c->output == NULL)
		g->compile->output = c->fault;
	judge_finish(g->judge, true, &g->judged);
	g->is_judged = true;
	grading_fail(g, compile_details(g->arena, g->compile->output), "%s",
	    c->fault);
}

/* Those of the package that are added, in place of some of the same name. */
static struct err *
add_includes(struct grading *g, struct compile *c)
{
	const struct grading_job *job = g->job;
	const struct package_include *include =
	    package_include_for(job->package, job->language->name);
	struct zip_file *files;
	size_t n = 0;

	if (include == NULL)
		return NULL;
	while (include->files.paths[n] != NULL)
		n++;
	files = arena_array(g->arena, c->files_n + n, sizeof(*files));
	memcpy(files, c->files, c->files_n * sizeof(*files));
	for (size_t i = 0; i < n; i++) {
		const char *path = include->files.paths[i];
		size_t at = 0, size;
		struct str text;
		char *p;

		TRY(io_read_file(g->arena, job->package_dir, path, INCLUDE_MAX,
		    &p, &size));
		text = package_fill(g->arena, job->package,
		    (struct str) { p, size }, INCLUDE_MAX);
		path += strlen(include->files.prefix);
		while (at < c->files_n && strcmp(files[at].path, path) != 0)
			at++;
		files[at] = (struct zip_file) { path, text.p, text.n };
		c->files_n += at == c->files_n;
	}
	c->files = files;
	c->own_n = g->job->files_n;
	return NULL;
}

static struct err *
compile_submission(struct grading *g)
{
	const struct grading_job *job = g->job;
	struct compile c = {
		.grader = g->grader,
		.owner = job->owner,
		.cancel = job->cancel,
		.limits = &job->limits,
		.core = job->core,
		.quiet = job->quiet,
		.language = job->language,
		.cmd = g->cmd,
		.files = job->files,
		.files_n = job->files_n,
		.entry = job->entry,
		.workspace = &g->workspace,
	};

	TRY(add_includes(g, &c));
	c.command_files.memory_kb = g->memory_kb;
	TRY(compile_run(g->arena, &c));
	g->command_files = c.command_files;
	g->compile = arena_new_of(g->arena, struct wire_compile);
	g->compile->status = WIRE_COMPILE_OK;
	g->compile->output = c.output;
	if (c.fault != NULL)
		refuse(g, &c);
	return NULL;
}

/* The verdict is JE, which nobody is charged with. */
static void
blame_package(struct grading *g, const char *what, const struct built *b)
{
	judge_spoil(g->judge);
	judge_finish(g->judge, false, &g->judged);
	g->is_judged = true;
	g->blamed = arena_printf(g->arena, "the %s: %s%s%s", what, b->fault,
	    b->output != NULL ? "\n" : "", b->output != NULL ? b->output : "");
	grading_fail(g, NULL, "%s", BLAMED_FOR_ALL);
}

/* A program that the package may have. */
static struct err *
get_program(struct grading *g, const struct build *build,
    const struct package_program *program, const char *what,
    const struct built **ret_built)
{
	if (g->is_judged || program == NULL)
		return NULL;
	TRY(programs_get(g->job->programs, g->arena, build, program,
	    ret_built));
	if ((*ret_built)->fault != NULL)
		blame_package(g, what, *ret_built);
	return NULL;
}

struct err *
judged_pre_flight(struct grading *g)
{
	const struct grading_job *job = g->job;
	const struct build build = {
		.grader = g->grader,
		.owner = job->owner,
		.cancel = job->cancel,
		.limits = &job->limits,
		.package = job->package,
		.package_dir = job->package_dir,
	};

	/* NULL: outputs were submitted. */
	if (g->cmd != NULL) {
		judge_case_ahead(g);
		TRY(compile_submission(g));
	}
	if (g->is_judged)
		return NULL;
	g->validators = arena_array(g->arena, job->package->validator_n + 1,
	    sizeof(*g->validators));
	for (size_t i = 0; i < job->package->validator_n; i++) {
		TRY(programs_get(job->programs, g->arena, &build,
		    &job->package->validators[i], &g->validators[i]));
		if (g->validators[i]->fault != NULL) {
			blame_package(g, "output validator", g->validators[i]);
			break;
		}
		g->validators_n++;
	}
	TRY(get_program(g, &build, job->package->static_validator,
	    "static validator", &g->static_validator));
	return get_program(g, &build, job->package->grader, "grader",
	    &g->group_grader);
}
