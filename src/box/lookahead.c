/*
 * A box that is begun builds itself: the stage, bubblewrap and boxinit are
 * processes of their own, which say READY into a socket that we look at when
 * the box is wanted.  So looking ahead needs no thread of ours.
 */
#include "box/lookahead.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/log.h"
#include "box/host.h"

#define KEY_MAX ((size_t)64 * 1024)
#define SLOT_ARENA ((size_t)1 << 20)

struct slot {
	struct arena *arena;
	const char *owner;
	const char *key;
	struct cell *cell;
	struct slot *next;
};

struct lookahead {
	struct box_host *host;
	struct arena *arena;
	size_t max;
	bool makes_room;
	pthread_mutex_t lock; /* of what follows */
	struct slot *slots;
	size_t n;
};

/* Equal keys: a box built for the one serves the other. */
static const char *
key_of(struct arena *a, const struct box_spec *spec)
{
	struct box_limits l = box_limits_filled(&spec->limits);
	struct stat st;
	struct buf b;

	buf_init(&b, a, KEY_MAX);
	buf_printf(&b,
	    "%s\n%s\n%s\n%s\n%s\n%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	    "\n",
	    spec->owner, spec->root != NULL ? spec->root : "",
	    spec->login != NULL ? spec->login->hash : "",
	    spec->hosts != NULL ? spec->hosts : "",
	    spec->resolv != NULL ? spec->resolv : "", l.tmp_bytes, l.tmp_inodes,
	    l.out_bytes, l.out_inodes);
	for (size_t i = 0; i < spec->mounts_n; i++) {
		/* The inode: what was mounted is not the path but the file. */
		if (stat(spec->mounts[i].host, &st) != 0)
			return NULL;
		buf_printf(&b, "%s\n%s\n%d %" PRIu64 ":%" PRIu64 "\n",
		    spec->mounts[i].host, spec->mounts[i].dest,
		    (int)(spec->writable >> i & 1) + 2 * spec->has_network,
		    (uint64_t)st.st_dev, (uint64_t)st.st_ino);
	}
	return buf_overflowed(&b) ? NULL : b.p;
}

static struct slot *
make_slot(const struct box_spec *spec)
{
	struct arena *a = arena_new("box ahead", SLOT_ARENA);
	struct slot *s = arena_new_of(a, struct slot);

	s->arena = a;
	s->key = key_of(a, spec);
	s->owner = arena_strdup(a, spec->owner);
	return s;
}

static void
free_slot(struct slot *s)
{
	struct err *e = cell_free(s->arena, s->cell);

	if (e != NULL)
		log_err(LOG_WARNING, "box_not_removed", e);
	arena_free(s->arena);
}

static void
unlink_slot(struct lookahead *la, struct slot *s)
{
	struct slot **at = &la->slots;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	la->n--;
}

struct lookahead *
lookahead_open(struct box_host *h, size_t max, bool makes_room)
{
	struct arena *a = arena_new("lookahead", 4096);
	struct lookahead *la = arena_new_of(a, struct lookahead);

	la->arena = a;
	la->host = h;
	la->max = max;
	la->makes_room = makes_room;
	pthread_mutex_init(&la->lock, NULL);
	return la;
}

void
lookahead_close(struct lookahead *la)
{
	struct slot *s;

	while ((s = la->slots) != NULL) {
		unlink_slot(la, s);
		free_slot(s);
	}
	pthread_mutex_destroy(&la->lock);
	arena_free(la->arena);
}

/* Is one there that stays?  Then no other need be built. */
static bool
has_stayed(struct lookahead *la, const char *key)
{
	for (const struct slot *s = la->slots; s != NULL && key != NULL;
	     s = s->next)
		if (s->cell->stays && strcmp(s->key, key) == 0)
			return true;
	return false;
}

/* A place for one more, whose box is begun only then: never too many. */
static bool
reserve(struct lookahead *la, const char *key)
{
	bool has_place;

	pthread_mutex_lock(&la->lock);
	has_place = key != NULL && la->n < la->max && !has_stayed(la, key);
	la->n += has_place;
	pthread_mutex_unlock(&la->lock);
	return has_place;
}

/* The one that waits longest, of those that would serve others, goes. */
static bool
make_room(struct lookahead *la, const char *key)
{
	struct slot *s;

	if (!la->makes_room || key == NULL)
		return false;
	pthread_mutex_lock(&la->lock);
	s = la->slots;
	while (s != NULL && strcmp(s->key, key) == 0)
		s = s->next;
	if (s != NULL)
		unlink_slot(la, s);
	pthread_mutex_unlock(&la->lock);
	if (s != NULL)
		free_slot(s);
	return s != NULL;
}

void
lookahead_want(struct lookahead *la, const struct box_spec *spec)
{
	struct slot *s = make_slot(spec);
	struct slot **at = &la->slots;
	bool is_begun;

	if (!reserve(la, s->key) &&
	    (!make_room(la, s->key) || !reserve(la, s->key))) {
		free_slot(s);
		return;
	}
	/* Whoever needs a box that cannot be begun will have the error. */
	is_begun = cell_begin(la->host, s->arena, spec, &s->cell) == NULL;
	pthread_mutex_lock(&la->lock);
	while (*at != NULL)
		at = &(*at)->next;
	if (is_begun)
		*at = s;
	else
		la->n--;
	pthread_mutex_unlock(&la->lock);
	if (!is_begun)
		free_slot(s);
}

/*
 * One that is being built is left for the run after this: waiting for it
 * would make each run wait, and none ahead.
 */
static struct slot *
find_ready(struct lookahead *la, const char *key)
{
	struct slot *s = la->slots;

	/* One that stays says nothing; if it did, it would be its end. */
	while (s != NULL &&
	    (strcmp(s->key, key) != 0 ||
		cell_has_spoken(s->cell) == s->cell->stays))
		s = s->next;
	return s;
}

void
lookahead_give(struct lookahead *la, const struct box_spec *spec,
    struct cell *c)
{
	struct slot *s = make_slot(spec);

	s->cell = c;
	pthread_mutex_lock(&la->lock);
	s->next = la->slots;
	la->slots = s;
	la->n++;
	pthread_mutex_unlock(&la->lock);
}

size_t
lookahead_count(struct lookahead *la, const struct box_spec *spec)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("box key", 4 * KEY_MAX);
	const char *key = key_of(a, spec);
	size_t n = 0;

	pthread_mutex_lock(&la->lock);
	for (const struct slot *s = la->slots; s != NULL; s = s->next)
		n += key != NULL && strcmp(s->key, key) == 0;
	pthread_mutex_unlock(&la->lock);
	return n;
}

struct cell *
lookahead_take(struct lookahead *la, const struct box_spec *spec)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("box key", 4 * KEY_MAX);
	const char *key = key_of(a, spec);
	struct cell *c = NULL;
	struct slot *s;

	if (key == NULL)
		return NULL;
	pthread_mutex_lock(&la->lock);
	s = find_ready(la, key);
	if (s != NULL) {
		unlink_slot(la, s);
		c = s->cell;
		s->cell = NULL;
	}
	pthread_mutex_unlock(&la->lock);
	if (s == NULL)
		return NULL;
	free_slot(s);
	return c;
}

void
lookahead_forget(struct lookahead *la, const char *owner)
{
	struct slot *gone = NULL;
	struct slot *s;
	struct slot *next;

	pthread_mutex_lock(&la->lock);
	for (s = la->slots; s != NULL; s = next) {
		next = s->next;
		if (strcmp(s->owner, owner) != 0)
			continue;
		unlink_slot(la, s);
		s->next = gone;
		gone = s;
	}
	pthread_mutex_unlock(&la->lock);
	for (s = gone; s != NULL; s = next) {
		next = s->next;
		free_slot(s);
	}
}
