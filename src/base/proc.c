#include "base/proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"

extern char **environ;

/* Signals that a child must not find ignored or blocked. */
static void
reset_signals(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int s = 1; s < 32; s++)
		sigaction(s, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Puts the three descriptors in place, without one overwriting another. */
static int
place_fds(const int fd[3])
{
	int moved[3];

	for (int i = 0; i < 3; i++) {
		moved[i] = fd[i] >= 0 ? fcntl(fd[i], F_DUPFD_CLOEXEC, 3)
				      : open("/dev/null", O_RDWR | O_CLOEXEC);
		if (moved[i] < 0)
			return -1;
		if (moved[i] < 3) {
			moved[i] = fcntl(moved[i], F_DUPFD_CLOEXEC, 3);
			if (moved[i] < 0)
				return -1;
		}
	}
	for (int i = 0; i < 3; i++) {
		if (dup2(moved[i], i) < 0)
			return -1;
	}
	return close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
}

/* In the child.  The parent learns of a failure through the pipe. */
static _noreturn_ void
become(const struct proc_spec *spec, int report)
{
	int code;

	/* The report must not be where 0, 1 and 2 are to go. */
	report = fcntl(report, F_DUPFD_CLOEXEC, 10);
	reset_signals();
	if ((spec->dir < 0 || fchdir(spec->dir) == 0) &&
	    place_fds(spec->fd) == 0)
		execvpe(spec->argv[0], (char *const *)(uintptr_t)spec->argv,
		    spec->env != NULL ? (char *const *)(uintptr_t)spec->env
				      : environ);
	code = errno;
	if (write(report, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(127);
}

struct err *
proc_spawn(struct arena *a, const struct proc_spec *spec, pid_t *ret_pid,
    int *ret_pidfd)
{
	int ends[2];
	int code = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		become(spec, ends[1]);
	code = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return ERR_WHY(a, ERR_INTERNAL, "fork: %s", strerror(code));
	}
	n = io_read_all(ends[0], &code, sizeof(code));
	close(ends[0]);
	if (n != 0) {
		waitpid(pid, NULL, 0);
		return ERR_WHY(a, ERR_INTERNAL, "could not run %s: %s",
		    spec->argv[0], strerror(code));
	}
	*ret_pid = pid;
	*ret_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (*ret_pidfd < 0) {
		code = errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return ERR_WHY(a, ERR_INTERNAL, "pidfd: %s", strerror(code));
	}
	return NULL;
}

/* Reads what is there; false at the end of the pipe. */
static bool
drain(int fd, struct buf *b, struct proc_output *o)
{
	char block[4096];
	size_t room = b->limit - b->n;
	ssize_t n = read(fd, block, sizeof(block));

	if (n <= 0)
		return n < 0 && (errno == EINTR || errno == EAGAIN);
	if ((size_t)n > room) {
		o->cut = true;
		n = (ssize_t)room;
	}
	buf_put(b, block, (size_t)n);
	return true;
}

/*
 * Until the child has ended; a grandchild that keeps the pipe open does not
 * hold us.
 */
static void
collect(int out, int pidfd, int64_t timeout_ms, struct buf *b,
    struct proc_output *o)
{
	int64_t until = clock_mono_ms() + timeout_ms;
	struct pollfd fds[2] = { { out, POLLIN, 0 }, { pidfd, POLLIN, 0 } };

	for (;;) {
		int64_t left = until - clock_mono_ms();

		if (left <= 0) {
			o->timed_out = true;
			return;
		}
		if (poll(fds, 2, left > 1000 ? 1000 : (int)left) < 0)
			continue;
		if (fds[0].revents != 0 && !drain(out, b, o))
			fds[0].fd = -1;
		else if (fds[0].revents == 0 && fds[1].revents != 0)
			return;
		if (fds[0].fd < 0 && fds[1].revents != 0)
			return;
	}
}

struct err *
proc_run(struct arena *a, const char *const *argv, size_t max,
    int64_t timeout_ms, struct proc_output *ret_output)
{
	_cleanup_(io_closep) int in = -1;
	_cleanup_(io_closep) int out = -1;
	_cleanup_(io_closep) int pidfd = -1;
	struct proc_spec spec = { .argv = argv, .dir = -1 };
	struct proc_output o = { 0 };
	struct buf b;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "pipe: %s", strerror(errno));
	in = ends[0];
	out = ends[1];
	/* The child's end must block. */
	fcntl(out, F_SETFL, fcntl(out, F_GETFL) & ~O_NONBLOCK);
	spec.fd[0] = -1;
	spec.fd[1] = out;
	spec.fd[2] = out;
	TRY(proc_spawn(a, &spec, &pid, &pidfd));
	io_closep(&out);
	buf_init(&b, a, max);
	collect(in, pidfd, timeout_ms, &b, &o);
	if (o.timed_out)
		kill(pid, SIGKILL);
	while (waitpid(pid, &o.status, 0) < 0 && errno == EINTR)
		continue;
	o.out = b.p;
	o.n = b.n;
	*ret_output = o;
	return NULL;
}

void
proc_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t n;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	n = strlen(path);
	if (n >= sizeof(addr.sun_path))
		return;
	memcpy(addr.sun_path, path, n);
	if (path[0] == '@')
		addr.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* The manager notices a lost message by its own time-outs. */
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&addr,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

void
proc_block_signals(const int *signals, size_t n)
{
	sigset_t set;
	int rc;

	sigemptyset(&set);
	for (size_t i = 0; i < n; i++)
		sigaddset(&set, signals[i]);
	rc = pthread_sigmask(SIG_BLOCK, &set, NULL);
	assert(rc == 0);
}
