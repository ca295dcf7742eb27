/*
 * One thread builds what is wanted.  A slot goes WANTED -> BUILDING -> READY
 * under the lock; whoever removes it from the list owns it.  A slot that is
 * forgotten while it is being built is marked, and the builder frees it.
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

enum slot_state { SLOT_WANTED, SLOT_BUILDING, SLOT_READY };

struct slot {
	struct arena *arena;
	const char *owner;
	const char *key;
	struct box_spec spec;	/* what cell_build looks at, copied */
	enum slot_state state;
	bool is_forgotten;
	struct cell *cell;
	struct slot *next;
};

struct lookahead {
	struct box_host *host;
	struct arena *arena;
	size_t max;
	pthread_t thread;
	pthread_mutex_t lock;	/* of what follows */
	pthread_cond_t changed;
	bool has_thread;
	bool is_closing;
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
	buf_printf(&b, "%s\n%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
	    spec->owner, l.tmp_bytes, l.tmp_inodes, l.out_bytes, l.out_inodes);
	for (size_t i = 0; i < spec->mounts_n; i++) {
		/* The inode: what was mounted is not the path but the file. */
		if (stat(spec->mounts[i].host, &st) != 0)
			return NULL;
		buf_printf(&b, "%s\n%s\n%" PRIu64 ":%" PRIu64 "\n",
		    spec->mounts[i].host, spec->mounts[i].dest,
		    (uint64_t)st.st_dev, (uint64_t)st.st_ino);
	}
	return buf_overflowed(&b) ? NULL : b.p;
}

static struct slot *
make_slot(const struct box_spec *spec)
{
	struct arena *a = arena_new("box ahead", SLOT_ARENA);
	struct slot *s = arena_new_of(a, struct slot);
	struct box_mount *m;

	s->arena = a;
	s->key = key_of(a, spec);
	if (s->key == NULL) {
		arena_free(a);
		return NULL;
	}
	m = arena_array(a, spec->mounts_n + 1, sizeof(*m));
	for (size_t i = 0; i < spec->mounts_n; i++) {
		m[i].host = arena_strdup(a, spec->mounts[i].host);
		m[i].dest = arena_strdup(a, spec->mounts[i].dest);
	}
	s->owner = arena_strdup(a, spec->owner);
	s->spec.owner = s->owner;
	s->spec.mounts = m;
	s->spec.mounts_n = spec->mounts_n;
	s->spec.limits = spec->limits;
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

static struct slot *
next_wanted(struct lookahead *la)
{
	struct slot *s = la->slots;

	while (s != NULL && s->state != SLOT_WANTED)
		s = s->next;
	return s;
}

static void *
build_all(void *arg)
{
	struct lookahead *la = arg;
	struct slot *s;
	struct err *e;

	pthread_mutex_lock(&la->lock);
	for (;;) {
		s = la->is_closing ? NULL : next_wanted(la);
		if (s == NULL && la->is_closing)
			break;
		if (s == NULL) {
			pthread_cond_wait(&la->changed, &la->lock);
			continue;
		}
		s->state = SLOT_BUILDING;
		pthread_mutex_unlock(&la->lock);
		e = cell_build(la->host, s->arena, &s->spec, &s->cell);
		pthread_mutex_lock(&la->lock);
		s->state = SLOT_READY;
		if (e != NULL || s->is_forgotten) {
			unlink_slot(la, s);
			/* Whoever needs it builds it, and has the error. */
			free_slot(s);
		}
	}
	pthread_mutex_unlock(&la->lock);
	return NULL;
}

struct lookahead *
lookahead_open(struct box_host *h, size_t max)
{
	struct arena *a = arena_new("lookahead", 4096);
	struct lookahead *la = arena_new_of(a, struct lookahead);

	la->arena = a;
	la->host = h;
	la->max = 2 * max;
	pthread_mutex_init(&la->lock, NULL);
	pthread_cond_init(&la->changed, NULL);
	return la;
}

void
lookahead_close(struct lookahead *la)
{
	struct slot *s;

	pthread_mutex_lock(&la->lock);
	la->is_closing = true;
	pthread_cond_signal(&la->changed);
	pthread_mutex_unlock(&la->lock);
	if (la->has_thread)
		pthread_join(la->thread, NULL);
	while ((s = la->slots) != NULL) {
		unlink_slot(la, s);
		free_slot(s);
	}
	pthread_cond_destroy(&la->changed);
	pthread_mutex_destroy(&la->lock);
	arena_free(la->arena);
}

void
lookahead_want(struct lookahead *la, const struct box_spec *spec)
{
	struct slot *s = make_slot(spec);
	struct slot **at = &la->slots;

	if (s == NULL)
		return;
	pthread_mutex_lock(&la->lock);
	if (!la->has_thread && !la->is_closing)
		la->has_thread = pthread_create(&la->thread, NULL, build_all,
		    la) == 0;
	if (la->n >= la->max || !la->has_thread || la->is_closing) {
		pthread_mutex_unlock(&la->lock);
		free_slot(s);
		return;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = s;
	la->n++;
	pthread_cond_signal(&la->changed);
	pthread_mutex_unlock(&la->lock);
}

/*
 * One that is being built is left for the run after this: waiting for it
 * would make each run wait, and none ahead.
 */
static struct slot *
find_ready(struct lookahead *la, const char *key)
{
	struct slot *s = la->slots;

	while (s != NULL &&
	    (s->state != SLOT_READY || strcmp(s->key, key) != 0))
		s = s->next;
	return s;
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
	if (s != NULL)
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
		if (s->state == SLOT_BUILDING) {
			s->is_forgotten = true;
			continue;
		}
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
