/*
 * An HTTP server for tests of those who ask: sends what each test wants, byte
 * by byte.
 */
#ifndef TESTS_UNIT_HTTP_SERVER_H
#define TESTS_UNIT_HTTP_SERVER_H

#include "unit.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers connections, one after the other, with the same bytes. */
struct server {
	int listener;
	int port;
	const char *answer;
	/* Instead of it, by what was asked; or NULL. */
	const char *(*reply)(void *arg, const char *request);
	void *arg;
	pthread_t thread;
	char request[65536]; /* the last one */
	atomic_int served;
	bool hangs; /* after what it sent */
};

/* Head and body, by Content-Length. */
static bool
is_whole(const char *request, size_t n)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strcasestr(request, "\r\nContent-Length: ");
	size_t body = 0;

	if (end == NULL)
		return false;
	if (length == NULL || length > end)
		return true;
	for (length += 17; *length >= '0' && *length <= '9'; length++)
		body = body * 10 + (size_t)(*length - '0');
	return n >= (size_t)(end + 4 - request) + body;
}

static void
read_request(struct server *s, int fd)
{
	size_t n = 0;
	ssize_t k;

	while (n < sizeof(s->request) - 1 &&
	    (k = read(fd, s->request + n, sizeof(s->request) - 1 - n)) > 0) {
		n += (size_t)k;
		s->request[n] = '\0';
		if (is_whole(s->request, n))
			break;
	}
}

static void *
serve(void *arg)
{
	struct server *s = arg;
	const char *answer;
	int fd;

	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		read_request(s, fd);
		answer =
		    s->reply != NULL ? s->reply(s->arg, s->request) : s->answer;
		(void)!write(fd, answer, strlen(answer));
		atomic_fetch_add(&s->served, 1);
		/* Until the client has had enough. */
		if (s->hangs)
			(void)!read(fd, s->request, 1);
		close(fd);
	}
	return NULL;
}

static void
start_server(struct server *s, const char *answer)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t n = sizeof(addr);

	s->answer = answer;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s->listener >= 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&addr, n), 0);
	assert_int_equal(listen(s->listener, 8), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&addr, &n),
	    0);
	s->port = ntohs(addr.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void
stop_server(struct server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
}

#endif
