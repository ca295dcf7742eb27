#include "box/relay.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
relay_init(struct relay *r, struct arena *a, int fd)
{
	*r = (struct relay) { .fd = fd };
	if (fd >= 0)
		r->p = arena_alloc(a, RELAY_BYTES);
}

bool
relay_is_full(const struct relay *r)
{
	return r->at < r->n;
}

/*
 * The descriptor is not ours to make non-blocking: its flags are its owner's.
 * A pipe that can be written takes PIPE_BUF bytes at once.
 */
static ssize_t
write_some(const struct relay *r)
{
	size_t left = r->n - r->at;
	struct pollfd p = { .fd = r->fd, .events = POLLOUT };
	ssize_t n;

	if (poll(&p, 1, 0) <= 0)
		return 0;
	n = send(r->fd, r->p + r->at, left, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno == ENOTSOCK)
		n = write(r->fd, r->p + r->at,
		    left < PIPE_BUF ? left : PIPE_BUF);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n;
}

void
relay_push(struct relay *r)
{
	while (relay_is_full(r)) {
		ssize_t n = write_some(r);

		if (n == 0)
			return;
		if (n < 0) {
			r->is_broken = true;
			r->at = r->n = 0;
			return;
		}
		r->at += (size_t)n;
	}
}

void
relay_take(struct relay *r, const char *p, size_t n)
{
	assert(!relay_is_full(r) && n <= RELAY_BYTES);
	if (r->is_broken)
		return;
	memcpy(r->p, p, n);
	r->at = 0;
	r->n = n;
	relay_push(r);
}

void
relay_flush(struct relay *r, int64_t ms)
{
	struct pollfd p = { .fd = r->fd, .events = POLLOUT };

	while (relay_is_full(r)) {
		if (poll(&p, 1, (int)ms) <= 0) {
			r->is_broken = true;
			r->at = r->n = 0;
			return;
		}
		relay_push(r);
	}
}
