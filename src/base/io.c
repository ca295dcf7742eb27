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
	char *tmp = arena_printf(a, "%s.%s", path, rand_id(a, "new"));
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

static int remove_below(int fd, dev_t dev);

/* Removes one entry of the directory dir, on device dev if it is one. */
static int
remove_entry(int dir, const char *name, const dev_t *dev)
{
	_cleanup_(io_closep) int fd = -1;
	struct stat st;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		return -1;
	if (dev != NULL && st.st_dev != *dev) {
		errno = EXDEV;
		return -1;
	}
	if (remove_below(io_take_fd(&fd), st.st_dev) != 0)
		return -1;
	return unlinkat(dir, name, AT_REMOVEDIR);
}

/* Empties the directory fd, which it takes. */
static int
remove_below(int fd, dev_t dev)
{
	DIR *d = fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (d == NULL) {
		close(fd);
		return -1;
	}
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (remove_entry(dirfd(d), entry->d_name, &dev) != 0)
			rc = -1;
	}
	closedir(d);
	return rc;
}

int
io_remove_all(int dir, const char *path)
{
	return remove_entry(dir, path, NULL);
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
