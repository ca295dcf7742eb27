/*
 * Theory: each thread waits for {listening socket, stop event} and then accepts
 * without blocking; the one that lost a race gets EAGAIN and waits again.  The
 * wait is exclusive (EPOLLEXCLUSIVE): a connection wakes one thread of one
 * process, not all of them.
 * There is no accept mutex: libfcgi would hold it while it closes the former
 * request and reads the parameters of the next one.
 *
 * An accept that fails for want of descriptors or memory must not end the
 * thread (in a burst all would end, one by one): it waits a little instead.
 *
 * FCGX_FPrintF is never used: it cuts at %zu and dies of a NULL string.
 */
#include "assized/fcgi.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/clock.h"
#include "base/log.h"

/* Wait for the peer's close, instead of libfcgi's two seconds. */
#define CLOSE_POLL_MS "100"
/* Wait after an accept that failed for want of something. */
#define BACK_OFF_MS 20

/* What a kept request needs is mostly names; most are below this. */
#define CONN_BYTES (256u << 10)

/* Used by one thread at a time; it is handed on whole. */
struct fcgi_conn {
	struct arena *arena; /* of all this */
	/*
	 * Of the worker that serves it: a write that went out is a sign of
	 * life.  NULL: nobody's.
	 */
	_Atomic int64_t *since_ms;
	FCGX_Request request; /* never moves: its streams point to it */
};

struct worker {
	struct fcgi *fcgi;
	pthread_t thread;
	int epoll_fd; /* listening socket: its fcgi; stop event: NULL */
	struct arena *arena;
	struct fcgi_conn *conn;
	_Atomic int64_t since_ms; /* start of what it serves, or 0 */
};

struct fcgi {
	struct fcgi_conf conf;
	int stop_fd;
	size_t n;
	struct arena *arena;
	struct worker *workers;
};

void
fcgi_setup(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", CLOSE_POLL_MS, 0);
	if (FCGX_Init() != 0)
		log_event(LOG_ERROR, "fcgi_failed", LS("call", "init"));
	/* After FCGX_Init, which puts its own handlers over SIG_IGN. */
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGUSR1, &ignore, NULL);
}

const char *
fcgi_param(const struct fcgi_conn *conn, const char *name)
{
	return FCGX_GetParam(name, conn->request.envp);
}

size_t
fcgi_read(struct fcgi_conn *conn, void *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		size_t want = n - got > (1 << 20) ? (1 << 20) : n - got;
		int r =
		    FCGX_GetStr((char *)p + got, (int)want, conn->request.in);

		if (r <= 0)
			break;
		got += (size_t)r;
	}
	return got;
}

bool
fcgi_write(struct fcgi_conn *conn, const void *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t part = n - done > (1 << 20) ? (1 << 20) : n - done;
		int r = FCGX_PutStr((const char *)p + done, (int)part,
		    conn->request.out);

		if (r <= 0)
			return false;
		done += (size_t)r;
		if (conn->since_ms != NULL)
			atomic_store(conn->since_ms, clock_mono_ms());
	}
	return true;
}

void
fcgi_limit(struct fcgi_conn *conn, int64_t write_ms)
{
	const struct timeval t = { .tv_sec = (time_t)(write_ms / 1000),
		.tv_usec = (suseconds_t)(write_ms % 1000) * 1000 };

	setsockopt(conn->request.ipcFd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

void
fcgi_break(struct fcgi_conn *conn)
{
	shutdown(conn->request.ipcFd, SHUT_RDWR);
}

bool
fcgi_has_left(const struct fcgi_conn *conn)
{
	struct pollfd p = { .fd = conn->request.ipcFd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP)) != 0;
}

struct arena *
fcgi_arena(struct fcgi_conn *conn)
{
	return conn->arena;
}

int
fcgi_fd(const struct fcgi_conn *conn)
{
	return conn->request.ipcFd;
}

/* A close with something unread would look like a reset. */
static void
read_rest(struct fcgi_conn *conn)
{
	char rest[8192];

	while (FCGX_GetStr(rest, sizeof(rest), conn->request.in) > 0)
		;
}

void
fcgi_keep(struct fcgi_conn *conn, int64_t write_ms)
{
	conn->since_ms = NULL;
	read_rest(conn);
	fcgi_limit(conn, write_ms);
}

bool
fcgi_flush(struct fcgi_conn *conn)
{
	return FCGX_FFlush(conn->request.out) == 0;
}

static void
free_conn(struct fcgi_conn *conn)
{
	FCGX_Free(&conn->request, 1);
	arena_free(conn->arena);
}

/* Does not wait until the peer has closed: all was read. */
static void
finish(struct fcgi_conn *conn)
{
	FCGX_Detach(&conn->request);
	FCGX_Finish_r(&conn->request);
}

void
fcgi_end(struct fcgi_conn *conn)
{
	finish(conn);
	free_conn(conn);
}

static struct fcgi_conn *
new_conn(const struct fcgi *f)
{
	struct arena *own = arena_new("connection", CONN_BYTES);
	struct fcgi_conn *conn = arena_new_of(own, struct fcgi_conn);

	conn->arena = own;
	if (FCGX_InitRequest(&conn->request, f->conf.listen_fd,
		FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		log_event(LOG_ERROR, "fcgi_failed", LS("call", "init_request"));
	return conn;
}

static void
serve(struct worker *w)
{
	const struct fcgi_conf *conf = &w->fcgi->conf;
	struct fcgi_conn *conn = w->conn;

	atomic_store(&w->since_ms, clock_mono_ms());
	conn->since_ms = &w->since_ms;
	if (fcgi_has_left(conn) || conf->serve(conf->ctx, w->arena, conn)) {
		read_rest(conn);
		finish(conn);
	} else {
		w->conn = new_conn(w->fcgi);
	}
	arena_reset(w->arena);
	atomic_store(&w->since_ms, 0);
}

enum accepted { ACCEPTED, NOTHING, LATER };

static enum accepted
accept_one(struct worker *w)
{
	int rc = FCGX_Accept_r(&w->conn->request);

	if (rc == 0)
		return ACCEPTED;
	switch (-rc) {
	case EAGAIN:
#if EWOULDBLOCK != EAGAIN
	case EWOULDBLOCK:
#endif
	case EINTR:
	case ECONNABORTED:
		return NOTHING;
	default:
		log_event(LOG_WARNING, "accept_failed",
		    LS("error", strerrordesc_np(-rc)), LI("code", rc));
		return LATER;
	}
}

/* Waits until there may be a request; false if the thread shall end. */
static bool
wait_for_work(const struct worker *w, bool *ret_stopping)
{
	struct epoll_event events[2];
	int n = epoll_wait(w->epoll_fd, events, ARRAY_LEN(events), -1);

	for (int i = 0; i < n; i++)
		if (events[i].data.ptr == NULL)
			*ret_stopping = true;
	return !*ret_stopping || w->fcgi->conf.is_ours;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	bool stopping = false;

	while (wait_for_work(w, &stopping)) {
		switch (accept_one(w)) {
		case ACCEPTED:
			serve(w);
			break;
		case NOTHING:
			if (stopping)
				return NULL;
			break;
		case LATER:
			clock_sleep_ms(BACK_OFF_MS);
			break;
		}
	}
	return NULL;
}

static int
watch(int epoll_fd, int fd, uint32_t events, void *what)
{
	struct epoll_event ev = { .events = events, .data.ptr = what };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev);
}

static struct err *
init_worker(struct arena *a, struct fcgi *f, struct worker *w)
{
	w->fcgi = f;
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll_fd < 0 || watch(w->epoll_fd, f->stop_fd, EPOLLIN, NULL) ||
	    watch(w->epoll_fd, f->conf.listen_fd, EPOLLIN | EPOLLEXCLUSIVE, f))
		return ERR_WHY(a, ERR_INTERNAL, "epoll: %s",
		    strerrordesc_np(errno));
	w->arena = arena_new("request", f->conf.arena_bytes);
	w->conn = new_conn(f);
	return NULL;
}

struct err *
fcgi_start(struct arena *a, const struct fcgi_conf *conf,
    struct fcgi **ret_fcgi)
{
	struct fcgi *f = arena_new_of(a, struct fcgi);
	int flags = fcntl(conf->listen_fd, F_GETFL);

	f->conf = *conf;
	f->arena = arena_new("fcgi", 1 << 20);
	f->workers = arena_array(f->arena, conf->threads, sizeof(*f->workers));
	if (flags < 0 ||
	    fcntl(conf->listen_fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "listening socket: %s",
		    strerrordesc_np(errno));
	f->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->stop_fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "eventfd: %s",
		    strerrordesc_np(errno));
	for (size_t i = 0; i < conf->threads; i++) {
		int rc;

		TRY(init_worker(a, f, &f->workers[i]));
		rc = pthread_create(&f->workers[i].thread, NULL, work,
		    &f->workers[i]);
		if (rc != 0)
			return ERR_WHY(a, ERR_INTERNAL, "thread: %s",
			    strerrordesc_np(rc));
		f->n++;
	}
	*ret_fcgi = f;
	return NULL;
}

void
fcgi_stop(struct fcgi *f)
{
	/* Never read again, so every thread sees it. */
	uint64_t one = 1;

	if (write(f->stop_fd, &one, sizeof(one)) != sizeof(one))
		log_event(LOG_ERROR, "stop_event_failed",
		    LS("error", strerrordesc_np(errno)));
	for (size_t i = 0; i < f->n; i++) {
		pthread_join(f->workers[i].thread, NULL);
		close(f->workers[i].epoll_fd);
		free_conn(f->workers[i].conn);
		arena_free(f->workers[i].arena);
	}
	close(f->stop_fd);
	arena_free(f->arena);
}

int64_t
fcgi_busy_ms(const struct fcgi *f)
{
	int64_t now = clock_mono_ms();
	int64_t longest = 0;

	for (size_t i = 0; i < f->n; i++) {
		int64_t since = atomic_load(&f->workers[i].since_ms);

		if (since != 0 && now - since > longest)
			longest = now - since;
	}
	return longest;
}
