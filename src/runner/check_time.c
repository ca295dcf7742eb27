#include "runner/check_time.h"

#include <math.h>
#include <stdio.h>

#include "wire/names.h"

/* The slowest of the tests that bound the limit from that side, or -1. */
static int64_t
slowest_of(const struct package_submission *sub, const struct wire_result *r,
    unsigned int side, bool *is_too_slow)
{
	int64_t slowest = -1;

	*is_too_slow = false;
	for (size_t i = 0; i < r->n_tests; i++) {
		const struct wire_test *t = &r->tests[i];

		if (t->status == WIRE_SKIPPED || !t->has_time ||
		    (package_time_bounds(sub, t->path) & side) == 0)
			continue;
		*is_too_slow |= t->status == WIRE_TLE;
		if (t->time_ms > slowest)
			slowest = t->time_ms;
	}
	return slowest;
}

void
check_time_take(struct check_time *c, const struct package_submission *sub,
    const struct wire_result *r, bool ok)
{
	bool is_too_slow;
	int64_t ms = slowest_of(sub, r, PACKAGE_TIME_LOWER, &is_too_slow);

	if (ms >= 0 && ok) {
		c->has_lower = true;
		if (ms > c->slowest_ms) {
			c->slowest_ms = ms;
			c->slowest = sub->path;
		}
	}
	/* Who was stopped may have been as slow as can be. */
	ms = slowest_of(sub, r, PACKAGE_TIME_UPPER, &is_too_slow);
	if (ms > 0 && !is_too_slow &&
	    (c->fastest == NULL || ms < c->fastest_ms)) {
		c->fastest_ms = ms;
		c->fastest = sub->path;
	}
}

void
check_time_print(const struct check_time *c, const struct package *p)
{
	int64_t step = p->time_resolution_ms > 0 ? p->time_resolution_ms : 100;
	double least = (double)c->slowest_ms * p->ac_to_limit;
	int64_t ms = (int64_t)ceil(least / (double)step) * step;

	if (c->slowest_ms > 0)
		printf("time limit: %lld ms; the slowest that must not be too "
		       "slow, %s, took %lld ms; %g times that asks for %lld "
		       "ms\n",
		    (long long)p->limits.time_ms, c->slowest,
		    (long long)c->slowest_ms, p->ac_to_limit, (long long)ms);
	else if (!c->has_lower && p->submission_n > 0)
		printf("time limit: no submission says how long it must be\n");
	if ((double)p->limits.time_ms < (double)c->slowest_ms)
		printf("time limit: it is below what that one took\n");
	if (c->fastest != NULL &&
	    (double)c->fastest_ms < (double)p->limits.time_ms * p->limit_to_tle)
		printf("time limit: %s, which must be too slow, took only "
		       "%lld ms; %g times the limit is wanted\n",
		    c->fastest, (long long)c->fastest_ms, p->limit_to_tle);
}
