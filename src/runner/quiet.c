#include "runner/quiet.h"

#include <time.h>

/* How soon it is seen that the job was cancelled. */
#define LOOK_NS 200000000

void
quiet_init(struct quiet *q)
{
	*q = (struct quiet) { .running = 0 };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
}

static bool
is_free(const struct quiet *q, bool alone)
{
	if (q->is_alone)
		return false;
	return alone ? q->running == 0 : q->waiting == 0;
}

static void
wait(struct quiet *q)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOOK_NS;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&q->changed, &q->lock, &until);
}

struct err *
quiet_enter(struct quiet *q, struct arena *a, bool alone,
    const struct event *cancel)
{
	bool ok;

	if (q == NULL)
		return NULL;
	pthread_mutex_lock(&q->lock);
	q->waiting += alone;
	while (!(ok = is_free(q, alone)) && !event_is_set(cancel))
		wait(q);
	q->waiting -= alone;
	if (ok && alone)
		q->is_alone = true;
	else if (ok)
		q->running++;
	else
		pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
	return ok ? NULL : ERR_WHY(a, ERR_UNAVAILABLE, "cancelled");
}

void
quiet_leave(struct quiet *q, bool alone)
{
	if (q == NULL)
		return;
	pthread_mutex_lock(&q->lock);
	if (alone)
		q->is_alone = false;
	else
		q->running--;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}
