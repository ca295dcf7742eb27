#include "runner/backoff.h"

#include "base/rand.h"

void
backoff_reset(struct backoff *b)
{
	b->failures = 0;
}

int64_t
backoff_next_ms(struct backoff *b, int asked_s)
{
	int64_t full = BACKOFF_FIRST_MS, ms;

	for (unsigned int i = 0; i < b->failures && full < BACKOFF_MAX_MS; i++)
		full *= 2;
	if (full > BACKOFF_MAX_MS)
		full = BACKOFF_MAX_MS;
	b->failures++;
	ms = full / 2 + rand_below((uint32_t)(full / 2) + 1);
	if (asked_s > BACKOFF_ASKED_MAX_S)
		asked_s = BACKOFF_ASKED_MAX_S;
	if (asked_s > 0 && ms < (int64_t)asked_s * 1000)
		ms = (int64_t)asked_s * 1000 + rand_below(1001);
	return ms;
}
