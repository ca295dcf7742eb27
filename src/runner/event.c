#include "runner/event.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct err *
event_init(struct event *e, struct arena *a)
{
	pthread_condattr_t attr;

	e->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (e->fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "eventfd: %s", strerror(errno));
	pthread_mutex_init(&e->lock, NULL);
	pthread_condattr_init(&attr);
	/* A jump of the wall clock must not end or prolong a wait. */
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&e->cond, &attr);
	pthread_condattr_destroy(&attr);
	atomic_init(&e->is_set, false);
	return NULL;
}

void
event_done(struct event *e)
{
	pthread_cond_destroy(&e->cond);
	pthread_mutex_destroy(&e->lock);
	close(e->fd);
}

void
event_set(struct event *e)
{
	pthread_mutex_lock(&e->lock);
	if (!atomic_exchange(&e->is_set, true))
		eventfd_write(e->fd, 1);
	pthread_cond_broadcast(&e->cond);
	pthread_mutex_unlock(&e->lock);
}

void
event_reset(struct event *e)
{
	eventfd_t value;

	pthread_mutex_lock(&e->lock);
	if (atomic_exchange(&e->is_set, false))
		eventfd_read(e->fd, &value);
	pthread_mutex_unlock(&e->lock);
}

bool
event_is_set(const struct event *e)
{
	return atomic_load(&e->is_set);
}

bool
event_wait(struct event *e, int64_t ms)
{
	struct timespec until;
	bool is_set;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&e->lock);
	while (!atomic_load(&e->is_set) && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&e->cond, &e->lock, &until);
	is_set = atomic_load(&e->is_set);
	pthread_mutex_unlock(&e->lock);
	return is_set;
}
