/*
 * The sweep: one process at a time brings Redis and the rows together.
 */
#ifndef DISPATCH_SWEEP_H
#define DISPATCH_SWEEP_H

#include "dispatch/dispatch.h"

struct dispatch_sweep {
	bool is_mine;  /* false: another process has the turn */
	bool is_gap;   /* leases were extended; reclaim nothing now */
	bool is_empty; /* Redis lost its memory: rebuild everything */
	bool is_lost;  /* just now, maybe once more: from the beginning */
};
/*
 * Takes the turn (at most one process in 3 s; who has it keeps it).  If the
 * last turn is older than gap_ms, the server is another one than then, or its
 * clock jumped, all leases are set to lease_ms from now.  is_empty stays set
 * until dispatch_sweep_rebuilt is called without a loss since is_lost was.
 */
struct err *dispatch_sweep_begin(struct dispatch *, struct arena *,
    int64_t gap_ms, int64_t lease_ms,
    struct dispatch_sweep *ret_sweep) _must_check_;
struct err *dispatch_sweep_rebuilt(struct dispatch *,
    struct arena *) _must_check_;
/*
 * All expired leases -> ready at the consuming end.  The entries say which
 * lease ended and whose it was, for the rows to follow.
 */
struct err *dispatch_expire(struct dispatch *, struct arena *,
    struct dispatch_entry **ret_entries, size_t *ret_n) _must_check_;
/*
 * Walks all entries, about 500 a page: cursor is "0" at first and "0" again
 * after the last page.  An entry that stays is seen at least once.
 */
struct err *dispatch_page(struct dispatch *, struct arena *, const char *cursor,
    const char **ret_cursor, struct dispatch_entry **ret_entries,
    size_t *ret_n) _must_check_;

#endif
