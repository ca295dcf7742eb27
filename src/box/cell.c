#include "box/cell.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "box/host.h"
#include "box/proto.h"
#include "box/walls.h"

#define CELL_ARENA ((size_t)1 << 20)
#define BUILD_MS 20000 /* a slow machine is no reason to fail a job */
#define REAP_MS 2000
#define END_MS 5000
#define ORPHANS_MAX 16
#define COMPLAINT_MAX 512

static struct err *
take_uid(struct cell *c, struct arena *a)
{
	struct box_host *h = c->host;
	uint32_t i = 0;

	if (!h->is_root) {
		c->uid = getuid();
		return NULL;
	}
	pthread_mutex_lock(&h->lock);
	while (i < h->uid_count && h->uid_taken[h->uid_next]) {
		h->uid_next = (h->uid_next + 1) % h->uid_count;
		i++;
	}
	if (i < h->uid_count) {
		h->uid_taken[h->uid_next] = WALL(WALL_UIDS);
		c->uid = h->uid_first + h->uid_next;
		c->has_uid = true;
		/* The next box gets another one, even when this is free. */
		h->uid_next = (h->uid_next + 1) % h->uid_count;
	}
	pthread_mutex_unlock(&h->lock);
	if (!c->has_uid)
		return ERR_WHY(a, ERR_OVERLOADED,
		    "all %u user ids of boxes are in use", h->uid_count);
	return NULL;
}

static void
give_uid(struct cell *c)
{
	if (!c->has_uid)
		return;
	pthread_mutex_lock(&c->host->lock);
	c->host->uid_taken[c->uid - c->host->uid_first] = false;
	pthread_mutex_unlock(&c->host->lock);
	c->has_uid = false;
}

static struct err *
take_group(struct cell *c, struct arena *a)
{
	uint64_t nr;

	pthread_mutex_lock(&c->host->lock);
	nr = c->host->next_nr++;
	pthread_mutex_unlock(&c->host->lock);
	TRY(cg_box_make(&c->host->cg, a, nr, &c->cg));
	c->has_cg = true;
	return NULL;
}

/* A fork with a pidfd, born in its cgroup where the kernel can. */
static pid_t
clone_into(int cgroup, int *ret_pidfd)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
	};

	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static struct err *
start(struct cell *c, struct arena *a, const struct box_spec *spec)
{
	struct stage *s = cell_stage(c->arena, c->host, spec, c->uid);
	struct box_msg go = { BOX_MSG_GO, 0 };
	_cleanup_(io_closep) int their_ctl = -1;
	_cleanup_(io_closep) int their_complaint = -1;
	struct err *e;
	int pair[2];
	int yes = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "socketpair: %s",
		    strerror(errno));
	c->ctl = pair[0];
	s->ctl = their_ctl = pair[1];
	if (setsockopt(c->ctl, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) !=
		0 ||
	    pipe2(pair, O_CLOEXEC | O_NONBLOCK) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "pipe: %s", strerror(errno));
	c->complaint = pair[0];
	s->complaint = their_complaint = pair[1];
	e = cg_box_doors(&c->cg, a, s->doors, &s->doors_n);
	if (e == NULL) {
		c->pid = clone_into(cg_box_start_fd(&c->cg), &c->pidfd);
		if (c->pid == 0)
			stage_enter(s);
		if (c->pid < 0)
			e = ERR_WHY(a, ERR_INTERNAL, "clone3: %s",
			    strerror(errno));
	}
	for (size_t i = 0; i < s->doors_n; i++)
		close(s->doors[i]);
	TRY(e);
	if (send(c->ctl, &go, sizeof(go), MSG_NOSIGNAL) != sizeof(go))
		return ERR_WHY(a, ERR_INTERNAL, "the box died at birth");
	return NULL;
}

struct heard {
	struct box_msg msg;
	char text[BOX_FAIL_MAX + 1];
	pid_t pid;
	int fd;
};

/* One message with what travels beside it; false at end of file. */
static bool
hear(int ctl, struct heard *ret_heard)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct ucred)) +
		    CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov[2] = {
		{ &ret_heard->msg, sizeof(ret_heard->msg) },
		{ ret_heard->text, BOX_FAIL_MAX },
	};
	struct msghdr m = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct ucred cred;
	ssize_t n;

	memset(ret_heard, 0, sizeof(*ret_heard));
	ret_heard->fd = -1;
	do {
		n = recvmsg(ctl, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < (ssize_t)sizeof(ret_heard->msg))
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL;
	     c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_type == SCM_CREDENTIALS) {
			memcpy(&cred, CMSG_DATA(c), sizeof(cred));
			ret_heard->pid = cred.pid;
		} else if (c->cmsg_type == SCM_RIGHTS) {
			memcpy(&ret_heard->fd, CMSG_DATA(c), sizeof(int));
		}
	}
	return true;
}

/* What bubblewrap said before it died. */
static struct err *
complain(struct cell *c, struct arena *a, const char *what)
{
	char text[COMPLAINT_MAX + 1];
	ssize_t n = read(c->complaint, text, COMPLAINT_MAX);

	return ERR_WHY(a, ERR_INTERNAL, "%s: %s", what,
	    n > 0 ? str_utf8_repair(a, text, (size_t)n) : "nothing was said");
}

/*
 * The number may be another process' by now, if boxinit died after it spoke.
 * It held the socket: if that is open after pidfd_open, it was alive.
 */
static struct err *
open_init(struct cell *c, struct arena *a, pid_t pid)
{
	char byte;

	c->init_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (c->init_pidfd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "pidfd_open: %s",
		    strerror(errno));
	c->init_pid = pid;
	if (recv(c->ctl, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
		io_closep(&c->init_pidfd);
		return ERR_WHY(a, ERR_INTERNAL, "boxinit died");
	}
	return NULL;
}

struct err *
cell_await(struct cell *c, struct arena *a)
{
	int64_t until = clock_mono_ms() + BUILD_MS;
	struct pollfd p = { .fd = c->ctl, .events = POLLIN };
	struct heard h;

	for (;;) {
		int64_t left = until - clock_mono_ms();

		if (left <= 0)
			return complain(c, a, "the box did not become ready");
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		if (!hear(c->ctl, &h))
			return complain(c, a, "the box could not be built");
		if (h.fd >= 0) {
			io_closep(&c->out_dir);
			c->out_dir = h.fd;
		}
		if (h.msg.kind == BOX_MSG_FAIL)
			return ERR_WHY(a, ERR_INTERNAL, "in the box: %s: %s",
			    h.text, strerror(h.msg.value));
		if (h.msg.kind != BOX_MSG_READY)
			continue;
		return open_init(c, a, h.pid);
	}
}

bool
cell_has_spoken(const struct cell *c)
{
	struct pollfd p = { .fd = c->ctl, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

struct err *
cell_begin(struct box_host *h, struct arena *a, const struct box_spec *spec,
    struct cell **ret_cell)
{
	struct arena *own = arena_new("box", CELL_ARENA);
	struct cell *c = arena_new_of(own, struct cell);
	struct err *e;

	c->arena = own;
	c->host = h;
	c->pid = -1;
	c->ctl = c->complaint = c->out_dir = -1;
	c->pidfd = c->init_pidfd = -1;
	e = take_uid(c, a);
	if (e == NULL)
		e = take_group(c, a);
	if (e == NULL)
		e = start(c, a, spec);
	if (e != NULL) {
		struct err *also = cell_free(a, c);

		return also == NULL
		    ? e
		    : err_because(a, e, "%s; %s", e->internal, also->internal);
	}
	*ret_cell = c;
	return NULL;
}

void
cell_kill(struct cell *c)
{
	/* The death of PID 1 is that of all in its namespace, at once. */
	if (c->init_pidfd >= 0) {
#ifdef BOX_TEST_WALLS
		struct box_msg m = { BOX_MSG_SIGNAL, SIGTERM };

		if (!WALL(WALL_KILL)) {
			(void)!send(c->ctl, &m, sizeof(m), MSG_NOSIGNAL);
			return;
		}
#endif
		syscall(SYS_pidfd_send_signal, c->init_pidfd, SIGKILL, NULL, 0);
		return;
	}
	if (c->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
	if (c->has_cg)
		cg_box_kill(&c->cg);
}

/* Is it dead by then? */
static bool
poll_pidfd(int pidfd, int timeout_ms)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	while (poll(&p, 1, timeout_ms) < 0 && errno == EINTR)
		continue;
	return p.revents != 0;
}

static void
wait_until_dead(struct cell *c)
{
	siginfo_t info;

	if (c->init_pidfd >= 0) {
		poll_pidfd(c->init_pidfd, -1);
		/* bubblewrap reaps boxinit and ends; nobody else would soon. */
		poll_pidfd(c->pidfd, REAP_MS);
	}
	if (c->pidfd < 0)
		return;
	syscall(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)c->pidfd, &info, WEXITED) < 0 &&
	    errno == EINTR)
		continue;
	/* If bubblewrap died first, its child became ours: host.c says so. */
	if (c->init_pidfd >= 0)
		waitid(P_PIDFD, (id_t)c->init_pidfd, &info, WEXITED | WNOHANG);
}

/*
 * Of a box that must be killed before it was ready: its processes besides
 * bubblewrap, which become ours with its death.  Stopped, it makes no more.
 */
static size_t
hold_orphans(struct cell *c, int fds[ORPHANS_MAX])
{
	pid_t pids[ORPHANS_MAX];
	size_t n = 0, found;

	if (!c->has_cg)
		return 0;
	syscall(SYS_pidfd_send_signal, c->pidfd, SIGSTOP, NULL, 0);
	found = cg_box_pids(&c->cg, pids, ORPHANS_MAX);
	for (size_t i = 0; i < found; i++) {
		fds[n] = pids[i] == c->pid
		    ? -1
		    : (int)syscall(SYS_pidfd_open, pids[i], 0);
		n += fds[n] >= 0;
	}
	return n;
}

static void
reap_orphans(const int *fds, size_t n)
{
	siginfo_t info;

	for (size_t i = 0; i < n; i++) {
		poll_pidfd(fds[i], REAP_MS);
		waitid(P_PIDFD, (id_t)fds[i], &info, WEXITED | WNOHANG);
		close(fds[i]);
	}
}

struct err *
cell_free(struct arena *a, struct cell *c)
{
	struct err *e = NULL;
	int orphans[ORPHANS_MAX];
	size_t orphans_n = 0;

	if (c == NULL)
		return NULL;
	/*
	 * What waits for us, or still builds, ends by itself at end of file,
	 * each process reaped by its parent.  The rest is killed.
	 */
	if (c->init_pidfd < 0 && c->pidfd >= 0) {
		io_closep(&c->ctl);
		if (!poll_pidfd(c->pidfd, END_MS))
			orphans_n = hold_orphans(c, orphans);
	}
	cell_kill(c);
	wait_until_dead(c);
	reap_orphans(orphans, orphans_n);
	if (c->has_cg)
		e = cg_box_remove(&c->cg, a);
	io_closep(&c->ctl);
	io_closep(&c->complaint);
	io_closep(&c->out_dir);
	io_closep(&c->pidfd);
	io_closep(&c->init_pidfd);
	give_uid(c);
	arena_free(c->arena);
	return e;
}
