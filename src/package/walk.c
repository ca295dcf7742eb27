#include "package/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"

/* Symlinks followed one within another's directory. */
#define LINKS_MAX 8

struct walk {
	struct arena *arena;
	int root;
	struct walk_file *files;
	size_t n;
	size_t cap;
	size_t max;
	size_t links;                 /* that lead to where we are */
	const struct walk_left *left; /* or NULL: nothing is left out */
};

/* By its number: libc has no name for it yet. */
static int
open_below(int dir, const char *path, uint64_t flags)
{
	const struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

struct err *
walk_open(struct arena *a, int dir, const char *path, int *ret_fd)
{
	*ret_fd = open_below(dir, path, O_RDONLY | O_NONBLOCK);
	if (*ret_fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "open %s: %s", path,
		    strerror(errno));
	return NULL;
}

static void
close_dirp(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static struct err *walk_below(struct walk *, const char *path);

static struct err *
visit_what(struct walk *w, const char *path, const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return walk_below(w, path);
	if (!S_ISREG(st->st_mode))
		return ERR(w->arena, ERR_FILES,
		    "\"%s\" is neither a plain file nor a directory", path);
	if (w->n >= w->max)
		return ERR(w->arena, ERR_TOO_LARGE, "more than %zu files",
		    w->max);
	w->files =
	    arena_grow(w->arena, w->files, w->n, &w->cap, sizeof(*w->files));
	w->files[w->n++] =
	    (struct walk_file) { path, (size_t)st->st_size, w->links > 0 };
	return NULL;
}

static struct err *
visit_link(struct walk *w, const char *path)
{
	_cleanup_(io_closep) int fd = open_below(w->root, path, O_PATH);
	struct stat st;
	struct err *e;

	if (fd < 0 || fstat(fd, &st) != 0)
		return ERR(w->arena, ERR_FILES,
		    "the link \"%s\" leads nowhere in the package", path);
	if (w->links == LINKS_MAX)
		return ERR(w->arena, ERR_FILES,
		    "links to directories lead in a circle at \"%s\"", path);
	w->links++;
	e = visit_what(w, path, &st);
	w->links--;
	return e;
}

static struct err *
visit_name(struct walk *w, const char *path)
{
	struct stat st;

	if (!str_is_utf8(path, strlen(path)) || !io_is_safe_path(path))
		return ERR(w->arena, ERR_FILES,
		    "a file has a name that is not acceptable");
	if (fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return ERR_WHY(w->arena, ERR_INTERNAL, "stat %s: %s", path,
		    strerror(errno));
	return S_ISLNK(st.st_mode) ? visit_link(w, path)
				   : visit_what(w, path, &st);
}

static struct err *
visit(struct walk *w, const char *path)
{
	struct err *e = visit_name(w, path);

	if (e == NULL || e->code != ERR_FILES || w->left == NULL)
		return e;
	w->left->say(w->left->arg, e->detail);
	return NULL;
}

static struct err *
walk_below(struct walk *w, const char *path)
{
	_cleanup_(close_dirp) DIR *d = NULL;
	const struct dirent *e;
	int fd = open_below(w->root, path, O_RDONLY | O_DIRECTORY);

	if (fd >= 0)
		d = fdopendir(fd);
	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return ERR_WHY(w->arena, ERR_INTERNAL, "open %s: %s", path,
		    strerror(errno));
	}
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 ||
		    str_has_prefix(e->d_name, ".git"))
			continue;
		TRY(visit(w,
		    strcmp(path, ".") == 0
			? arena_strdup(w->arena, e->d_name)
			: arena_printf(w->arena, "%s/%s", path, e->d_name)));
	}
	return NULL;
}

static int
compare_files(const void *a, const void *b)
{
	const struct walk_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

struct err *
walk_dir(struct arena *a, int dir, size_t max_files,
    struct walk_file **ret_files, size_t *ret_n)
{
	return walk_dir_some(a, dir, max_files, NULL, ret_files, ret_n);
}

struct err *
walk_dir_some(struct arena *a, int dir, size_t max_files,
    const struct walk_left *left, struct walk_file **ret_files, size_t *ret_n)
{
	struct walk w = {
		.arena = a,
		.root = dir,
		.max = max_files,
		.left = left,
	};

	TRY(walk_below(&w, "."));
	if (w.n > 0)
		qsort(w.files, w.n, sizeof(*w.files), compare_files);
	*ret_files = w.files;
	*ret_n = w.n;
	return NULL;
}
