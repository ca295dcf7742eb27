#include "core/runner_cache.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"

#define SLOTS 1024
#define TTL_MS 500
/* Lists of pools and languages as long as registration allows. */
#define SLOT_BYTES (256u << 10)

struct slot {
	unsigned char digest[ENC_SHA256];
	int64_t expires_ms;  /* monotonic; 0: free */
	struct arena *arena; /* of the row; NULL: never used */
	const struct runner *runner;
};

/* Shared by all threads: everything below is used under the lock. */
struct runner_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct slot *slots;
};

struct runner_cache *
runner_cache_new(void)
{
	struct arena *own = arena_new("runner cache", 1u << 20);
	struct runner_cache *c = arena_new_of(own, struct runner_cache);

	c->arena = own;
	c->slots = arena_array(own, SLOTS, sizeof(*c->slots));
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void
runner_cache_free(struct runner_cache *c)
{
	for (size_t i = 0; i < SLOTS; i++)
		arena_free(c->slots[i].arena);
	pthread_mutex_destroy(&c->lock);
	arena_free(c->arena);
}

static const char *const *
copy_texts(struct arena *a, const char *const *p, size_t n)
{
	const char **texts = arena_array(a, n + 1, sizeof(*texts));

	for (size_t i = 0; i < n; i++)
		texts[i] = arena_strdup(a, p[i]);
	return texts;
}

struct runner *
runner_copy(struct arena *a, const struct runner *from)
{
	struct runner *r = arena_new_of(a, struct runner);

	r->id = arena_strdup(a, from->id);
	r->name = from->name == NULL ? NULL : arena_strdup(a, from->name);
	r->state = arena_strdup(a, from->state);
	r->pools = copy_texts(a, from->pools, from->pools_n);
	r->pools_n = from->pools_n;
	r->languages = copy_texts(a, from->languages, from->languages_n);
	r->languages_n = from->languages_n;
	r->capacity = from->capacity;
	r->heartbeat_s = from->heartbeat_s;
	return r;
}

/* The digest is uniform: any of its bytes choose as well as a hash would. */
static struct slot *
slot_of(const struct runner_cache *c, const unsigned char digest[ENC_SHA256])
{
	size_t i;

	memcpy(&i, digest, sizeof(i));
	return &c->slots[i % SLOTS];
}

struct runner *
runner_cache_get(struct runner_cache *c, struct arena *a,
    const unsigned char digest[ENC_SHA256])
{
	const struct slot *s = slot_of(c, digest);
	struct runner *r = NULL;

	pthread_mutex_lock(&c->lock);
	if (s->expires_ms > clock_mono_ms() &&
	    memcmp(s->digest, digest, ENC_SHA256) == 0)
		r = runner_copy(a, s->runner);
	pthread_mutex_unlock(&c->lock);
	return r;
}

void
runner_cache_put(struct runner_cache *c, const unsigned char digest[ENC_SHA256],
    const struct runner *r)
{
	struct slot *s = slot_of(c, digest);

	pthread_mutex_lock(&c->lock);
	if (s->arena == NULL)
		s->arena = arena_new("cached runner", SLOT_BYTES);
	arena_reset(s->arena);
	memcpy(s->digest, digest, ENC_SHA256);
	s->runner = runner_copy(s->arena, r);
	s->expires_ms = clock_mono_ms() + TTL_MS;
	pthread_mutex_unlock(&c->lock);
}

void
runner_cache_drop(struct runner_cache *c, const char *runner_id)
{
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < SLOTS; i++)
		if (c->slots[i].runner != NULL &&
		    strcmp(c->slots[i].runner->id, runner_id) == 0)
			c->slots[i].expires_ms = 0;
	pthread_mutex_unlock(&c->lock);
}
