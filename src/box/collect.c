/*
 * What leaves a box.
 *
 * Everybody in the box is dead, but what they left may be hostile: links to
 * our files, fifos that block the reader, one file under many names, files
 * of terabytes without a block, names that no terminal should see.  So
 * nothing is opened by path: each name is opened below its directory's
 * descriptor with openat2, which follows nothing and leaves nothing; only
 * regular files with one name are copied, into files that we make ourselves.
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "box/walls.h"
#include "box/watch.h"

#define DEPTH_MAX 8

struct collector {
	struct arena *arena;
	const struct box_collect *to;
	struct box_file *files;
	size_t n;
	size_t cap;
	int64_t bytes;
	bool is_cut;
};

static struct err *collect_dir(struct collector *, int from, int to,
    const char *prefix, int depth) _must_check_;

/* Symbolic and magic links, mounts and ".." do not lead anywhere. */
static int
open_beneath(int dir, const char *name, uint64_t flags)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};

#ifdef BOX_TEST_WALLS
	struct stat st;

	if (!WALL(WALL_RACE)) {
		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    S_ISLNK(st.st_mode))
			return -1;
		/* Others may be on the processor now. */
		usleep(1000);
	}
	if (!WALL(WALL_RACE) || !WALL(WALL_COLLECT))
		return openat(dir, name, (int)how.flags);
#endif
	return (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
}

static struct box_file *
add_file(struct collector *c, const char *path, const char *refused)
{
	struct box_file *f;

	c->files =
	    arena_grow(c->arena, c->files, c->n, &c->cap, sizeof(*c->files));
	f = &c->files[c->n++];
	*f = (struct box_file) { .path = path, .refused = refused };
	return f;
}

static struct err *
copy_file(struct collector *c, int from, int to, const char *name,
    const struct stat *st)
{
	_cleanup_(io_closep) int fd = -1;
	char p[65536];
	int64_t left = st->st_size;
	ssize_t n;

	fd = openat(to, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_WHY(c->arena, ERR_INTERNAL,
		    "could not make a collected file: %s", strerror(errno));
	while (left > 0) {
		n = read(from, p,
		    left < (int64_t)sizeof(p) ? (size_t)left : sizeof(p));
		if (n <= 0)
			break;
		if (io_write_all(fd, p, (size_t)n) != 0)
			return ERR_WHY(c->arena, ERR_INTERNAL,
			    "could not write a collected file: %s",
			    strerror(errno));
		left -= n;
	}
	if (fchmod(fd, (st->st_mode & S_IXUSR) != 0 ? 0755 : 0644) != 0)
		return ERR_WHY(c->arena, ERR_INTERNAL,
		    "could not set the mode of a collected file: %s",
		    strerror(errno));
	c->bytes += st->st_size - left;
	return NULL;
}

static struct err *
enter_dir(struct collector *c, int from, int to, const char *name,
    const char *path, int depth)
{
	_cleanup_(io_closep) int sub = -1;

	if (depth >= DEPTH_MAX) {
		add_file(c, path, "directories too deep");
		return NULL;
	}
	if (mkdirat(to, name, 0700) != 0 || fchmodat(to, name, 0755, 0) != 0)
		return ERR_WHY(c->arena, ERR_INTERNAL,
		    "could not make a collected directory: %s",
		    strerror(errno));
	sub = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return ERR_WHY(c->arena, ERR_INTERNAL,
		    "could not open a collected directory: %s",
		    strerror(errno));
	return collect_dir(c, from, sub, path, depth + 1);
}

static struct err *
collect_one(struct collector *c, int from, int to, const char *name,
    const char *prefix, int depth)
{
	_cleanup_(io_closep) int fd = -1;
	const char *path = arena_printf(c->arena, "%s%s%s", prefix,
	    prefix[0] != '\0' ? "/" : "", name);
	struct stat st;

	/* O_NONBLOCK: a fifo without a writer would hold us forever. */
	fd = open_beneath(from, name, 0);
	if (fd < 0) {
		add_file(c, path,
		    errno == ELOOP        ? "a symbolic link"
			: errno == EACCES ? "not readable"
					  : "not a file");
		return NULL;
	}
	if (fstat(fd, &st) != 0)
		return ERR_WHY(c->arena, ERR_INTERNAL, "fstat: %s",
		    strerror(errno));
	if (S_ISDIR(st.st_mode))
		return enter_dir(c, fd, to, name, path, depth);
	if (!S_ISREG(st.st_mode)) {
		add_file(c, path, "not a file");
	} else if (st.st_nlink != 1 && WALL(WALL_COLLECT)) {
		add_file(c, path, "a file with several names");
	} else if (st.st_size > c->to->max_bytes - c->bytes) {
		add_file(c, path, "too large");
		c->is_cut = true;
	} else {
		add_file(c, path, NULL)->bytes = st.st_size;
		return copy_file(c, fd, to, name, &st);
	}
	return NULL;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in the directory, sorted; at most as many as may still come. */
static struct err *
read_names(struct collector *c, int from, const char ***ret_names,
    size_t *ret_n)
{
	int fd = open_beneath(from, ".", O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const char **names = NULL;
	const struct dirent *e;
	size_t cap = 0;
	size_t n = 0;

	if (d == NULL) {
		io_closep(&fd);
		return ERR_WHY(c->arena, ERR_INTERNAL, "/out: %s",
		    strerror(errno));
	}
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (c->n + n >= c->to->max_files) {
			c->is_cut = true;
			break;
		}
		names = arena_grow(c->arena, names, n, &cap, sizeof(*names));
		names[n++] = arena_strdup(c->arena, e->d_name);
	}
	closedir(d);
	if (n > 1)
		qsort(names, n, sizeof(*names), compare_names);
	*ret_names = names;
	*ret_n = n;
	return NULL;
}

static struct err *
collect_dir(struct collector *c, int from, int to, const char *prefix,
    int depth)
{
	const char **names = NULL;
	size_t n = 0;

	TRY(read_names(c, from, &names, &n));
	for (size_t i = 0; i < n; i++) {
		if (c->n >= c->to->max_files) {
			c->is_cut = true;
			return NULL;
		}
		if (!io_is_safe_path(names[i]) ||
		    !str_is_utf8(names[i], strlen(names[i]))) {
			add_file(c,
			    str_utf8_repair(c->arena, names[i],
				strlen(names[i])),
			    "a name that is not accepted");
			continue;
		}
		TRY(collect_one(c, from, to, names[i], prefix, depth));
	}
	return NULL;
}

struct err *
collect_out(struct cell *cell, struct arena *a, const struct box_collect *to,
    struct box_record *r)
{
	struct collector c = { .arena = a, .to = to };

	if (cell->out_dir < 0 || to == NULL)
		return NULL;
	TRY(collect_dir(&c, cell->out_dir, to->dir, "", 0));
	r->files = c.files;
	r->files_n = c.n;
	r->is_out_cut = c.is_cut;
	return NULL;
}
