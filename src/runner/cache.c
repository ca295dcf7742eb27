#include "runner/cache.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"

#define SUFFIX ".zip"
#define TEMPORARY "tmp-"
#define NAME_MAX_OURS (ENC_SHA256_HEX + sizeof(SUFFIX))
/* Downloads at the same time; there are never more than slots. */
#define FLIGHTS_MAX 64
#define FILES_MAX 65536

/* All of it but dir and max is under the lock. */
struct cache {
	int dir;
	uint64_t max_bytes;
	pthread_mutex_t lock;
	pthread_cond_t landed;
	const char *flights[FLIGHTS_MAX]; /* digests being fetched */
};

/* A package in the directory, while it is being tidied. */
struct file {
	char name[NAME_MAX_OURS];
	struct timespec used;
	uint64_t size;
};

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

/* The directory as a stream of its own; NULL and errno. */
static DIR *
open_stream(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream;

	if (fd < 0)
		return NULL;
	stream = fdopendir(fd);
	if (stream == NULL)
		close(fd);
	return stream;
}

static void
remove_leftovers(struct cache *c)
{
	_cleanup_(close_dir) DIR *stream = open_stream(c->dir);
	struct dirent *entry;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (str_has_prefix(entry->d_name, TEMPORARY))
			unlinkat(c->dir, entry->d_name, 0);
}

struct err *
cache_open(struct arena *a, const char *dir, uint64_t max_bytes,
    struct cache **ret_cache)
{
	struct cache *c = arena_new_of(a, struct cache);

	TRY(io_mkdir_all(a, AT_FDCWD, dir, 0700));
	c->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
	c->max_bytes = max_bytes;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->landed, NULL);
	remove_leftovers(c);
	*ret_cache = c;
	return NULL;
}

void
cache_close(struct cache *c)
{
	if (c == NULL)
		return;
	pthread_cond_destroy(&c->landed);
	pthread_mutex_destroy(&c->lock);
	close(c->dir);
}

static int
older_first(const void *pa, const void *pb)
{
	const struct timespec *a = &((const struct file *)pa)->used;
	const struct timespec *b = &((const struct file *)pb)->used;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

static bool
look_at(struct cache *c, const char *name, struct file *ret_file)
{
	struct stat st;
	size_t n = strlen(name);

	if (!str_has_suffix(name, SUFFIX) || n >= NAME_MAX_OURS)
		return false;
	if (fstatat(c->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	memcpy(ret_file->name, name, n + 1);
	ret_file->used = st.st_mtim;
	ret_file->size = (uint64_t)st.st_size;
	return true;
}

/* Removes the least recently used until all fit, but never keep. */
static void
tidy(struct cache *c, struct arena *a, const char *keep)
{
	_cleanup_(close_dir) DIR *stream = open_stream(c->dir);
	struct file *files = NULL;
	size_t n = 0, cap = 0;
	uint64_t sum = 0;
	struct dirent *entry;

	while (stream != NULL && n < FILES_MAX &&
	    (entry = readdir(stream)) != NULL) {
		files = arena_grow(a, files, n, &cap, sizeof(*files));
		if (look_at(c, entry->d_name, &files[n]))
			sum += files[n++].size;
	}
	if (sum <= c->max_bytes)
		return;
	qsort(files, n, sizeof(*files), older_first);
	for (size_t i = 0; i < n && sum > c->max_bytes; i++) {
		if (strcmp(files[i].name, keep) == 0)
			continue;
		if (unlinkat(c->dir, files[i].name, 0) == 0)
			sum -= files[i].size;
	}
}

/* The place of a digest in flight, or of NULL: a free place; NULL if none. */
static const char **
find_flight(struct cache *c, const char *digest)
{
	for (size_t i = 0; i < FLIGHTS_MAX; i++) {
		const char *p = c->flights[i];

		if (digest == NULL ? p == NULL
				   : p != NULL && strcmp(p, digest) == 0)
			return &c->flights[i];
	}
	return NULL;
}

static int
open_cached(struct cache *c, const char *name)
{
	int fd = openat(c->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	/* The time of the last use is what tidy goes by. */
	if (fd >= 0)
		futimens(fd, NULL);
	return fd;
}

/*
 * Waits while somebody else fetches it; then either *ret_fd is open, or it
 * is ours to fetch (-1) and noted so.
 */
static void
take_or_reserve(struct cache *c, const char *digest, const char *name,
    int *ret_fd)
{
	const char **place;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		*ret_fd = open_cached(c, name);
		if (*ret_fd >= 0)
			break;
		place = find_flight(c, NULL);
		if (find_flight(c, digest) == NULL && place != NULL) {
			*place = digest;
			break;
		}
		pthread_cond_wait(&c->landed, &c->lock);
	}
	pthread_mutex_unlock(&c->lock);
}

static void
release(struct cache *c, const char *digest)
{
	const char **place;

	pthread_mutex_lock(&c->lock);
	place = find_flight(c, digest);
	assert(place != NULL);
	*place = NULL;
	pthread_cond_broadcast(&c->landed);
	pthread_mutex_unlock(&c->lock);
}

struct err *
cache_file_digest(struct arena *a, int fd, char **ret_hex)
{
	unsigned char digest[ENC_SHA256], block[16384];
	struct enc_sha256_ctx *ctx = enc_sha256_new(a);
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, block, sizeof(block), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_WHY(a, ERR_INTERNAL, "read: %s",
			    strerror(errno));
		enc_sha256_update(ctx, block, (size_t)n);
		at += n;
	}
	enc_sha256_final(ctx, digest);
	*ret_hex = enc_hex(a, digest, sizeof(digest));
	return NULL;
}

static struct err *
fetch_verified(struct arena *a, const char *digest, int fd,
    cache_fetch_fn *fetch, void *arg)
{
	char *hex;

	TRY(fetch(arg, a, fd));
	TRY(cache_file_digest(a, fd, &hex));
	if (strcmp(hex, digest) != 0)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "the package came with digest %s instead of %s", hex,
		    digest);
	if (fsync(fd) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "package: fsync: %s",
		    strerror(errno));
	return NULL;
}

static struct err *
fetch_into(struct cache *c, struct arena *a, const char *digest,
    const char *name, cache_fetch_fn *fetch, void *arg)
{
	_cleanup_(io_closep) int fd = -1;
	const char *tmp = arena_printf(a, TEMPORARY "%s", rand_id(a, "pk"));
	struct err *e;

	fd = openat(c->dir, tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "package cache: %s",
		    strerror(errno));
	e = fetch_verified(a, digest, fd, fetch, arg);
	if (e == NULL && renameat(c->dir, tmp, c->dir, name) < 0)
		e = ERR_WHY(a, ERR_INTERNAL, "package cache: rename: %s",
		    strerror(errno));
	if (e != NULL)
		unlinkat(c->dir, tmp, 0);
	return e;
}

/* The digest is reserved for us: fetch, open, and let the others on. */
static struct err *
fetch_reserved(struct cache *c, struct arena *a, const char *digest,
    cache_fetch_fn *fetch, void *arg, int *ret_fd)
{
	const char *name = arena_printf(a, "%s" SUFFIX, digest);
	struct err *e;

	e = fetch_into(c, a, digest, name, fetch, arg);
	if (e == NULL) {
		*ret_fd = open_cached(c, name);
		if (*ret_fd < 0)
			e = ERR_WHY(a, ERR_INTERNAL, "package cache: %s",
			    strerror(errno));
		tidy(c, a, name);
	}
	release(c, digest);
	if (e == NULL)
		log_event(LOG_INFO, "package_fetched", LS("package", digest));
	return e;
}

/* Is what the disk gives back still what was written?  Else it goes. */
static struct err *
check_cached(struct cache *c, struct arena *a, const char *digest, int *fd)
{
	char *hex;

	TRY(cache_file_digest(a, *fd, &hex));
	if (strcmp(hex, digest) == 0)
		return NULL;
	log_event(LOG_WARNING, "package_damaged", LS("package", digest));
	unlinkat(c->dir, arena_printf(a, "%s" SUFFIX, digest), 0);
	io_closep(fd);
	*fd = -1;
	return NULL;
}

struct err *
cache_get(struct cache *c, struct arena *a, const char *digest,
    cache_fetch_fn *fetch, void *arg, int *ret_fd)
{
	_cleanup_(io_closep) int fd = -1;

	/* The digest becomes a file name: it comes from the network. */
	if (!enc_is_sha256_hex(digest))
		return ERR_WHY(a, ERR_INTERNAL, "not a digest of a package");
	for (int tries = 0; fd < 0; tries++) {
		if (tries == 3)
			return ERR_WHY(a, ERR_INTERNAL,
			    "package cache: the disk changes what is written");
		take_or_reserve(c, digest, arena_printf(a, "%s" SUFFIX, digest),
		    &fd);
		if (fd < 0)
			TRY(fetch_reserved(c, a, digest, fetch, arg, &fd));
		TRY(check_cached(c, a, digest, &fd));
	}
	*ret_fd = io_take_fd(&fd);
	return NULL;
}
