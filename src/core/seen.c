#include "core/seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "core/runner.h"
#include "core/runner_cache.h"

#define BUCKETS 1024
#define NOTES_MAX 4096
#define NOTES_BYTES (64u << 20)
/* Of one runner: lists as long as registration allows. */
#define NOTE_BYTES (256u << 10)

struct note {
	struct note *next; /* in its bucket */
	const struct runner *runner;
	int64_t at_ms; /* monotonic */
};

struct notes {
	struct arena *arena;
	struct note **bucket;
	size_t n;
};

/* Shared by all threads: the notes are used under the lock. */
struct seen {
	pthread_mutex_t lock;
	struct arena *arena;
	struct notes notes;
};

static struct notes
notes_new(void)
{
	struct arena *a = arena_new("runners seen", NOTES_BYTES);

	return (struct notes) {
		.arena = a,
		.bucket = arena_array(a, BUCKETS, sizeof(struct note *)),
	};
}

struct seen *
seen_new(void)
{
	struct arena *own = arena_new("seen", 1u << 20);
	struct seen *s = arena_new_of(own, struct seen);

	s->arena = own;
	s->notes = notes_new();
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
seen_free(struct seen *s)
{
	pthread_mutex_destroy(&s->lock);
	arena_free(s->notes.arena);
	arena_free(s->arena);
}

/* Ids are mostly random; this is FNV-1a. */
static size_t
bucket_of(const char *id)
{
	uint32_t h = 2166136261u;

	for (; *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * 16777619u;
	return h % BUCKETS;
}

/* The later of two notes of a runner counts. */
static void
put(struct notes *to, const struct runner *r, int64_t at_ms)
{
	struct note **bucket = &to->bucket[bucket_of(r->id)];
	struct note *n = *bucket;

	while (n != NULL && strcmp(n->runner->id, r->id) != 0)
		n = n->next;
	if (n == NULL) {
		n = arena_new_of(to->arena, struct note);
		n->runner = runner_copy(to->arena, r);
		n->next = *bucket;
		*bucket = n;
		to->n++;
	}
	if (n->at_ms < at_ms)
		n->at_ms = at_ms;
}

static bool
is_full(const struct notes *n)
{
	return n->n >= NOTES_MAX || arena_left(n->arena) < NOTE_BYTES;
}

static int
by_id(const void *x, const void *y)
{
	const struct note *const *a = x;
	const struct note *const *b = y;

	return strcmp((*a)->runner->id, (*b)->runner->id);
}

/* In the order of their ids: processes may write the same rows at once. */
static struct note **
in_order(struct arena *a, const struct notes *notes)
{
	struct note **list = arena_array(a, notes->n, sizeof(struct note *));
	size_t k = 0;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct note *n = notes->bucket[i]; n != NULL; n = n->next)
			list[k++] = n;
	qsort(list, k, sizeof(struct note *), by_id);
	return list;
}

static struct err *
write_notes(const struct core *c, struct arena *a, const struct notes *notes)
{
	struct note **list = in_order(a, notes);
	struct runner_seen *rows = arena_array(a, notes->n, sizeof(*rows));
	struct dispatch_alive *alive = arena_array(a, notes->n, sizeof(*alive));
	int64_t now = clock_mono_ms();
	size_t n = 0;

	for (size_t i = 0; i < notes->n; i++)
		rows[i] = (struct runner_seen) { list[i]->runner->id,
			now - list[i]->at_ms, false };
	TRY(store_runner_seen(c->store, a, rows, notes->n));
	TRY(FAILPOINT(a, "seen.before_redis"));
	for (size_t i = 0; i < notes->n; i++)
		if (rows[i].is_active)
			alive[n++] =
			    (struct dispatch_alive) { core_runner_want(c, a,
							  list[i]->runner),
				    core_alive_ms(list[i]->runner) };
	return dispatch_runner_seen(c->dispatch, a, alive, n);
}

static void
put_back(struct seen *s, const struct notes *from)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct note *n = from->bucket[i]; n != NULL; n = n->next)
			if (!is_full(&s->notes))
				put(&s->notes, n->runner, n->at_ms);
	pthread_mutex_unlock(&s->lock);
}

struct err *
core_seen_flush(const struct core *c, struct arena *a)
{
	struct notes taken;
	struct err *e;

	pthread_mutex_lock(&c->seen->lock);
	taken = c->seen->notes;
	if (taken.n > 0)
		c->seen->notes = notes_new();
	pthread_mutex_unlock(&c->seen->lock);
	if (taken.n == 0)
		return NULL;
	e = write_notes(c, a, &taken);
	if (e != NULL)
		put_back(c->seen, &taken);
	arena_free(taken.arena);
	return e;
}

struct err *
core_seen_note(const struct core *c, struct arena *a, const struct runner *r)
{
	bool full;

	pthread_mutex_lock(&c->seen->lock);
	full = is_full(&c->seen->notes);
	if (!full)
		put(&c->seen->notes, r, clock_mono_ms());
	pthread_mutex_unlock(&c->seen->lock);
	if (!full)
		return NULL;
	TRY(core_seen_flush(c, a));
	return core_seen_note(c, a, r);
}
