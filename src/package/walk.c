#include "package/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"

struct walk {
	struct arena *arena;
	int root;
	struct walk_file *files;
	size_t n;
	size_t cap;
	size_t max;
};

static void
close_dirp(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static struct err *walk_below(struct walk *, const char *path);

static struct err *
visit(struct walk *w, const char *path)
{
	struct stat st;

	if (!str_is_utf8(path, strlen(path)) || !io_is_safe_path(path))
		return ERR(w->arena, ERR_FILES,
		    "a file has a name that is not acceptable");
	if (fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return ERR_WHY(w->arena, ERR_INTERNAL, "stat %s: %s", path,
		    strerror(errno));
	if (S_ISDIR(st.st_mode))
		return walk_below(w, path);
	if (!S_ISREG(st.st_mode))
		return ERR(w->arena, ERR_FILES,
		    "\"%s\" is neither a plain file nor a directory", path);
	if (w->n >= w->max)
		return ERR(w->arena, ERR_TOO_LARGE, "more than %zu files",
		    w->max);
	w->files =
	    arena_grow(w->arena, w->files, w->n, &w->cap, sizeof(*w->files));
	w->files[w->n++] = (struct walk_file) { path, (size_t)st.st_size };
	return NULL;
}

static struct err *
walk_below(struct walk *w, const char *path)
{
	_cleanup_(close_dirp) DIR *d = NULL;
	const struct dirent *e;
	int fd = openat(w->root, path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

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
	struct walk w = { .arena = a, .root = dir, .max = max_files };

	TRY(walk_below(&w, "."));
	if (w.n > 0)
		qsort(w.files, w.n, sizeof(*w.files), compare_files);
	*ret_files = w.files;
	*ret_n = w.n;
	return NULL;
}
