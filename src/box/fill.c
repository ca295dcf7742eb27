/*
 * What a box has in /out, and so in /app, before its program starts: copies
 * of files of ours, which belong to the program.  The directory is made by
 * us and nobody else writes there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "box/host.h"
#include "box/watch.h"

#define DEPTH_MAX 16

static struct err *fill_dir(struct cell *, struct arena *, int from, int to,
    int depth) _must_check_;

static struct err *
fail(struct arena *a, const char *name)
{
	return ERR_WHY(a, ERR_INTERNAL, "could not put %s into a box: %s", name,
	    strerror(errno));
}

/* As root we make it for the box's user; else we are that user. */
static bool
give(const struct cell *c, int fd)
{
	return !c->host->is_root || fchown(fd, c->uid, (gid_t)c->uid) == 0;
}

static struct err *
fill_file(struct cell *c, struct arena *a, int from, int to, const char *name)
{
	_cleanup_(io_closep) int in = -1, out = -1;
	struct stat st;
	off_t at = 0;

	in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0 || fstat(in, &st) != 0)
		return fail(a, name);
	out = openat(to, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* Something is mounted there, and is what the program sees. */
	if (out < 0 && errno == EEXIST)
		return NULL;
	if (out < 0)
		return fail(a, name);
	while (at < st.st_size)
		if (sendfile(out, in, &at, (size_t)(st.st_size - at)) <= 0)
			return fail(a, name);
	if (!give(c, out) ||
	    fchmod(out, (st.st_mode & S_IXUSR) != 0 ? 0755 : 0644) != 0)
		return fail(a, name);
	return NULL;
}

static struct err *
fill_one(struct cell *c, struct arena *a, int from, int to, const char *name,
    int depth)
{
	_cleanup_(io_closep) int sub = -1, made = -1;
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return fail(a, name);
	if (S_ISREG(st.st_mode))
		return fill_file(c, a, from, to, name);
	if (!S_ISDIR(st.st_mode) || depth >= DEPTH_MAX)
		return NULL;
	sub =
	    openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (sub < 0 || (mkdirat(to, name, 0755) != 0 && errno != EEXIST))
		return fail(a, name);
	made =
	    openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (made < 0 || !give(c, made))
		return fail(a, name);
	return fill_dir(c, a, sub, made, depth + 1);
}

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static struct err *
fill_dir(struct cell *c, struct arena *a, int from, int to, int depth)
{
	_cleanup_(close_dir) DIR *d = NULL;
	const struct dirent *e;
	int fd = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	d = fd < 0 ? NULL : fdopendir(fd);
	if (d == NULL) {
		io_closep(&fd);
		return fail(a, "a directory");
	}
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			TRY(fill_one(c, a, from, to, e->d_name, depth));
	return NULL;
}

struct err *
fill_out(struct cell *c, struct arena *a, int fill)
{
	if (fill == 0)
		return NULL;
	if (c->out_dir < 0)
		return ERR(a, ERR_REQUEST,
		    "a box without /out cannot be filled");
	return fill_dir(c, a, fill - 1, c->out_dir, 0);
}
