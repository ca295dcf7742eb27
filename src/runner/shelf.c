#include "runner/shelf.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/rand.h"

/* More than there can be slots, so that a place is found for each of them. */
#define PLACES 80
/* So many stay unpacked while nobody uses them. */
#define IDLE_MAX 8
#define PACKAGE_ARENA ((size_t)256 << 20)

struct place {
	struct shelf_book book; /* first: what borrowers hold is the place */
	struct arena *arena;    /* NULL: empty */
	const char *name;       /* of the directory */
	size_t borrowers;
	uint64_t used; /* the turn of its last use */
	bool is_loading;
};

/* Everything but work and cache is under the lock. */
struct shelf {
	int work;
	struct cache *cache;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t turn;
	struct place places[PLACES];
};

struct err *
shelf_open(struct arena *a, int work, struct cache *cache,
    struct shelf **ret_shelf)
{
	struct shelf *s = arena_new_of(a, struct shelf);

	s->work = work;
	s->cache = cache;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	*ret_shelf = s;
	return NULL;
}

/* Empties a place that nobody uses. */
static void
clear(struct shelf *s, struct place *p)
{
	assert(p->borrowers == 0);
	programs_free(p->book.programs);
	quiz_html_free(p->book.html);
	if (p->book.dir >= 0)
		close(p->book.dir);
	if (p->name != NULL)
		io_remove_all(s->work, p->name);
	arena_free(p->arena);
	*p = (struct place) { .book.dir = -1 };
}

void
shelf_close(struct shelf *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < PLACES; i++)
		if (s->places[i].arena != NULL)
			clear(s, &s->places[i]);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
}

struct mapping {
	void *p;
	size_t n;
};

static void
unmap(struct mapping *m)
{
	if (m->p != NULL)
		munmap(m->p, m->n);
}

static struct err *
map_file(struct arena *a, int fd, struct mapping *m)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_size <= 0)
		return ERR_WHY(a, ERR_INTERNAL, "an empty package");
	m->n = (size_t)st.st_size;
	m->p = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m->p == MAP_FAILED) {
		m->p = NULL;
		return ERR_WHY(a, ERR_INTERNAL, "package: mmap: %s",
		    strerror(errno));
	}
	return NULL;
}

/* Unpacks the zip into a new directory and reads it from there. */
static struct err *
load(struct shelf *s, struct place *p, int zip_fd)
{
	_cleanup_(unmap) struct mapping zip = { 0 };
	struct package_source source = { 0 };
	struct arena *a = p->arena;
	struct package *package;

	TRY(map_file(a, zip_fd, &zip));
	p->name = arena_printf(a, "package-%s", rand_id(a, "pk"));
	if (mkdirat(s->work, p->name, 0700) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", p->name,
		    strerror(errno));
	p->book.dir =
	    openat(s->work, p->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->book.dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", p->name,
		    strerror(errno));
	TRY(package_extract(a, zip.p, zip.n, p->book.dir));
	source.dir = p->book.dir;
	TRY(package_read(a, &source, &package));
	p->book.package = package;
	p->book.programs = programs_new();
	if (package->quiz != NULL)
		p->book.html = quiz_html_new(a);
	return NULL;
}

static struct place *
find(struct shelf *s, const char *digest)
{
	for (size_t i = 0; i < PLACES; i++)
		if (s->places[i].arena != NULL &&
		    strcmp(s->places[i].book.digest, digest) == 0)
			return &s->places[i];
	return NULL;
}

/* The one that was not used for longest; *ret_n: how many are not in use. */
static struct place *
find_idle(struct shelf *s, size_t *ret_n)
{
	struct place *oldest = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < PLACES; i++) {
		struct place *p = &s->places[i];

		if (p->arena == NULL || p->borrowers > 0 || p->is_loading)
			continue;
		++*ret_n;
		if (oldest == NULL || p->used < oldest->used)
			oldest = p;
	}
	return oldest;
}

static struct place *
find_empty(struct shelf *s)
{
	struct place *idle;
	size_t n;

	while ((idle = find_idle(s, &n)) != NULL && n > IDLE_MAX)
		clear(s, idle);
	for (size_t i = 0; i < PLACES; i++)
		if (s->places[i].arena == NULL)
			return &s->places[i];
	return NULL;
}

/*
 * The place of the package, lent to the caller; or an empty one, to be loaded
 * by the caller while the others wait.
 */
static struct place *
borrow(struct shelf *s, const char *digest)
{
	struct place *p;

	pthread_mutex_lock(&s->lock);
	while ((p = find(s, digest)) != NULL && p->is_loading)
		pthread_cond_wait(&s->changed, &s->lock);
	if (p == NULL) {
		p = find_empty(s);
		assert(p != NULL);
		p->arena = arena_new("package", PACKAGE_ARENA);
		p->book.digest = arena_strdup(p->arena, digest);
		p->book.dir = -1;
		p->is_loading = true;
	}
	p->borrowers++;
	p->used = ++s->turn;
	pthread_mutex_unlock(&s->lock);
	return p;
}

static void
finish_loading(struct shelf *s, struct place *p, bool is_ok)
{
	pthread_mutex_lock(&s->lock);
	p->is_loading = false;
	if (!is_ok) {
		p->borrowers = 0;
		clear(s, p);
	}
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

/* An error of one arena, for a caller that has another. */
static struct err *
copy_error(struct arena *a, const struct err *e)
{
	struct err *copy = arena_new_of(a, struct err);

	*copy = *e;
	if (e->detail != NULL)
		copy->detail = arena_strdup(a, e->detail);
	if (e->internal != NULL)
		copy->internal = arena_strdup(a, e->internal);
	copy->faults = NULL;
	if (e->faults != NULL)
		copy->internal = arena_printf(a, "%s: %s", e->faults->pointer,
		    e->faults->detail);
	return copy;
}

struct err *
shelf_take(struct shelf *s, struct arena *a, const char *digest,
    cache_fetch_fn *fetch, void *arg, const struct shelf_book **ret_book)
{
	_cleanup_(io_closep) int zip_fd = -1;
	struct place *p = borrow(s, digest);
	struct err *e;

	/* Only who loads it sees it without a package. */
	if (p->book.package != NULL) {
		*ret_book = &p->book;
		return NULL;
	}
	e = cache_get(s->cache, a, digest, fetch, arg, &zip_fd);
	if (e == NULL) {
		e = load(s, p, zip_fd);
		if (e != NULL)
			e = copy_error(a, e);
	}
	finish_loading(s, p, e == NULL);
	if (e == NULL)
		*ret_book = &p->book;
	return e;
}

struct err *
shelf_zip(struct shelf *s, struct arena *a, const char *digest,
    cache_fetch_fn *fetch, void *arg, int *ret_fd)
{
	return cache_get(s->cache, a, digest, fetch, arg, ret_fd);
}

void
shelf_give(struct shelf *s, const struct shelf_book *book, bool is_sound)
{
	struct place *p = NULL;

	if (book == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < PLACES; i++)
		if (&s->places[i].book == book)
			p = &s->places[i];
	assert(p != NULL && p->borrowers > 0);
	p->borrowers--;
	/* No digest: nobody finds it, and its last borrower removes it. */
	if (!is_sound)
		p->book.digest = "";
	if (p->borrowers == 0 && p->book.digest[0] == '\0')
		clear(s, p);
	pthread_mutex_unlock(&s->lock);
}
