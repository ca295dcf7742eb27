/*
 * Theory: one thread accepts, one for each connection reads a line, does what
 * it says and answers with a line.  Nothing that a script does can hold the
 * job: threads poll for the stop event beside whatever they wait for, lines
 * and connections are bounded, and stopping shuts every connection.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "runner/script.h"

#define CONNECTIONS_MAX 32
/* Of feedback as much as is kept, each sign escaped. */
#define LINE_MAX_BYTES ((size_t)4 << 20)
#define ANSWER_MAX ((size_t)16 << 20)
#define CONNECTION_ARENA ((size_t)128 << 20)
#define ANSWER_MS 5000

struct connection {
	struct script *script;
	pthread_t thread;
	int fd;
	bool is_used;
	bool is_done; /* under the script's lock */
};

struct script_server {
	struct script *script;
	int listener;
	pthread_t thread;
	struct connection connections[CONNECTIONS_MAX];
};

static const struct json_limits message_limits = { 10000, 24 };

/* Until there is something to read; false: it is over. */
static bool
wait_for(const struct script *s, int fd)
{
	struct pollfd p[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = s->stop.fd, .events = POLLIN },
	};

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	return p[1].revents == 0;
}

static void
take_fds(struct msghdr *m, struct script_request *r)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	     c = CMSG_NXTHDR(m, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fds[8];

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = n < ARRAY_LEN(fds) ? n : ARRAY_LEN(fds);
		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		for (size_t i = 0; i < n; i++)
			if (i < ARRAY_LEN(r->fds) && r->fds[i] < 0)
				r->fds[i] = fds[i];
			else
				close(fds[i]);
	}
}

static ssize_t
receive(int fd, char *p, size_t n, struct script_request *r)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(8 * sizeof(int))];
	} control;
	struct iovec iov = { p, n };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (got >= 0)
		take_fds(&m, r);
	return got;
}

/* The line without its end; NULL: there is none. */
static const char *
read_line(const struct script *s, struct arena *a, struct script_request *r)
{
	struct buf b;
	char *room, *end;
	ssize_t n;

	buf_init(&b, a, LINE_MAX_BYTES);
	while (wait_for(s, r->connection)) {
		room = buf_room(&b, 4096);
		if (room == NULL)
			return NULL;
		n = receive(r->connection, room, 4096, r);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return NULL;
		buf_added(&b, (size_t)n);
		end = memchr(b.p + b.n - (size_t)n, '\n', (size_t)n);
		if (end != NULL) {
			*end = '\0';
			return b.p;
		}
	}
	return NULL;
}

/* A script that does not read its answer gets none. */
static void
answer(int fd, const struct buf *b)
{
	struct timeval timeout = { ANSWER_MS / 1000, 0 };
	size_t at = 0;

	(void)!setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout,
	    sizeof(timeout));
	while (at < b->n) {
		ssize_t n = send(fd, b->p + at, b->n - at, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

/* The message of the protocol that is answered; one function a type. */
typedef void handle_fn(struct script *, struct arena *,
    const struct script_request *, struct json_w *);

static void
handle_set(struct script *s, struct arena *a, const struct script_request *r,
    struct json_w *w)
{
	const char *why;

	pthread_mutex_lock(&s->lock);
	why = script_feedback_set(s->feedback, a, r->message);
	if (why != NULL) {
		script_feedback_note(s->feedback, "refused: %s", why);
		why = arena_strdup(a, why);
	}
	pthread_mutex_unlock(&s->lock);
	json_w_key_str(w, "error", why);
}

static void
handle_get(struct script *s, struct arena *a, const struct script_request *r,
    struct json_w *w)
{
	(void)a;
	(void)r;
	json_w_key(w, "feedback");
	pthread_mutex_lock(&s->lock);
	script_feedback_write(s->feedback, w);
	pthread_mutex_unlock(&s->lock);
}

static void
handle_clear(struct script *s, struct arena *a, const struct script_request *r,
    struct json_w *w)
{
	(void)a;
	(void)r;
	(void)w;
	pthread_mutex_lock(&s->lock);
	script_feedback_clear(s->feedback);
	pthread_mutex_unlock(&s->lock);
}

static void
handle_student(struct script *s, struct arena *a,
    const struct script_request *r, struct json_w *w)
{
	json_w_key_i64(w, "retval", script_student_run(s, a, r, false));
}

static void
handle_ssh(struct script *s, struct arena *a, const struct script_request *r,
    struct json_w *w)
{
	json_w_key_i64(w, "retval", script_student_run(s, a, r, true));
}

/* clang-format off */
static const struct {
	const char *type;
	handle_fn *handle;
} types[] = {
	{ "set",     handle_set },
	{ "get",     handle_get },
	{ "clear",   handle_clear },
	{ "student", handle_student },
	{ "ssh",     handle_ssh },
};
/* clang-format on */

static void
handle(struct script *s, struct arena *a, struct script_request *r,
    const char *line)
{
	const struct err *e =
	    json_parse(a, line, strlen(line), &message_limits, &r->message);
	const char *type =
	    e == NULL ? json_member_string(r->message, "type") : NULL;
	struct json_w w;
	struct buf b;
	size_t i = 0;

	buf_init(&b, a, ANSWER_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	while (type != NULL && i < ARRAY_LEN(types) &&
	    strcmp(types[i].type, type) != 0)
		i++;
	if (type == NULL || i == ARRAY_LEN(types))
		json_w_key_str(&w, "error",
		    e != NULL ? e->detail : "there is no such message");
	else
		types[i].handle(s, a, r, &w);
	json_w_object_end(&w);
	json_w_finish(&w);
	buf_putc(&b, '\n');
	if (!buf_overflowed(&b))
		answer(r->connection, &b);
}

static void *
connection_main(void *arg)
{
	_cleanup_(arena_freep) struct arena *a = NULL;
	struct connection *c = arg;
	struct script *s = c->script;
	struct script_request r = { c->fd, NULL, { -1, -1, -1 } };
	const char *line;

	a = arena_new("script message", CONNECTION_ARENA);
	line = read_line(s, a, &r);
	if (line != NULL)
		handle(s, a, &r, line);
	for (size_t i = 0; i < ARRAY_LEN(r.fds); i++)
		io_closep(&r.fds[i]);
	/* Closed when the thread is joined; it may be waited for before. */
	shutdown(c->fd, SHUT_RDWR);
	pthread_mutex_lock(&s->lock);
	c->is_done = true;
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void
end(struct connection *c)
{
	pthread_join(c->thread, NULL);
	io_closep(&c->fd);
	*c = (struct connection) { .fd = -1 };
}

/* One that is free, after those that ended are cleared; NULL: none. */
static struct connection *
find_free(struct script_server *v)
{
	struct connection *found = NULL;

	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *c = &v->connections[i];
		bool is_done;

		pthread_mutex_lock(&v->script->lock);
		is_done = c->is_done;
		pthread_mutex_unlock(&v->script->lock);
		if (is_done)
			end(c);
		if (!c->is_used)
			found = c;
	}
	return found;
}

static void
begin(struct script_server *v, int fd)
{
	struct connection *c = find_free(v);

	if (c == NULL) {
		/* Its command says that the supervisor has gone. */
		close(fd);
		return;
	}
	*c = (struct connection) { .script = v->script, .fd = fd };
	c->is_used = pthread_create(&c->thread, NULL, connection_main, c) == 0;
	if (!c->is_used)
		io_closep(&c->fd);
}

static void *
server_main(void *arg)
{
	struct script_server *v = arg;

	while (wait_for(v->script, v->listener)) {
		int fd = accept4(v->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0)
			begin(v, fd);
	}
	return NULL;
}

static struct err *
listen_at(struct script *s, int *ret_fd)
{
	struct arena *a = s->g->arena;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	_cleanup_(io_closep) int dir = -1;
	_cleanup_(io_closep) int fd = -1;

	dir = openat(s->top, "control", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* The path itself may be longer than an address can be. */
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path),
	    "/proc/self/fd/%d/socket", dir);
	if (dir < 0 || fd < 0 ||
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    fchmodat(dir, "socket", 0666, 0) != 0 ||
	    listen(fd, CONNECTIONS_MAX) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "control socket: %s",
		    strerror(errno));
	*ret_fd = io_take_fd(&fd);
	return NULL;
}

struct err *
script_server_start(struct script *s)
{
	struct script_server *v =
	    arena_new_of(s->g->arena, struct script_server);

	v->script = s;
	TRY(listen_at(s, &v->listener));
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		v->connections[i].fd = -1;
	if (pthread_create(&v->thread, NULL, server_main, v) != 0) {
		io_closep(&v->listener);
		return ERR_WHY(s->g->arena, ERR_INTERNAL,
		    "no thread for the control socket");
	}
	s->server = v;
	return NULL;
}

void
script_server_stop(struct script_server *v)
{
	if (v == NULL)
		return;
	event_set(&v->script->stop);
	pthread_join(v->thread, NULL);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (v->connections[i].is_used)
			shutdown(v->connections[i].fd, SHUT_RDWR);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (v->connections[i].is_used)
			end(&v->connections[i]);
	io_closep(&v->listener);
}
