#include "base/io.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/str.h"

#define PATH_DEPTH_MAX 16
#define PATH_BYTES_MAX 1024
#define NAME_BYTES_MAX 255

void
io_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
io_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

int
io_write_all(int fd, const void *p, size_t n)
{
	const char *at = p;
	ssize_t k;

	while (n > 0) {
		k = write(fd, at, n);
		if (k < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		at += k;
		n -= (size_t)k;
	}
	return 0;
}

ssize_t
io_read_all(int fd, void *p, size_t n)
{
	char *at = p;
	size_t got = 0;
	ssize_t k;

	while (got < n) {
		k = read(fd, at + got, n - got);
		if (k < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (k == 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

static struct err *
failed(struct arena *a, const char *what, const char *path)
{
	return ERR_WHY(a, errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL,
	    "could not %s %s: %s", what, path, strerror(errno));
}

struct err *
io_read_file(struct arena *a, int dir, const char *path, size_t max,
    char **ret_p, size_t *ret_n)
{
	_cleanup_(io_closep) int fd = -1;
	struct buf b;
	char *room;
	ssize_t k;

	fd = openat(dir, path,
	    O_RDONLY | O_CLOEXEC | O_NOCTTY |
		(dir == AT_FDCWD ? 0 : O_NOFOLLOW));
	if (fd < 0)
		return failed(a, "open", path);
	buf_init(&b, a, max + 1);
	for (;;) {
		size_t want = b.n < 4096 ? 4096 : b.n;

		if (want > max + 1 - b.n)
			want = max + 1 - b.n;
		if (want == 0)
			return ERR_WHY(a, ERR_TOO_LARGE,
			    "%s has more than %zu bytes", path, max);
		room = buf_room(&b, want);
		assert(room != NULL);
		k = io_read_all(fd, room, want);
		if (k < 0)
			return failed(a, "read", path);
		buf_added(&b, (size_t)k);
		if ((size_t)k < want)
			break;
	}
	*ret_p = b.p;
	*ret_n = b.n;
	return NULL;
}

struct err *
io_write_file(struct arena *a, int dir, const char *path, const void *p,
    size_t n, mode_t mode)
{
	_cleanup_(io_closep) int fd = -1;
	const char *slash = strrchr(path, '/');
	/* Beside it, and never longer than names may be. */
	char *tmp = arena_printf(a, "%.*s.%s",
	    slash != NULL ? (int)(slash + 1 - path) : 0, path,
	    rand_id(a, "new"));
	struct err *e = NULL;

	fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return failed(a, "create", tmp);
	if (io_write_all(fd, p, n) != 0 || fchmod(fd, mode) != 0 ||
	    fsync(fd) != 0)
		e = failed(a, "write", tmp);
	else if (renameat(dir, tmp, dir, path) != 0)
		e = failed(a, "rename to", path);
	if (e != NULL)
		unlinkat(dir, tmp, 0);
	return e;
}

struct err *
io_copy_file(struct arena *a, int from_dir, const char *from, int to_dir,
    const char *to, mode_t mode)
{
	_cleanup_(io_closep) int in = -1;
	_cleanup_(io_closep) int out = -1;
	struct stat st;
	off_t at = 0;

	in = openat(from_dir, from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in < 0 || fstat(in, &st) < 0)
		return failed(a, "open", from);
	out = openat(to_dir, to,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (out < 0 || fchmod(out, mode) < 0)
		return failed(a, "create", to);
	while (at < st.st_size) {
		ssize_t n = sendfile(out, in, &at, (size_t)(st.st_size - at));

		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return failed(a, "copy", from);
		}
	}
	return NULL;
}

struct err *
io_mkdir_all(struct arena *a, int dir, const char *path, mode_t mode)
{
	char *copy = arena_strdup(a, path);

	for (char *p = copy + 1; *copy != '\0'; p++) {
		bool last = *p == '\0';

		if (*p != '/' && !last)
			continue;
		*p = '\0';
		if (mkdirat(dir, copy, mode) != 0 && errno != EEXIST)
			return failed(a, "make directory", copy);
		if (last)
			break;
		*p = '/';
	}
	return NULL;
}

/*
 * Whoever made what is removed may have wished that it stays: directories
 * that may not be entered, or so deep that descriptors run out.  What is too
 * deep is moved to the top, and removed in the next pass.
 */
#define REMOVE_DEPTH 40
#define REMOVE_PASSES 10000

struct removal {
	int top; /* where it is moved to; -1: not there yet */
	dev_t dev;
	unsigned int moved;
};

static int remove_below(int fd, struct removal *, int depth);

/* To a name that nobody has guessed. */
static int
move_up(int dir, const char *name, struct removal *r)
{
	char target[40];
	uint64_t unguessed;

	rand_bytes(&unguessed, sizeof(unguessed));
	(void)snprintf(target, sizeof(target), "~%016llx",
	    (unsigned long long)unguessed);
	if (renameat(dir, name, r->top, target) != 0)
		return -1;
	r->moved++;
	return 0;
}

static int
open_dir(int dir, const char *name)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, name, flags);

	if (fd < 0 && errno == EACCES &&
	    fchmodat(dir, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
		fd = openat(dir, name, flags);
	return fd;
}

/* Removes one entry of the directory dir, if it is on the same device. */
static int
remove_entry(int dir, const char *name, struct removal *r, int depth)
{
	_cleanup_(io_closep) int fd = -1;
	struct stat st;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = open_dir(dir, name);
	if (fd < 0 || fstat(fd, &st) != 0)
		return -1;
	if ((st.st_mode & 0700) != 0700)
		(void)!fchmod(fd, 0700);
	if (depth == 0) {
		r->top = fd;
		r->dev = st.st_dev;
	} else if (st.st_dev != r->dev) {
		errno = EXDEV;
		return -1;
	} else if (depth > REMOVE_DEPTH) {
		return move_up(dir, name, r);
	}
	if (remove_below(fd, r, depth + 1) != 0)
		return -1;
	return unlinkat(dir, name, AT_REMOVEDIR);
}

/* Empties the directory fd. */
static int
remove_below(int fd, struct removal *r, int depth)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	int rc = 0;

	if (d == NULL) {
		io_closep(&copy);
		return -1;
	}
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (remove_entry(dirfd(d), entry->d_name, r, depth) != 0)
			rc = -1;
	}
	closedir(d);
	return rc;
}

int
io_remove_all(int dir, const char *path)
{
	for (int pass = 0; pass < REMOVE_PASSES; pass++) {
		struct removal r = { .top = -1 };
		int rc = remove_entry(dir, path, &r, 0);

		if (r.moved == 0)
			return rc;
	}
	errno = ENOTEMPTY;
	return -1;
}

static bool
is_plain(struct str name)
{
	if (name.n == 0 || name.n > NAME_BYTES_MAX || str_is(name, ".") ||
	    str_is(name, ".."))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c < 0x20 || c == 0x7f || c == '/')
			return false;
	}
	return true;
}

bool
io_is_plain_name(const char *name)
{
	return is_plain(str_of(name));
}

bool
io_is_safe_path(const char *path)
{
	struct str rest = str_of(path);
	struct str part;
	int depth = 0;

	if (rest.n > PATH_BYTES_MAX)
		return false;
	while (str_cut(&rest, '/', &part)) {
		if (!is_plain(part) || ++depth > PATH_DEPTH_MAX)
			return false;
	}
	return true;
}
