/*
 * The sweep: what keeps Redis true to Postgres (rules 7 to 9 and 15 of the
 * dispatch).
 */
#ifndef CORE_SWEEP_H
#define CORE_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

/* Where the audit of all jobs stands; all zero at the start. */
struct sweep {
	bool is_auditing;
	bool is_rebuild; /* Redis had lost its memory */
	bool rows_done;
	int64_t after;      /* rows up to here are looked at */
	char cursor[64];    /* entries likewise */
	int64_t audited_ms; /* monotonic; 0: never */
	int64_t blamed_ms;  /* and when the passes were, likewise */
	int64_t collected_ms;
	int64_t fast_ms;
	int64_t hung_after; /* live rows up to here were looked at for it */
	bool knows_young;
	int64_t young; /* newest row looked at */
};

/*
 * One turn, to be called about twice a second, and again at once while
 * is_auditing (each turn looks at one page); does nothing if another process
 * has the turn.  The arena is the caller's to reset after each.
 */
struct err *core_sweep(const struct core *, struct arena *,
    struct sweep *) _must_check_;

#endif
