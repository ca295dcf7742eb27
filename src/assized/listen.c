#include "assized/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"

#define BACKLOG 1024
#define LISTEN_FDS_START 3

static bool
is_listening(int fd)
{
	struct stat st;
	int on = 0;
	socklen_t n = sizeof(on);

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 && on != 0;
}

static bool
has_listen_fds(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *fds = getenv("LISTEN_FDS");
	int64_t n;

	if (pid == NULL || fds == NULL)
		return false;
	if (!str_to_i64(pid, 1, INT32_MAX, &n) || n != (int64_t)getpid())
		return false;
	return str_to_i64(fds, 1, 64, &n) && is_listening(LISTEN_FDS_START);
}

static struct err *
take_inherited(struct arena *a, struct listener *ret_listener)
{
	int fd;

	if (is_listening(STDIN_FILENO))
		fd = STDIN_FILENO;
	else if (has_listen_fds())
		fd = LISTEN_FDS_START;
	else
		return ERR(a, ERR_IMPOSSIBLE,
		    "no socket was handed over: "
		    "set \"listen\" or start by a socket unit");
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	*ret_listener = (struct listener) { .fd = fd };
	return NULL;
}

static struct err *
fail(struct arena *a, const char *what, const char *path)
{
	return ERR(a, ERR_IMPOSSIBLE, "could not %s %s: %s", what, path,
	    strerrordesc_np(errno));
}

static struct err *
make_own(struct arena *a, const char *path, struct listener *ret_listener)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char *temporary = arena_printf(a, "%s.%ld", path, (long)getpid());
	_cleanup_(io_closep) int fd = -1;
	struct stat st;

	if (strlen(temporary) >= sizeof(un.sun_path))
		return ERR(a, ERR_IMPOSSIBLE, "path of the socket is too long");
	memcpy(un.sun_path, temporary, strlen(temporary));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(a, "make a socket for", path);
	unlink(temporary);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		return fail(a, "bind", temporary);
	if (chmod(temporary, 0660) < 0 || listen(fd, BACKLOG) < 0 ||
	    stat(temporary, &st) < 0 || rename(temporary, path) < 0) {
		unlink(temporary);
		return fail(a, "listen on", path);
	}
	*ret_listener = (struct listener) {
		.fd = io_take_fd(&fd),
		.is_ours = true,
		.path = path,
		.inode = st.st_ino,
	};
	return NULL;
}

struct err *
listen_open(struct arena *a, const char *path, struct listener *ret_listener)
{
	if (path == NULL)
		return take_inherited(a, ret_listener);
	return make_own(a, path, ret_listener);
}

void
listen_unlink(const struct listener *l)
{
	struct stat st;

	if (l->is_ours && lstat(l->path, &st) == 0 && st.st_ino == l->inode)
		unlink(l->path);
}
