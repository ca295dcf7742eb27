#include "runner/app.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/compile.h"

#define APP_BYTES ((int64_t)256 << 20)
#define APP_FILES 2048
#define WORDS_MAX 512
#define ASSET_MAX ((size_t)32 << 20)
/* Boxes of a language that wait for who comes next. */
#define POOLED 2

static const char *const app_env[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/tmp", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", NULL };

static struct err *
fail(const struct app *app, const char *what)
{
	return ERR_WHY(app->grading->arena, ERR_INTERNAL, "%s: %s", what,
	    strerror(errno));
}

/* A directory of the job's own, for what a command leaves. */
static struct err *
make_dir(struct app *app, int *ret_dir)
{
	_cleanup_(io_closep) int top = -1;
	struct workspace *w = &app->grading->workspace;
	const char *name =
	    arena_printf(app->grading->arena, "app%zu", app->dirs++);

	top = openat(w->work, w->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0 || mkdirat(top, name, 0700) != 0)
		return fail(app, name);
	*ret_dir = openat(top, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_dir < 0 ? fail(app, name) : NULL;
}

static void
close_app(void *arg)
{
	struct app *app = arg;

	io_closep(&app->dir);
	io_closep(&app->left_dir);
}

struct err *
app_open(struct grading *g, struct app **ret_app)
{
	struct app *app = arena_new_of(g->arena, struct app);

	app->grading = g;
	app->dir = app->left_dir = -1;
	arena_defer(g->arena, close_app, app);
	*ret_app = app;
	TRY(make_dir(app, &app->dir));
	/* Twice: the set-up changes its own. */
	TRY(compile_lay_out(g->arena, g->job->files, g->job->files_n,
	    g->workspace.source_dir));
	return compile_lay_out(g->arena, g->job->files, g->job->files_n,
	    app->dir);
}

struct err *
app_make_dir(struct app *app, const char *name, int *ret_dir)
{
	if (mkdirat(app->dir, name, 0755) != 0)
		return fail(app, name);
	*ret_dir = openat(app->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_dir < 0 ? fail(app, name) : NULL;
}

static struct err *
copy_asset(const struct app *app, const struct setup_asset *asset, int to,
    const char *name)
{
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("asset", 3 * ASSET_MAX);
	char *p;
	size_t n;

	TRY(io_read_file(scratch, app->grading->job->package_dir, asset->source,
	    ASSET_MAX, &p, &n));
	return io_write_file(app->grading->arena, to, name, p, n, 0444);
}

void
app_mount(struct app *app, const char *host, const char *dest)
{
	app->mounts = arena_grow(app->grading->arena, app->mounts,
	    app->mounts_n, &app->mounts_cap, sizeof(*app->mounts));
	app->mounts[app->mounts_n++] = (struct box_mount) { host, dest };
}

struct err *
app_take_assets(struct app *app, const struct setup *setup)
{
	_cleanup_(io_closep) int to = -1;
	struct grading *g = app->grading;
	const char *dir;

	if (setup->assets_n == 0)
		return NULL;
	dir = arena_printf(g->arena, "%s/%s/app%zu",
	    g->grader->config->work_dir, g->workspace.name, app->dirs);
	TRY(make_dir(app, &to));
	if (fchmod(to, 0755) != 0)
		return fail(app, "assets");
	for (size_t i = 0; i < setup->assets_n; i++) {
		const char *name = arena_printf(g->arena, "%zu", i);

		TRY(copy_asset(app, &setup->assets[i], to, name));
		app_mount(app, arena_printf(g->arena, "%s/%s", dir, name),
		    setup->assets[i].target);
	}
	return NULL;
}

/* What all boxes of a language have in common, so that they may wait. */
static void
set_pool(const struct app *app, struct arena *a, struct box_spec *spec)
{
	const struct grading *g = app->grading;
	size_t n = app->mounts_n;

	/* Boxes with assets are of no use to others. */
	spec->is_pooled = n == 0;
	spec->owner = n > 0
	    ? g->job->owner
	    : arena_printf(a, "pool/%s",
		  g->job->language != NULL ? g->job->language->name
					   : WIRE_NO_LANGUAGE);
	spec->mounts = app->mounts;
	if (g->cmd != NULL)
		spec->mounts = language_cmd_mounts(a, g->cmd, app->mounts, &n);
	spec->mounts_n = n;
	spec->limits.out_bytes = APP_BYTES;
	spec->limits.out_inodes = APP_FILES;
}

static void
build_ahead(const struct app *app, const struct box_spec *spec)
{
	if (spec->is_pooled)
		box_pool(app->grading->grader->boxes, spec, POOLED);
	else
		box_prepare(app->grading->grader->boxes, spec);
}

void
app_prepare(const struct app *app)
{
	struct box_spec spec = { 0 };

	set_pool(app, app->grading->arena, &spec);
	build_ahead(app, &spec);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One word from *at on, into to. */
static bool
take_word(const char **at, char *to)
{
	const char *s = *at;
	char quote = '\0';

	for (; *s != '\0' && (quote != '\0' || !is_blank(*s)); s++) {
		if (quote == '\0' && (*s == '\'' || *s == '"'))
			quote = *s;
		else if (quote != '\0' && *s == quote)
			quote = '\0';
		else if (*s == '\\' && quote != '\'' && s[1] != '\0')
			*to++ = *++s;
		else
			*to++ = *s;
	}
	*to = '\0';
	*at = s;
	return quote == '\0';
}

const char *const *
app_words(struct arena *a, const char *command)
{
	const char **words = arena_array(a, WORDS_MAX + 1, sizeof(*words));
	char *room = arena_alloc(a, strlen(command) + WORDS_MAX + 1);
	size_t n = 0;

	for (;;) {
		while (is_blank(*command))
			command++;
		if (*command == '\0' || n == WORDS_MAX)
			return words;
		if (!take_word(&command, room))
			return NULL;
		words[n++] = room;
		room += strlen(room) + 1;
	}
}

/* A box wants a full path; a shell looks in /app and in PATH. */
static const char *const *
full_argv(struct arena *a, const char *const *words)
{
	const char **argv;
	size_t n = 0;

	if (words[0] != NULL && words[0][0] == '/')
		return words;
	while (words[n] != NULL)
		n++;
	argv = arena_array(a, n + 5, sizeof(*argv));
	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = "exec \"$0\" \"$@\"";
	memcpy(argv + 3, words, n * sizeof(*words));
	return argv;
}

static const char *const *
command_argv(struct arena *a, const struct app_command *c)
{
	const char **argv;

	if (c->argv != NULL)
		return full_argv(a, c->argv);
	if (!c->by_shell)
		return full_argv(a, app_words(a, c->command));
	argv = arena_array(a, 4, sizeof(*argv));
	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = c->command;
	return argv;
}

static void
set_limits(const struct app *app, const struct app_command *c,
    struct box_spec *spec)
{
	const struct package_limits *l = &app->grading->job->limits;
	struct box_limits *to = &spec->limits;

	to->cpu_ms = c->limits.cpu_ms > 0 ? c->limits.cpu_ms : l->time_ms;
	to->wall_ms = c->limits.wall_ms > 0 ? c->limits.wall_ms
	    : c->limits.cpu_ms > 0          ? 3 * c->limits.cpu_ms + 5000
					    : l->wall_ms;
	to->memory_bytes =
	    (c->limits.memory_kb > 0 ? c->limits.memory_kb : l->memory_kb) *
	    1024;
	to->processes = l->processes;
	to->output_bytes = l->output_kb * 1024;
	to->file_bytes = l->file_kb * 1024;
}

static struct err *
make_input(const struct app *app, const struct app_command *c, int *ret_fd)
{
	if (c->input == NULL)
		return NULL;
	*ret_fd = memfd_create("input", MFD_CLOEXEC);
	if (*ret_fd < 0 || io_write_all(*ret_fd, c->input, c->input_n) != 0 ||
	    lseek(*ret_fd, 0, SEEK_SET) != 0)
		return fail(app, "input");
	return NULL;
}

/* What the command left is what comes next, or what is looked at. */
static void
take_left(struct app *app, const struct app_command *c, int *dir)
{
	int *to = c->keeps ? &app->dir : &app->left_dir;

	io_closep(to);
	*to = io_take_fd(dir);
}

struct err *
app_run(struct app *app, struct arena *a, const struct app_command *c,
    struct box_record *ret_record)
{
	_cleanup_(io_closep) int input = -1, left = -1;
	const struct grading *g = app->grading;
	struct box_collect collect = {
		.max_files = APP_FILES,
		.max_bytes = APP_BYTES,
	};
	struct box_spec spec = {
		.argv = command_argv(a, c),
		.env = app_env,
		.cwd = APP_DIR,
		.out = { BOX_SINK_MEMORY, -1,
		    c->out_max > 0 ? c->out_max
				   : (size_t)g->job->limits.output_kb * 1024 },
		.err = { BOX_SINK_MEMORY, -1,
		    (size_t)g->grader->config->output_kb * 1024 },
		.fill = app->dir + 1,
		.cancel_fd = g->job->cancel->fd,
		.core = g->job->core,
	};

	set_pool(app, a, &spec);
	set_limits(app, c, &spec);
	TRY(make_input(app, c, &input));
	spec.stdin_fd = input;
	if (c->keeps || c->collects) {
		TRY(make_dir(app, &left));
		collect.dir = left;
		spec.collect = &collect;
	}
	TRY(box_run(g->grader->boxes, a, &spec, ret_record));
	/* The next one is built while we look at this one's output. */
	build_ahead(app, &spec);
	if (ret_record->is_cancelled)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
	if (left >= 0)
		take_left(app, c, &left);
	return NULL;
}
