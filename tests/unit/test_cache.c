#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/io.h"
#include "runner/cache.h"

static char dir[64];

/* A package that somebody offers, and how often it was asked for. */
struct offer {
	const char *bytes;
	size_t n;
	atomic_int fetched;
	int64_t slow_ms;
};

static struct err *
fetch(void *arg, struct arena *a, int fd)
{
	struct offer *o = arg;

	atomic_fetch_add(&o->fetched, 1);
	clock_sleep_ms(o->slow_ms);
	if (o->bytes == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE, "no network");
	assert_int_equal(io_write_all(fd, o->bytes, o->n), 0);
	return NULL;
}

static int
set_up(void **state)
{
	memcpy(dir, "/tmp/assize-test-cache-XXXXXX", 30);
	return mkdtemp(dir) == NULL;
}

static int
tear_down(void **state)
{
	return io_remove_all(AT_FDCWD, dir);
}

static bool
is_there(const char *digest)
{
	UNIT_ARENA(a);

	return access(arena_printf(a, "%s/%s.zip", dir, digest), F_OK) == 0;
}

static size_t
count_files(void)
{
	UNIT_ARENA(a);
	struct stat st;
	size_t n = 0;

	for (char c = '0'; c <= '9'; c++)
		n += stat(arena_printf(a, "%s/tmp-%c", dir, c), &st) == 0;
	return n;
}

static void
assert_content(int fd, const char *bytes, size_t n)
{
	char got[64] = "";

	assert_int_equal(pread(fd, got, sizeof(got), 0), n);
	assert_memory_equal(got, bytes, n);
	close(fd);
}

static void
fetched_once_then_kept(void **state)
{
	UNIT_ARENA(a);
	struct offer o = { .bytes = "package", .n = 7 };
	const char *digest = enc_sha256_hex(a, "package", 7);
	struct cache *c;
	int fd;

	assert_ok(cache_open(a, dir, 1 << 20, &c));
	for (int i = 0; i < 3; i++) {
		assert_ok(cache_get(c, a, digest, fetch, &o, &fd));
		assert_content(fd, "package", 7);
	}
	assert_int_equal(o.fetched, 1);
	cache_close(c);
	assert_ok(cache_open(a, dir, 1 << 20, &c));
	assert_ok(cache_get(c, a, digest, fetch, &o, &fd));
	close(fd);
	assert_int_equal(o.fetched, 1);
	cache_close(c);
}

static void
another_digest_is_not_kept(void **state)
{
	UNIT_ARENA(a);
	struct offer o = { .bytes = "forged!", .n = 7 };
	const char *digest = enc_sha256_hex(a, "package", 7);
	struct cache *c;
	int fd = -1;

	assert_ok(cache_open(a, dir, 1 << 20, &c));
	assert_err(cache_get(c, a, digest, fetch, &o, &fd), ERR_UNAVAILABLE);
	assert_int_equal(fd, -1);
	assert_false(is_there(digest));
	/* The next one gets it, when it is right. */
	o.bytes = "package";
	assert_ok(cache_get(c, a, digest, fetch, &o, &fd));
	close(fd);
	cache_close(c);
}

static void
names_that_are_no_digest_are_refused(void **state)
{
	static const char *const names[] = { "", "..", "../../etc/passwd",
		"0123",
		("G123456789012345678901234567890123456789012345678901"
		 "2345678901234567") };
	UNIT_ARENA(a);
	struct offer o = { .bytes = "x", .n = 1 };
	struct cache *c;
	int fd;

	assert_ok(cache_open(a, dir, 1 << 20, &c));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_err(cache_get(c, a, names[i], fetch, &o, &fd),
		    ERR_INTERNAL);
	assert_int_equal(o.fetched, 0);
	cache_close(c);
}

static void
what_the_disk_damaged_is_fetched_again(void **state)
{
	UNIT_ARENA(a);
	struct offer o = { .bytes = "package", .n = 7 };
	const char *digest = enc_sha256_hex(a, "package", 7);
	struct cache *c;
	int fd;

	assert_ok(cache_open(a, dir, 1 << 20, &c));
	assert_ok(cache_get(c, a, digest, fetch, &o, &fd));
	close(fd);
	fd = open(arena_printf(a, "%s/%s.zip", dir, digest), O_WRONLY);
	assert_int_equal(write(fd, "P", 1), 1);
	close(fd);
	assert_ok(cache_get(c, a, digest, fetch, &o, &fd));
	assert_content(fd, "package", 7);
	assert_int_equal(o.fetched, 2);
	cache_close(c);
}

static void
the_least_recently_used_go(void **state)
{
	UNIT_ARENA(a);
	char bytes[3][400];
	const char *digest[3];
	struct cache *c;
	int fd;

	assert_ok(cache_open(a, dir, 1000, &c));
	for (int i = 0; i < 3; i++) {
		struct offer o = { .bytes = bytes[i], .n = 400 };

		memset(bytes[i], 'a' + i, 400);
		digest[i] = enc_sha256_hex(a, bytes[i], 400);
		if (i == 2) {
			/* The first one is used again, so the second goes. */
			clock_sleep_ms(20);
			assert_ok(cache_get(c, a, digest[0], fetch, &o, &fd));
			close(fd);
			assert_int_equal(o.fetched, 0);
		}
		clock_sleep_ms(20);
		assert_ok(cache_get(c, a, digest[i], fetch, &o, &fd));
		close(fd);
	}
	assert_true(is_there(digest[0]));
	assert_false(is_there(digest[1]));
	assert_true(is_there(digest[2]));
	cache_close(c);
}

static void
leftovers_are_removed(void **state)
{
	UNIT_ARENA(a);
	struct cache *c;

	assert_ok(io_write_file(a, AT_FDCWD, arena_printf(a, "%s/tmp-1", dir),
	    "half", 4, 0600));
	assert_int_equal(count_files(), 1);
	assert_ok(cache_open(a, dir, 1000, &c));
	assert_int_equal(count_files(), 0);
	cache_close(c);
}

struct taker {
	struct cache *cache;
	struct offer *offer;
	const char *digest;
	bool ok;
};

static void *
take(void *arg)
{
	struct taker *t = arg;
	UNIT_ARENA(a);
	int fd = -1;

	t->ok = cache_get(t->cache, a, t->digest, fetch, t->offer, &fd) == NULL;
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void
take_at_once(struct taker *takers, size_t n)
{
	pthread_t threads[8];

	for (size_t i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, take,
				     &takers[i]),
		    0);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void
many_wait_for_one_download(void **state)
{
	UNIT_ARENA(a);
	struct offer o = { .bytes = "package", .n = 7, .slow_ms = 200 };
	struct taker takers[8];
	struct cache *c;

	assert_ok(cache_open(a, dir, 1 << 20, &c));
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		takers[i] = (struct taker) { c, &o,
			enc_sha256_hex(a, "package", 7), false };
	take_at_once(takers, ARRAY_LEN(takers));
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		assert_true(takers[i].ok);
	assert_int_equal(o.fetched, 1);
	cache_close(c);
}

static void
after_a_failure_each_tries_itself(void **state)
{
	UNIT_ARENA(a);
	struct offer o = { .bytes = NULL, .slow_ms = 20 };
	struct taker takers[4];
	struct cache *c;

	assert_ok(cache_open(a, dir, 1 << 20, &c));
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		takers[i] = (struct taker) { c, &o,
			enc_sha256_hex(a, "package", 7), true };
	take_at_once(takers, ARRAY_LEN(takers));
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		assert_false(takers[i].ok);
	assert_int_equal(o.fetched, 4);
	cache_close(c);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(fetched_once_then_kept),
		T(another_digest_is_not_kept),
		T(names_that_are_no_digest_are_refused),
		T(what_the_disk_damaged_is_fetched_again),
		T(the_least_recently_used_go),
		T(leftovers_are_removed),
		T(many_wait_for_one_download),
		T(after_a_failure_each_tries_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
