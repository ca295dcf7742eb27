#include "runner/carry.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/io.h"

void
carry_init(struct carry *c)
{
	memset(c, 0, sizeof(*c));
	c->fd[0] = c->fd[1] = -1;
}

void
carry_begin(struct carry *c, struct arena *a, int fd, int other)
{
	c->fd[0] = fd;
	c->fd[1] = other;
	for (int i = 0; i < 2; i++) {
		if (c->from[i].p == NULL)
			c->from[i].p = arena_alloc(a, CARRY_BYTES);
		c->from[i].at = c->from[i].n = 0;
		c->from[i].is_ended = false;
	}
}

bool
carry_is_used(const struct carry *c)
{
	return c->fd[0] >= 0;
}

void
carry_poll(const struct carry *c, struct pollfd ret_poll[2])
{
	for (int i = 0; i < 2; i++) {
		bool wants = c->from[i].n == 0 && !c->from[i].is_ended;
		short events = (short)((wants ? POLLIN : 0) |
		    (c->from[!i].n > 0 ? POLLOUT : 0));

		/* A hang-up that nothing can be done about is not heard. */
		ret_poll[i] = (struct pollfd) {
			.fd = events != 0 ? c->fd[i] : -1,
			.events = events,
		};
	}
}

static bool
is_passing(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* One way, a step; false: nothing can be carried any more. */
static bool
step(struct carry *c, int i)
{
	ssize_t n;

	if (c->from[i].n == 0 && !c->from[i].is_ended) {
		n = recv(c->fd[i], c->from[i].p, CARRY_BYTES, MSG_DONTWAIT);
		if (n > 0) {
			c->from[i].at = 0;
			c->from[i].n = (size_t)n;
		} else if (n == 0 || !is_passing()) {
			c->from[i].is_ended = true;
		}
	}
	if (c->from[i].n > 0) {
		n = send(c->fd[!i], c->from[i].p + c->from[i].at, c->from[i].n,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return is_passing();
		c->from[i].at += (size_t)n;
		c->from[i].n -= (size_t)n;
	}
	return !c->from[i].is_ended || c->from[i].n > 0;
}

static void
close_both(struct carry *c)
{
	io_closep(&c->fd[0]);
	io_closep(&c->fd[1]);
}

void
carry_turn(struct carry *c)
{
	bool goes_on = step(c, 0);

	if (!step(c, 1) || !goes_on)
		close_both(c);
}

void
carry_end(struct carry *c)
{
	char *p = c->from[1].p;
	ssize_t n;

	if (!carry_is_used(c))
		return;
	if (c->from[1].n == 0)
		while ((n = recv(c->fd[1], p, CARRY_BYTES, MSG_DONTWAIT)) > 0 &&
		    send(c->fd[0], p, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) ==
			n)
			continue;
	close_both(c);
}
