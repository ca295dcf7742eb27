/*
 * assize-probe: starts a server and asks it something, in its box.
 *
 *	assize-probe PORT PATH START_MS ANSWER_MS SERVER...
 *
 * Writes the answer as it came; ends with 0, or says how it went wrong (see
 * probe_main.h).  The server could write anything in its place: it is the one
 * that is asked.
 */
#include "runner/templates/probe_main.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_MS 20

/* We wrote it ourselves: digits, few of them. */
static long
number(const char *text)
{
	long n = 0;

	for (; *text >= '0' && *text <= '9' && n < 100000000; text++)
		n = 10 * n + (*text - '0');
	return n;
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What it prints is no answer. */
static pid_t
start(const char *port, char **server)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	setenv("PORT", port, 1);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execv(server[0], server);
	_exit(127);
}

static int
connect_once(int port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* As soon as somebody listens. */
static int
connect_to(int port, pid_t server, long until)
{
	for (;;) {
		int fd = connect_once(port);

		if (fd >= 0)
			return fd;
		if (waitpid(server, NULL, WNOHANG) != 0)
			_exit(PROBE_SERVER_ENDED);
		if (now_ms() > until)
			_exit(PROBE_NOBODY_LISTENS);
		usleep(PAUSE_MS * 1000);
	}
}

static void
ask(int fd, const char *path)
{
	if (dprintf(fd,
		"GET %s HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n"
		"Connection: close\r\n\r\n",
		path) < 0)
		_exit(PROBE_NO_ANSWER);
}

static void
hand_on(int fd, long until)
{
	char p[65536];
	size_t all = 0;

	for (;;) {
		struct pollfd in = { .fd = fd, .events = POLLIN };
		long left = until - now_ms();
		ssize_t n;

		if (left <= 0 || poll(&in, 1, (int)left) <= 0)
			_exit(all > 0 ? 0 : PROBE_NO_ANSWER);
		n = read(fd, p, sizeof(p));
		if (n <= 0)
			_exit(all > 0 ? 0 : PROBE_NO_ANSWER);
		all += (size_t)n;
		if (write(STDOUT_FILENO, p, (size_t)n) != n)
			_exit(PROBE_NO_ANSWER);
	}
}

int
main(int argc, char **argv)
{
	int port, fd;
	pid_t server;

	if (argc < 6)
		return PROBE_USAGE;
	port = (int)number(argv[1]);
	server = start(argv[1], argv + 5);
	if (server < 0)
		return PROBE_SERVER_ENDED;
	fd = connect_to(port, server, now_ms() + number(argv[3]));
	ask(fd, argv[2]);
	hand_on(fd, now_ms() + number(argv[4]));
}
