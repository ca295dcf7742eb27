#include "runner/programs.h"

#include <pthread.h>

#include "base/io.h"
#include "runner/compile.h"

#define SOURCE_MAX ((size_t)8 << 20)
#define PROGRAMS_ARENA ((size_t)16 << 20)

struct entry {
	const struct package_program *program;
	struct workspace workspace;
	struct built built;
	struct entry *next;
};

struct programs {
	struct arena *arena;
	/* Of the rest; held while a program is built. */
	pthread_mutex_t lock;
	struct entry *entries;
};

struct programs *
programs_new(void)
{
	struct arena *a = arena_new("programs", PROGRAMS_ARENA);
	struct programs *p = arena_new_of(a, struct programs);

	p->arena = a;
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void
programs_free(struct programs *p)
{
	if (p == NULL)
		return;
	for (struct entry *e = p->entries; e != NULL; e = e->next)
		workspace_remove(&e->workspace);
	pthread_mutex_destroy(&p->lock);
	arena_free(p->arena);
}

void
programs_freep(struct programs **p)
{
	programs_free(*p);
}

/*
 * A program that says itself how it is built: in a copy of its directory, as
 * the format has it; what is then called run is the program.
 */
static const struct language_cmd script_cmd = {
	.compile = (const char *const[]) { "/bin/sh", "-c",
	    "cp -R /source/. /out && cd /out && chmod -R 755 . && "
	    "if [ -f build ]; then ./build; fi && [ -f run ] && chmod 755 run",
	    NULL },
	.makes = "run",
	.run = (const char *const[]) { LANGUAGE_PROGRAM_DIR "/run", NULL },
};

static struct err *
read_files(struct arena *a, const struct build *b,
    const struct package_program *program, struct compile *c)
{
	struct zip_file *files;
	size_t n = 0;

	while (program->files[n] != NULL)
		n++;
	files = arena_array(a, n + 1, sizeof(*files));
	for (size_t i = 0; i < n; i++) {
		struct str filled;
		char *p;

		TRY(io_read_file(a, b->package_dir, program->files[i],
		    SOURCE_MAX, &p, &files[i].n));
		filled = package_fill(a, b->package,
		    (struct str) { p, files[i].n }, SOURCE_MAX);
		files[i].p = filled.p;
		files[i].n = filled.n;
		files[i].path = program->files[i] + strlen(program->base);
	}
	c->files = files;
	c->files_n = n;
	return NULL;
}

/* What must outlive the arena of who built it; names are the package's. */
static void
take_built(struct programs *p, struct entry *e, const struct compile *c)
{
	struct built *b = &e->built;
	const char **sources =
	    arena_array(p->arena, c->command_files.n + 1, sizeof(*sources));

	for (size_t i = 0; i < c->command_files.n; i++)
		sources[i] =
		    arena_strdup(p->arena, c->command_files.sources[i]);
	b->cmd = c->cmd;
	/* Scripts call what is beside them. */
	b->cwd = c->cmd == &script_cmd ? LANGUAGE_PROGRAM_DIR : NULL;
	b->files = c->command_files;
	b->files.sources = sources;
	if (b->files.main_file != NULL)
		b->files.main_file = arena_strdup(p->arena, b->files.main_file);
	if (b->files.main_class != NULL)
		b->files.main_class =
		    arena_strdup(p->arena, b->files.main_class);
	b->mount =
	    c->cmd->makes != NULL ? e->workspace.built : e->workspace.source;
	if (c->fault == NULL)
		return;
	b->fault = arena_strdup(p->arena, c->fault);
	if (c->output != NULL)
		b->output = arena_strdup(p->arena, c->output);
}

static struct err *
build(struct programs *p, struct arena *a, const struct build *b,
    struct entry *e)
{
	const struct language *language = e->program->language;
	struct compile c = {
		.grader = b->grader,
		.owner = b->owner,
		.cancel = b->cancel,
		.limits = b->limits,
		.language = language,
		.cmd = language == NULL ? &script_cmd
					: b->grader->tools->cmds[language->id],
		.workspace = &e->workspace,
	};

	if (language != NULL &&
	    tools_version(b->grader->tools, a, language) == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "this runner has no \"%s\" for %s", language->name,
		    e->program->path);
	TRY(read_files(a, b, e->program, &c));
	TRY(workspace_make(p->arena, b->grader->work,
	    b->grader->config->work_dir, &e->workspace));
	c.command_files.memory_kb = b->limits->validation_memory_kb;
	TRY(compile_run(a, &c));
	take_built(p, e, &c);
	return NULL;
}

static struct err *
get(struct programs *p, struct arena *a, const struct build *b,
    const struct package_program *program, const struct built **ret_built)
{
	struct entry *e = p->entries;
	struct err *err;

	while (e != NULL && e->program != program)
		e = e->next;
	if (e == NULL) {
		e = arena_new_of(p->arena, struct entry);
		e->program = program;
		err = build(p, a, b, e);
		if (err != NULL) {
			workspace_remove(&e->workspace);
			return err;
		}
		e->next = p->entries;
		p->entries = e;
	}
	*ret_built = &e->built;
	return NULL;
}

struct err *
programs_get(struct programs *p, struct arena *a, const struct build *b,
    const struct package_program *program, const struct built **ret_built)
{
	struct err *e;

	pthread_mutex_lock(&p->lock);
	e = get(p, a, b, program, ret_built);
	pthread_mutex_unlock(&p->lock);
	return e;
}
