/*
 * What times of the package's own submissions say of its time limit.
 */
#ifndef RUNNER_CHECK_TIME_H
#define RUNNER_CHECK_TIME_H

#include "package/package.h"
#include "wire/result.h"

struct check_time {
	bool has_lower;      /* somebody says how long it must be */
	int64_t slowest_ms;  /* of those who must not be too slow */
	int64_t fastest_ms;  /* of those who must be, and were not; or 0 */
	const char *slowest; /* the submission, or NULL */
	const char *fastest;
};

/*
 * How many time limits it may run: who must be too slow, until that is sure by
 * the package's multiplier; 0: as usual.
 */
double check_time_slack(const struct package *,
    const struct package_submission *);
/* One submission was judged; ok: as it was expected. */
void check_time_take(struct check_time *, const struct package_submission *,
    const struct wire_result *, bool ok);
/*
 * Prints what the package's multipliers (or the format's usual ones) make of
 * them: in whole steps of its time_resolution, else of tenths of a second,
 * since this machine is not every machine.
 */
void check_time_print(const struct check_time *, const struct package *);

#endif
