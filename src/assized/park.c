#include "assized/park.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/metrics.h"

/* A wheel of deadlines: longer than the longest wait. */
#define TICK_MS 100
#define TICKS 1024
#define BUCKETS 4096

struct park {
	/*
	 * Shared, under the lock.  n counts every place that is kept, from
	 * park_reserve to park_end.
	 */
	pthread_mutex_t lock;
	struct parked_list incoming; /* by in_line */
	size_t n;
	size_t max;
	bool is_closed;
	uint64_t news;
	int event_fd;

	/* The dispatcher's own. */
	struct arena *arena;
	struct parked_list lines[PARK_KIND__MAX];
	struct parked_list *buckets;
	struct parked_list *wheel;
	int64_t tick; /* all before it have been looked at */
	size_t n_table;
};

struct err *
park_open(struct arena *a, size_t max, struct park **ret_park)
{
	struct arena *own = arena_new("park", 1u << 20);
	struct park *k = arena_new_of(own, struct park);

	k->arena = own;
	k->max = max;
	k->tick = clock_mono_ms() / TICK_MS;
	k->buckets = arena_array(own, BUCKETS, sizeof(*k->buckets));
	k->wheel = arena_array(own, TICKS, sizeof(*k->wheel));
	TAILQ_INIT(&k->incoming);
	for (size_t i = 0; i < PARK_KIND__MAX; i++)
		TAILQ_INIT(&k->lines[i]);
	for (size_t i = 0; i < BUCKETS; i++)
		TAILQ_INIT(&k->buckets[i]);
	for (size_t i = 0; i < TICKS; i++)
		TAILQ_INIT(&k->wheel[i]);
	pthread_mutex_init(&k->lock, NULL);
	k->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (k->event_fd < 0) {
		arena_free(own);
		return ERR_WHY(a, ERR_INTERNAL, "eventfd: %s",
		    strerrordesc_np(errno));
	}
	*ret_park = k;
	return NULL;
}

void
park_free(struct park *k)
{
	assert(k->n == 0);
	close(k->event_fd);
	pthread_mutex_destroy(&k->lock);
	arena_free(k->arena);
}

/*
 * -- any thread
 */

static void
ring(struct park *k)
{
	uint64_t one = 1;

	/* Full means rung already. */
	if (write(k->event_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		log_event(LOG_ERROR, "park_event_failed",
		    LS("error", strerrordesc_np(errno)));
}

uint64_t
park_news(struct park *k)
{
	uint64_t news;

	pthread_mutex_lock(&k->lock);
	news = k->news;
	pthread_mutex_unlock(&k->lock);
	return news;
}

static const enum gauge gauges[PARK_KIND__MAX] = {
	[PARK_JOB] = GAUGE_PARKED_JOB,
	[PARK_SUBMISSION] = GAUGE_PARKED_SUBMISSION,
};

enum park_room
park_reserve(struct park *k)
{
	enum park_room room = PARK_ROOM;

	pthread_mutex_lock(&k->lock);
	if (k->is_closed)
		room = PARK_CLOSED;
	else if (k->n >= k->max)
		room = PARK_FULL;
	else
		k->n++;
	pthread_mutex_unlock(&k->lock);
	return room;
}

void
park_put(struct park *k, struct parked *p)
{
	pthread_mutex_lock(&k->lock);
	TAILQ_INSERT_TAIL(&k->incoming, p, in_line);
	metrics_move(gauges[p->kind], 1);
	pthread_mutex_unlock(&k->lock);
	ring(k);
}

void
park_close(struct park *k)
{
	pthread_mutex_lock(&k->lock);
	k->is_closed = true;
	pthread_mutex_unlock(&k->lock);
	ring(k);
}

/*
 * -- the dispatcher
 */

int
park_fd(const struct park *k)
{
	return k->event_fd;
}

void
park_tell_news(struct park *k)
{
	pthread_mutex_lock(&k->lock);
	k->news++;
	pthread_mutex_unlock(&k->lock);
}

bool
park_is_over(struct park *k, bool *ret_closed)
{
	bool is_over;

	pthread_mutex_lock(&k->lock);
	*ret_closed = k->is_closed;
	is_over = k->is_closed && k->n == 0;
	pthread_mutex_unlock(&k->lock);
	return is_over;
}

static struct parked_list *
bucket_of(struct park *k, enum park_kind kind, const char *key)
{
	uint32_t h = 2166136261u + (uint32_t)kind;

	for (const char *s = key; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return &k->buckets[h % BUCKETS];
}

static struct parked_list *
wheel_of(struct park *k, int64_t deadline_ms)
{
	return &k->wheel[deadline_ms / TICK_MS % TICKS];
}

struct parked *
park_take_in(struct park *k)
{
	struct parked *p;
	uint64_t rung;

	/* Before the list is looked at: what comes after rings again. */
	if (read(k->event_fd, &rung, sizeof(rung)) < 0 && errno != EAGAIN)
		log_event(LOG_ERROR, "park_event_failed",
		    LS("error", strerrordesc_np(errno)));
	pthread_mutex_lock(&k->lock);
	p = TAILQ_FIRST(&k->incoming);
	if (p != NULL)
		TAILQ_REMOVE(&k->incoming, p, in_line);
	pthread_mutex_unlock(&k->lock);
	if (p == NULL)
		return NULL;
	/* Its tick may have been looked at before it came. */
	if (p->deadline_ms < k->tick * TICK_MS)
		p->deadline_ms = k->tick * TICK_MS;
	TAILQ_INSERT_TAIL(&k->lines[p->kind], p, in_line);
	TAILQ_INSERT_TAIL(wheel_of(k, p->deadline_ms), p, in_wheel);
	if (p->key != NULL)
		TAILQ_INSERT_TAIL(bucket_of(k, p->kind, p->key), p, in_bucket);
	k->n_table++;
	return p;
}

struct parked_list *
park_line(struct park *k, enum park_kind kind)
{
	return &k->lines[kind];
}

void
park_to_tail(struct park *k, struct parked *p)
{
	TAILQ_REMOVE(&k->lines[p->kind], p, in_line);
	TAILQ_INSERT_TAIL(&k->lines[p->kind], p, in_line);
}

struct parked *
park_find(struct park *k, enum park_kind kind, const char *key,
    const struct parked *after)
{
	struct parked *p = after != NULL ? TAILQ_NEXT(after, in_bucket)
					 : TAILQ_FIRST(bucket_of(k, kind, key));

	while (p != NULL && (p->kind != kind || strcmp(p->key, key) != 0))
		p = TAILQ_NEXT(p, in_bucket);
	return p;
}

size_t
park_due(struct park *k, int64_t now_ms, struct parked **ret_due, size_t max)
{
	int64_t end = now_ms / TICK_MS;
	struct parked *p;
	size_t n = 0;

	while (k->tick < end && TAILQ_EMPTY(&k->wheel[k->tick % TICKS]))
		k->tick++;
	for (int64_t t = k->tick; t < end && t < k->tick + TICKS; t++)
		TAILQ_FOREACH (p, &k->wheel[t % TICKS], in_wheel)
			if (n < max)
				ret_due[n++] = p;
	return n;
}

int
park_next_ms(const struct park *k, int64_t now_ms)
{
	if (k->n_table == 0)
		return -1;
	for (int64_t t = k->tick; t < k->tick + TICKS; t++)
		if (!TAILQ_EMPTY(&k->wheel[t % TICKS])) {
			int64_t ms = (t + 1) * TICK_MS - now_ms;

			return ms > 0 ? (int)ms : 0;
		}
	return -1;
}

void
park_end(struct park *k, struct parked *p)
{
	TAILQ_REMOVE(&k->lines[p->kind], p, in_line);
	TAILQ_REMOVE(wheel_of(k, p->deadline_ms), p, in_wheel);
	if (p->key != NULL)
		TAILQ_REMOVE(bucket_of(k, p->kind, p->key), p, in_bucket);
	k->n_table--;
	metrics_move(gauges[p->kind], -1);
	fcgi_end(p->conn);
	pthread_mutex_lock(&k->lock);
	k->n--;
	pthread_mutex_unlock(&k->lock);
}
