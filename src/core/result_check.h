/*
 * Does a result fit the snapshot of its job?
 */
#ifndef CORE_RESULT_CHECK_H
#define CORE_RESULT_CHECK_H

#include "core/snapshot.h"
#include "wire/result.h"

struct checked_result {
	struct wire_result result; /* of our shape, outputs cut */
	int64_t time_ms;           /* the longest test; -1: not known */
	int64_t memory_kb;
};

/*
 * Tests must be those of the snapshot, in order, and verdict and grade what
 * follows from them; NOJ's shape is turned into ours.  Outputs are cut at
 * output_max bytes.  ERR_RESULT_MISMATCH with all faults.
 */
struct err *result_check(struct arena *, const struct snapshot *,
    const struct wire_result *, size_t output_max,
    struct checked_result *ret_checked) _must_check_;

#endif
