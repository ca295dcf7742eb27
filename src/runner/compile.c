#include "runner/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "wire/json.h"
#include "runner/main_class.h"
#include "runner/quiet.h"

#define COMPILE_PROCESSES 64
#define COMPILE_OUTPUT ((int64_t)8 << 20)
#define COMPILE_FILE ((int64_t)128 << 20)
#define COMPILE_TMP ((int64_t)256 << 20)
#define DETAILS_MAX ((size_t)1 << 20)
#define BUILT_FILES 1000
/* Of the compiler's arguments, which a box takes 96 KiB of. */
#define NAMES_MAX ((size_t)64 << 10)

static const char *const compile_env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"TMPDIR=/tmp", "LC_ALL=C.UTF-8", "ONLINE_JUDGE=1", "DOMJUDGE=1", NULL };

/*
 * A public class must be in a file of its name, whatever its author called
 * it; and the one that starts is found: of several files' the one called Main.
 */
static void
find_class(struct arena *a, struct compile *c)
{
	struct zip_file *files = arena_array(a, c->files_n, sizeof(*files));
	const char *main_type = NULL;

	memcpy(files, c->files, c->files_n * sizeof(*files));
	for (size_t i = 0; i < c->files_n; i++) {
		struct zip_file *f = &files[i];
		const char *slash = strrchr(f->path, '/');
		const char *name = NULL;
		struct main_class m;

		if (!language_has_file(c->language, f->path))
			continue;
		m = main_class_find(a, f->p, f->n);
		if (m.public_type != NULL)
			name = arena_printf(a, "%.*s%s.%s",
			    slash != NULL ? (int)(slash - f->path) + 1 : 0,
			    f->path, m.public_type, c->language->extensions[0]);
		/* What cannot be a name stays; the compiler says the rest. */
		if (m.public_type != NULL && io_is_safe_path(name))
			f->path = name;
		if (m.main_type == NULL ||
		    (main_type != NULL &&
			(strcmp(m.main_type, MAIN_CLASS) != 0 ||
			    strcmp(main_type, MAIN_CLASS) == 0)))
			continue;
		main_type = m.main_type;
		c->command_files.main_class = m.package == NULL
		    ? m.main_type
		    : arena_printf(a, "%s.%s", m.package, m.main_type);
	}
	c->files = files;
}

/* A path that is another file's as well, or another's directory; or NULL. */
static const char *
find_clash(const struct zip_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(files[i].path);

		for (size_t k = 0; k < n; k++)
			if (k != i &&
			    str_has_prefix(files[k].path, files[i].path) &&
			    (files[k].path[length] == '/' ||
				files[k].path[length] == '\0'))
				return files[i].path;
	}
	return NULL;
}

static bool
is_taken(int dir, const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	for (size_t i = 1; path[i - 1] != '\0' && i < sizeof(part); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (fstatat(dir, part, &st, AT_SYMLINK_NOFOLLOW) != 0)
			return false;
		if (path[i] == '\0' || !S_ISDIR(st.st_mode))
			return true;
	}
	return false;
}

struct err *
compile_lay_out_beside(struct arena *a, const struct zip_file *files, size_t n,
    int dir)
{
	for (size_t i = 0; i < n; i++)
		if (!is_taken(dir, files[i].path))
			TRY(compile_lay_out(a, &files[i], 1, dir));
	return NULL;
}

struct err *
compile_lay_out(struct arena *a, const struct zip_file *files, size_t n,
    int dir)
{
	for (size_t i = 0; i < n; i++) {
		const struct zip_file *f = &files[i];
		const char *slash = strrchr(f->path, '/');

		if (slash != NULL)
			TRY(io_mkdir_all(a, dir,
			    arena_memdup(a, f->path, (size_t)(slash - f->path)),
			    0755));
		TRY(io_write_file(a, dir, f->path, f->p, f->n, 0644));
	}
	return NULL;
}

/* The names of the language's files; the one that starts. */
static struct err *
find_sources(struct arena *a, struct compile *c)
{
	const char **names;
	struct err *e;
	size_t n = 0, own_n = 0, bytes = 0;

	if (c->language == NULL)
		return NULL;
	if (c->language->rule == LANGUAGE_IS_CLASS) {
		find_class(a, c);
		if (c->command_files.main_class == NULL)
			return ERR(a, ERR_FILES,
			    "no class has a main() that can start");
	}
	names = arena_array(a, c->files_n + 1, sizeof(*names));
	for (size_t i = 0; i < c->files_n; i++)
		if (language_has_file(c->language, c->files[i].path)) {
			own_n += i < c->own_n;
			names[n++] = c->files[i].path;
			bytes += strlen(c->files[i].path);
		}
	if (bytes > NAMES_MAX)
		return ERR(a, ERR_FILES,
		    "the names of the files are too long together");
	c->command_files.sources = names;
	c->command_files.n = n;
	for (size_t i = 0; i < n && c->entry != NULL; i++)
		if (strcmp(names[i], c->entry) == 0) {
			c->command_files.main_file = names[i];
			return NULL;
		}
	e = language_main_file(a, c->language, names, n,
	    &c->command_files.main_file);
	/* What was added starts only if it is called so. */
	if (e != NULL && own_n > 0)
		e = language_main_file(a, c->language, names, own_n,
		    &c->command_files.main_file);
	return e;
}

/* What the compiler printed, valid and bounded. */
static const char *
printed(struct arena *a, const struct compile *c, const struct box_bytes *b)
{
	size_t max = (size_t)c->grader->config->output_kb * 1024;
	size_t n = b->n < max ? b->n : str_utf8_cut(b->p, max);
	const char *text = str_utf8_repair(a, b->p, n);

	if (n == 0)
		return NULL;
	if (n < b->n || b->is_cut)
		text = arena_printf(a, "%s\n[...]\n", text);
	return text;
}

static struct err *
run_compiler(struct arena *a, const struct compile *c,
    struct box_record *ret_record)
{
	const struct box_mount mounts[] = {
		{ c->workspace->source, LANGUAGE_SOURCE_DIR },
	};
	size_t mounts_n = ARRAY_LEN(mounts);
	const struct box_collect collect = {
		.dir = c->workspace->built_dir,
		.max_files = BUILT_FILES,
		.max_bytes = COMPILE_FILE,
	};
	struct box_spec spec = {
		.owner = c->owner,
		.mounts = language_cmd_mounts(a, c->cmd, mounts, &mounts_n),
		.argv = language_cmd_argv(a, c->cmd->compile, &c->command_files,
		    NULL),
		.env =
		    language_cmd_env(a, c->cmd, &c->command_files, compile_env),
		.stdin_fd = -1,
		.out = { BOX_SINK_MEMORY, -1,
		    (size_t)c->grader->config->output_kb * 1024 + 4 },
		.err = { BOX_SINK_SAME, -1, 0 },
		.cancel_fd = c->cancel->fd,
		.core = c->core,
	};

	struct err *e;

	spec.mounts_n = mounts_n;
	spec.limits = (struct box_limits) {
		.cpu_ms = c->limits->compile_time_ms,
		.memory_bytes = c->limits->compile_memory_kb * 1024,
		.processes = COMPILE_PROCESSES,
		.output_bytes = COMPILE_OUTPUT,
		.file_bytes = COMPILE_FILE,
		.tmp_bytes = COMPILE_TMP,
	};
	if (c->cmd->makes != NULL) {
		spec.collect = &collect;
		spec.limits.out_bytes = COMPILE_FILE;
	}
	TRY(quiet_enter(c->quiet, a, false, c->cancel));
	e = box_run(c->grader->boxes, a, &spec, ret_record);
	quiet_leave(c->quiet, false);
	return e;
}

/* Why it cannot be compiled, for its author; NULL if it was. */
static const char *
compile_fault(struct arena *a, const struct box_record *r)
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
		return arena_printf(a, "the compiler died of signal %d",
		    r->signal);
	case BOX_CAUSE_EXIT:
		return "the program does not compile";
	default:
		return NULL;
	}
}

/* The first of what it takes to start is what was made, not a tool of ours. */
static bool
starts_itself(const struct language_cmd *cmd)
{
	return cmd->makes != NULL &&
	    str_has_prefix(cmd->run[0], LANGUAGE_PROGRAM_DIR "/");
}

/* Is what the compiler should make there?  Then it may be run. */
static bool
has_made(struct arena *a, const struct compile *c)
{
	int dir = c->workspace->built_dir;
	const char *made;
	struct stat st;

	if (c->cmd->makes == NULL)
		return true;
	made = language_cmd_word(a, c->cmd->makes, &c->command_files);
	/* A linker says by the mode whether it made a program or a library. */
	return io_is_safe_path(made) &&
	    fstatat(dir, made, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) &&
	    (!starts_itself(c->cmd) || (st.st_mode & S_IXUSR) != 0) &&
	    fchmodat(dir, made, 0755, 0) == 0;
}

/* Is it there, and can it be read to its end? */
static bool
is_whole(const char *path)
{
	_cleanup_(io_closep) int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char block[16384];
	size_t all = 0;
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = io_read_all(fd, block, sizeof(block))) > 0)
		all += (size_t)n;
	return n == 0 && all > 0;
}

static bool
is_authors(struct arena *a, const char *dir, const struct language_cmd *cmd,
    const struct command_files *files, int start_errno)
{
	switch (start_errno) {
	case ENOMEM:
	case E2BIG:
		return true;
	case EAGAIN:
	case EMFILE:
	case ENFILE:
		return false;
	default:
		return starts_itself(cmd) &&
		    is_whole(arena_printf(a, "%s/%s", dir,
			language_cmd_word(a, cmd->makes, files)));
	}
}

struct err *
compile_check_run(struct arena *a, const char *dir,
    const struct language_cmd *cmd, const struct command_files *files,
    const struct box_record *r)
{
	if (r->is_cancelled)
		return ERR_WHY(a, ERR_UNAVAILABLE, "cancelled");
	if (r->is_started || is_authors(a, dir, cmd, files, r->start_errno))
		return NULL;
	return ERR_WHY(a, ERR_INTERNAL, "%s did not start: %s", cmd->run[0],
	    strerror(r->start_errno));
}

struct err *
compile_run(struct arena *a, struct compile *c)
{
	struct err *e = find_sources(a, c);
	const char *clash;
	struct box_record r;

	/* No source file, or which one starts is not clear: theirs. */
	if (e != NULL && e->code == ERR_FILES) {
		c->fault = e->detail;
		return NULL;
	}
	TRY(e);
	clash = find_clash(c->files, c->files_n);
	if (clash != NULL) {
		c->fault = arena_printf(a,
		    "\"%s\" is two files, or a file and a directory", clash);
		return NULL;
	}
	TRY(compile_lay_out(a, c->files, c->files_n, c->workspace->source_dir));
	if (c->cmd->compile == NULL)
		return NULL;
	TRY(run_compiler(a, c, &r));
	switch (box_record_cause(&r)) {
	case BOX_CAUSE_CANCELLED:
		return ERR_WHY(a, ERR_UNAVAILABLE, "cancelled");
	case BOX_CAUSE_NOT_STARTED:
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "the compiler did not start: %s", strerror(r.start_errno));
	default:
		break;
	}
	c->fault = compile_fault(a, &r);
	if (c->fault == NULL && r.is_out_cut)
		c->fault =
		    "the compiler made too many files, or too large ones";
	if (c->fault == NULL && !has_made(a, c))
		c->fault = "the compiler made no program";
	c->output = printed(a, c, &r.out);
	return NULL;
}

const char *
compile_details(struct arena *a, const char *output)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, DETAILS_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "error_type", "compile_error");
	json_w_key_str(&w, "phase", "compile");
	json_w_key_str(&w, "output", output);
	json_w_object_end(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}
