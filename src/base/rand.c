#include "base/rand.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

#define ULID_TEXT 26

static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The last id made: its time, and its random part as two numbers. */
static struct {
	pthread_mutex_t lock;
	int64_t ms;
	uint16_t high;
	uint64_t low;
} last = { .lock = PTHREAD_MUTEX_INITIALIZER, .ms = -1 };

void
rand_bytes(void *p, size_t n)
{
	unsigned char *at = p;
	ssize_t k;

	while (n > 0) {
		k = getrandom(at, n > 256 ? 256 : n, 0);
		if (k < 0) {
			fprintf(stderr, "the kernel has no random bytes\n");
			abort();
		}
		at += k;
		n -= (size_t)k;
	}
}

uint32_t
rand_below(uint32_t n)
{
	uint32_t limit;
	uint32_t v;

	assert(n > 0);
	limit = UINT32_MAX - UINT32_MAX % n;
	do
		rand_bytes(&v, sizeof(v));
	while (v >= limit);
	return v % n;
}

/* Time and random part of the next ULID: after the last one if in its ms. */
static void
next_ulid(uint64_t *ret_ms, uint16_t *ret_high, uint64_t *ret_low)
{
	int64_t now = clock_wall_ms();

	pthread_mutex_lock(&last.lock);
	if (now > last.ms) {
		last.ms = now;
		rand_bytes(&last.high, sizeof(last.high));
		rand_bytes(&last.low, sizeof(last.low));
		last.high &= 0x7fff;
	} else if (++last.low == 0) {
		last.high++;
	}
	*ret_ms = (uint64_t)last.ms;
	*ret_high = last.high;
	*ret_low = last.low;
	pthread_mutex_unlock(&last.lock);
}

char *
rand_id(struct arena *a, const char *prefix)
{
	char text[ULID_TEXT + 1];
	uint64_t ms;
	uint64_t low;
	uint16_t high;

	next_ulid(&ms, &high, &low);
	for (int i = 9; i >= 0; i--, ms >>= 5)
		text[i] = base32[ms & 31];
	/* 80 bits: five a character, from the last one on. */
	for (int i = ULID_TEXT - 1; i >= 10; i--) {
		text[i] = base32[low & 31];
		low = low >> 5 | (uint64_t)(high & 31) << 59;
		high >>= 5;
	}
	text[ULID_TEXT] = '\0';
	return arena_printf(a, "%s_%s", prefix, text);
}

bool
rand_is_id(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncmp(s, prefix, n) != 0 || s[n] != '_')
		return false;
	s += n + 1;
	return strlen(s) == ULID_TEXT && strspn(s, base32) == ULID_TEXT &&
	    s[0] <= '7';
}

char *
rand_uuid(struct arena *a)
{
	unsigned char b[16];

	rand_bytes(b, sizeof(b));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	return arena_printf(a,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
}
