/*
 * assize-boxinit: the first process of a box.
 *
 * bubblewrap has made the namespaces and the mounts and executes us as PID 1
 * without any capability.  We wait for a job, start it, reap whatever ends,
 * and say how the job's first process ended; when we end, the kernel kills
 * everything that is left in the box.  Where the supervisor allows it and
 * nothing at all is left of the job (pristine.h), we wait for another one.
 *
 * What makes this process worth protecting is the control socket.  It is
 * close-on-exec and we are not dumpable, so that the program, which has our
 * uid, can neither trace us nor look at /proc/1/{mem,environ,fd}.  Signals
 * from inside the box do not reach a PID 1 that has no handlers.
 *
 * Linked statically with libc only: nothing in the box can replace a library
 * under it, and it starts in a fraction of a millisecond.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "box/pristine.h"
#include "box/proto.h"
#include "box/walls.h"

struct job {
	const struct box_msg_limit *limits;
	size_t limits_n;
	struct sock_fprog filter;
	char *argv[BOX_ARGS_MAX + 1];
	char *env[BOX_ENV_MAX + 1];
	const char *cwd;
	mode_t mask;
	bool may_stay;
	int fds[3];
};

static _Alignas(8) char message[BOX_MSG_MAX];
static struct job job;
/* Written by the child, which has our memory until it executes. */
static volatile int start_errno;

static void
say(uint32_t kind, int value)
{
	struct box_msg m = { kind, value };

	(void)!send(BOX_CTL_FD, &m, sizeof(m), MSG_NOSIGNAL);
}

static _noreturn_ void
fail(const char *text)
{
	char m[sizeof(struct box_msg) + BOX_FAIL_MAX];
	struct box_msg head = { BOX_MSG_FAIL, errno };
	size_t n = strnlen(text, BOX_FAIL_MAX);

	memcpy(m, &head, sizeof(head));
	memcpy(m + sizeof(head), text, n);
	(void)!send(BOX_CTL_FD, m, sizeof(head) + n, MSG_NOSIGNAL);
	_exit(1);
}

/* Takes the n strings at *at; false if there are not that many. */
static bool
take_strings(char **at, const char *end, char **list, size_t n)
{
	char *nul;

	for (size_t i = 0; i < n; i++) {
		nul = memchr(*at, '\0', (size_t)(end - *at));
		if (nul == NULL)
			return false;
		list[i] = *at;
		*at = nul + 1;
	}
	return true;
}

static bool
parse_job(size_t n)
{
	const struct box_msg_job *head = (const void *)message;
	char *at = message + sizeof(*head);
	const char *end = message + n;
	char *cwd[1];
	size_t filter_bytes;

	if (n < sizeof(*head) || head->kind != BOX_MSG_JOB || head->argc < 1 ||
	    head->argc > BOX_ARGS_MAX || head->envc > BOX_ENV_MAX ||
	    head->limits_n > BOX_LIMITS || head->filter_n < 1 ||
	    head->filter_n > BPF_MAXINSNS)
		return false;
	filter_bytes = head->filter_n * sizeof(struct sock_filter);
	if (n != sizeof(*head) + filter_bytes + head->strings_n)
		return false;
	job.limits = head->limits;
	job.limits_n = head->limits_n;
	job.mask = head->mask;
	job.filter.len = (unsigned short)head->filter_n;
	job.filter.filter = (void *)at;
	at += filter_bytes;
	if (!take_strings(&at, end, job.argv, head->argc) ||
	    !take_strings(&at, end, job.env, head->envc) ||
	    !take_strings(&at, end, cwd, 1))
		return false;
	job.argv[head->argc] = NULL;
	job.env[head->envc] = NULL;
	job.may_stay = head->may_stay != 0;
	job.cwd = cwd[0];
	return true;
}

/* Reads the job; ends with the supervisor. */
static void
receive_job(void)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(job.fds))];
	} control;
	struct iovec iov = { message, sizeof(message) };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	const struct cmsghdr *c;
	ssize_t n;

	do {
		n = recvmsg(BOX_CTL_FD, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(0);
	c = CMSG_FIRSTHDR(&m);
	if (c == NULL || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(job.fds)) ||
	    (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    !parse_job((size_t)n)) {
		errno = EPROTO;
		fail("the job is not one");
	}
	memcpy(job.fds, CMSG_DATA(c), sizeof(job.fds));
}

/* The program's standard descriptors, and no other, survive the exec. */
static int
set_fds(void)
{
	int fds[3];

	/* Out of the way first: what came may be one of 0, 1, 2 itself. */
	for (int i = 0; i < 3; i++) {
		fds[i] = fcntl(job.fds[i], F_DUPFD_CLOEXEC, 16);
		if (fds[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			return -1;
	return WALL(WALL_FDS) ? close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) : 0;
}

static int
set_limits(void)
{
	struct rlimit r, ours;

	for (size_t i = 0; i < job.limits_n; i++) {
		unsigned int resource = (unsigned int)job.limits[i].resource;

		if (getrlimit(resource, &ours) != 0)
			return -1;
		r.rlim_cur = job.limits[i].soft;
		r.rlim_max = job.limits[i].hard;
		/* Nobody in a box may raise what the machine allows. */
		if (r.rlim_max > ours.rlim_max)
			r.rlim_max = ours.rlim_max;
		if (r.rlim_cur > r.rlim_max)
			r.rlim_cur = r.rlim_max;
		if (setrlimit(resource, &r) != 0)
			return -1;
	}
	return 0;
}

static void
set_signals(void)
{
	sigset_t none;

	/* Ignored signals and the mask would outlive the exec. */
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: never returns to the caller but by exec or _exit. */
static _noreturn_ void
become_program(void)
{
	if (setsid() >= 0 && set_fds() == 0 && chdir(job.cwd) == 0 &&
	    set_limits() == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &job.filter) == 0) {
		umask(job.mask);
		set_signals();
		execve(job.argv[0], job.argv, job.env);
	}
	start_errno = errno;
	_exit(127);
}

static pid_t
start(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		become_program();
	return pid;
}

/* Reaps everything; true when child is among it. */
static bool
reap(pid_t child, int *ret_status)
{
	bool found = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		*ret_status = status;
		found = true;
	}
	return found;
}

/* What the supervisor still says; if it is gone, we go. */
static void
pass_signal(pid_t child)
{
	struct box_msg m;
	ssize_t n = recv(BOX_CTL_FD, &m, sizeof(m), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != (ssize_t)sizeof(m) || m.kind != BOX_MSG_SIGNAL)
		_exit(0);
	/* The program leads its session; it may have ended already. */
	if (m.value > 0 && m.value < NSIG)
		(void)!kill(-child, m.value);
}

static int
wait_for(pid_t child, int signals)
{
	struct pollfd p[2] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = BOX_CTL_FD, .events = POLLIN },
	};
	struct signalfd_siginfo si;
	int status;

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			_exit(1);
		if (p[1].revents != 0 && WALL(WALL_EOF))
			pass_signal(child);
		(void)!read(signals, &si, sizeof(si));
		if (reap(child, &status))
			return status;
	}
}

/* One job; true if another one may come. */
static bool
serve(int signals)
{
	pid_t child;
	bool stays;
	int status;

	receive_job();
	start_errno = 0;
	child = start();
	if (child < 0)
		fail("could not fork in the box");
	for (int i = 0; i < 3; i++)
		close(job.fds[i]);
	status = wait_for(child, signals);
	stays = start_errno == 0 && job.may_stay &&
	    (!WALL(WALL_PRISTINE) || pristine_holds(child));
	if (start_errno != 0)
		say(BOX_MSG_NOT_STARTED, start_errno);
	else if (stays)
		say(BOX_MSG_STAYS, status);
	else
		say(BOX_MSG_DONE, status);
	return stays;
}

/*
 * Where the machine hands dumps to a program of its own, of who dies here
 * there is nothing in them.  What we execute inherits it.
 */
static void
dump_nothing(void)
{
	int fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "0", 1);
	close(fd);
}

int
main(void)
{
	sigset_t all;
	int signals;

	dump_nothing();
	/* Before anything that the program could wish to look at. */
	if ((WALL(WALL_INIT) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return 1;
	if (WALL(WALL_FDS) && fcntl(BOX_CTL_FD, F_SETFD, FD_CLOEXEC) != 0)
		return 1;
	if (WALL(WALL_FDS))
		close_range(BOX_CTL_FD + 1, ~0u, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		fail("signalfd");
	pristine_note();
	say(BOX_MSG_READY, 0);
	while (serve(signals))
		continue;
	return 0;
}
