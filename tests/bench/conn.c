#include "tests/bench/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/str.h"

void
die(const char *what)
{
	fprintf(stderr, "bench: %s", what);
	if (errno != 0)
		fprintf(stderr, ": %s", strerrordesc_np(errno));
	fputc('\n', stderr);
	ERR_print_errors_fp(stderr);
	exit(1);
}

int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
target_init(struct target *t, const char *ca_file, int port)
{
	t->ctx = SSL_CTX_new(TLS_client_method());
	t->port = port;
	if (t->ctx == NULL ||
	    SSL_CTX_load_verify_locations(t->ctx, ca_file, NULL) != 1)
		die(ca_file);
	SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER, NULL);
	/* An idle connection keeps no buffers: thousands are parked. */
	SSL_CTX_set_mode(t->ctx, SSL_MODE_RELEASE_BUFFERS);
}

static void
connect_to(struct conn *c, const struct target *t)
{
	/* Not const: the macro of the name casts it away. */
	static char host[] = "localhost";
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)t->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = c->tag };
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 ||
	    connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->ssl = SSL_new(t->ctx);
	if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1 ||
	    SSL_set_tlsext_host_name(c->ssl, host) != 1 ||
	    SSL_set1_host(c->ssl, host) != 1 || SSL_connect(c->ssl) != 1)
		die("TLS");
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0 ||
	    epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, c->fd, &e) != 0)
		die("epoll");
}

void
conn_open(struct conn *c, const struct target *t, struct arena *a,
    size_t in_size)
{
	c->in_size = in_size;
	c->in = arena_alloc(a, in_size);
	c->is_last = false;
	connect_to(c, t);
}

void
conn_close(struct conn *c)
{
	SSL_free(c->ssl);
	close(c->fd);
}

/* The request was sent on a connection that the server has just closed. */
static void
again(struct conn *c, const struct target *t)
{
	conn_close(c);
	c->is_last = false;
	connect_to(c, t);
}

void
conn_send(struct conn *c, const struct target *t, const char *p, size_t n)
{
	size_t done = 0;

	if (c->is_last)
		again(c, t);
	c->in_n = 0;
	while (done < n) {
		struct pollfd w = { .fd = c->fd, .events = POLLOUT };
		int r;

		errno = 0;
		r = SSL_write(c->ssl, p + done, (int)(n - done));
		if (r > 0)
			done += (size_t)r;
		else if (SSL_get_error(c->ssl, r) != SSL_ERROR_WANT_WRITE ||
		    poll(&w, 1, 10000) != 1)
			die("the server closed the connection");
	}
}

static bool
has_all(struct conn *c, const char *end)
{
	static const char length[] = "\r\ncontent-length: ";
	static const char chunked[] = "\r\ntransfer-encoding: chunked";
	const char *p;
	int64_t n = 0;

	c->status =
	    (c->in[9] - '0') * 100 + (c->in[10] - '0') * 10 + (c->in[11] - '0');
	c->body = end + 4;
	c->body_n = c->in_n - (size_t)(c->body - c->in);
	p = strcasestr(c->in, "\r\nconnection: close");
	c->is_last = p != NULL && p < end;
	p = strcasestr(c->in, chunked);
	if (p != NULL && p < end)
		return c->body_n >= 5 &&
		    memcmp(c->in + c->in_n - 5, "0\r\n\r\n", 5) == 0;
	p = strcasestr(c->in, length);
	if (p != NULL && p < end) {
		for (p += sizeof(length) - 1; *p >= '0' && *p <= '9'; p++)
			n = n * 10 + (*p - '0');
	}
	return c->body_n >= (size_t)n;
}

bool
conn_read(struct conn *c)
{
	bool is_closed = false;
	bool is_done;
	const char *end;

	for (;;) {
		size_t room = c->in_size - 1 - c->in_n;
		int r;

		if (room == 0)
			die("an answer is too long");
		errno = 0;
		r = SSL_read(c->ssl, c->in + c->in_n, (int)room);
		if (r <= 0) {
			is_closed =
			    SSL_get_error(c->ssl, r) != SSL_ERROR_WANT_READ;
			break;
		}
		c->in_n += (size_t)r;
	}
	c->in[c->in_n] = '\0';
	end = c->in_n < 16 ? NULL : strstr(c->in, "\r\n\r\n");
	is_done = end != NULL && has_all(c, end);
	if (is_closed && !is_done)
		die("the server closed the connection");
	return is_done;
}

char *
read_file(struct arena *a, const char *path, size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat s;
	char *p;

	if (fd < 0 || fstat(fd, &s) != 0)
		die(path);
	p = arena_alloc(a, (size_t)s.st_size + 1);
	if (read(fd, p, (size_t)s.st_size) != s.st_size)
		die(path);
	close(fd);
	if (ret_n != NULL)
		*ret_n = (size_t)s.st_size;
	return p;
}

static int
compare(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x;
	int64_t b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

int64_t
quantile(int64_t *values, size_t n, unsigned int permille)
{
	size_t at = n * permille / 1000;

	if (n == 0)
		return 0;
	qsort(values, n, sizeof(*values), compare);
	return values[at < n ? at : n - 1];
}
