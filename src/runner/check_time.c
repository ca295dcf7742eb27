#include "runner/check_time.h"

#include <math.h>
#include <stdio.h>

#include "wire/names.h"

/* The slowest of the tests that bound the limit from that side, or -1. */
static int64_t
slowest_of(const struct package_submission *sub, const struct wire_result *r,
    unsigned int side, bool *was_stopped)
{
	int64_t slowest = -1;

	*was_stopped = false;
	for (size_t i = 0; i < r->n_tests; i++) {
		const struct wire_test *t = &r->tests[i];

		if (t->status == WIRE_SKIPPED || !t->has_time ||
		    (package_time_bounds(sub, t->path) & side) == 0)
			continue;
		*was_stopped |= t->status == WIRE_TLE && t->has_signal;
		if (t->time_ms > slowest)
			slowest = t->time_ms;
	}
	return slowest;
}

double
check_time_slack(const struct package *p, const struct package_submission *sub)
{
	unsigned int bounds = sub->bounds;

	for (const struct package_rule *r = sub->rules; r != NULL; r = r->next)
		bounds |= r->bounds;
	return (bounds & PACKAGE_TIME_UPPER) != 0 ? p->limit_to_tle : 0;
}

void
check_time_take(struct check_time *c, const struct package_submission *sub,
    const struct wire_result *r, bool ok)
{
	bool was_stopped;
	int64_t ms = slowest_of(sub, r, PACKAGE_TIME_LOWER, &was_stopped);

	if (ms >= 0 && ok) {
		c->has_lower = true;
		if (ms > c->slowest_ms) {
			c->slowest_ms = ms;
			c->slowest = sub->path;
		}
	}
	/* Who was stopped was slow enough. */
	ms = slowest_of(sub, r, PACKAGE_TIME_UPPER, &was_stopped);
	if (ms > 0 && !was_stopped &&
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
