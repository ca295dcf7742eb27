#include "base/pool.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

#define AFTER_FAILURE_MS 200

/* All of it is guarded by lock. */
struct pool {
	const struct pool_ops *ops;
	void *ctx;
	pthread_mutex_t lock;
	pthread_cond_t given;
	size_t max;
	size_t busy;
	size_t n_idle;
	int64_t closed_until_ms; /* after a failed open */
	void *idle[];
};

struct pool *
pool_new(const struct pool_ops *ops, void *ctx, size_t max)
{
	struct pool *p = calloc(1, sizeof(*p) + max * sizeof(void *));
	pthread_condattr_t attr;

	assert(p != NULL && max > 0);
	p->ops = ops;
	p->ctx = ctx;
	p->max = max;
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->given, &attr);
	pthread_condattr_destroy(&attr);
	return p;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	assert(p->busy == 0);
	while (p->n_idle > 0)
		p->ops->close(p->idle[--p->n_idle]);
	pthread_cond_destroy(&p->given);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* Waits, with the lock held, until a slot is free. */
static bool
wait_for_slot(struct pool *p, int64_t timeout_ms)
{
	int64_t until = clock_mono_ms() + timeout_ms;
	struct timespec t = { .tv_sec = (time_t)(until / 1000),
		.tv_nsec = (long)(until % 1000) * 1000000 };

	while (p->busy == p->max) {
		if (pthread_cond_timedwait(&p->given, &p->lock, &t) ==
		    ETIMEDOUT)
			return p->busy < p->max;
	}
	return true;
}

static void
leave_slot(struct pool *p, void *conn, bool failed)
{
	pthread_mutex_lock(&p->lock);
	assert(p->busy > 0);
	p->busy--;
	if (conn != NULL)
		p->idle[p->n_idle++] = conn;
	if (failed)
		p->closed_until_ms = clock_mono_ms() + AFTER_FAILURE_MS;
	pthread_cond_signal(&p->given);
	pthread_mutex_unlock(&p->lock);
}

struct err *
pool_borrow(struct pool *p, struct arena *a, int64_t timeout_ms,
    void **ret_conn)
{
	void *conn = NULL;
	bool may_open;
	struct err *e;

	pthread_mutex_lock(&p->lock);
	if (!wait_for_slot(p, timeout_ms)) {
		pthread_mutex_unlock(&p->lock);
		return ERR_WHY(a, ERR_OVERLOADED,
		    "all %zu connections were busy for %lld ms", p->max,
		    (long long)timeout_ms);
	}
	p->busy++;
	if (p->n_idle > 0)
		conn = p->idle[--p->n_idle];
	may_open = clock_mono_ms() >= p->closed_until_ms;
	pthread_mutex_unlock(&p->lock);

	if (conn != NULL && !p->ops->is_ok(conn)) {
		p->ops->close(conn);
		conn = NULL;
	}
	if (conn == NULL && !may_open) {
		leave_slot(p, NULL, false);
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "the server could not be reached a moment ago");
	}
	if (conn == NULL) {
		e = p->ops->open(p->ctx, a, &conn);
		if (e != NULL) {
			leave_slot(p, NULL, true);
			return e;
		}
	}
	*ret_conn = conn;
	return NULL;
}

void
pool_give(struct pool *p, void *conn)
{
	leave_slot(p, conn, false);
}

void
pool_stats(struct pool *p, struct pool_stats *ret_stats)
{
	pthread_mutex_lock(&p->lock);
	*ret_stats = (struct pool_stats) { .open = p->busy + p->n_idle,
		.busy = p->busy,
		.max = p->max };
	pthread_mutex_unlock(&p->lock);
}
