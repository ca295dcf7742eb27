/*
 * What the sweep reads of jobs (rules 7 to 9): pages by key, never all rows.
 */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include <stddef.h>
#include <stdint.h>

#include "store/job.h"

struct job_page {
	struct job_entry *items;
	size_t n;
	bool is_more;
};

/* Live jobs (ready and leased) in order, those behind seq `after`. */
struct err *store_job_live(struct store *, struct arena *, int64_t after,
    size_t limit, struct job_page *ret_page) _must_check_;
/*
 * The same, of those that are some seconds old: whoever made them has had the
 * time to offer them.
 */
struct err *store_job_young(struct store *, struct arena *, int64_t after,
    size_t limit, struct job_page *ret_page) _must_check_;
/* The newest live job's seq, of those that are no such; 0: there is none. */
struct err *store_job_last(struct store *, struct arena *,
    int64_t *ret_seq) _must_check_;
/* These jobs, in any order; unknown ones are left out. */
struct err *store_job_entries(struct store *, struct arena *,
    const char *const *job_ids, size_t n,
    struct job_page *ret_page) _must_check_;
/*
 * Of `limit` live jobs behind *after those that are leased past their hard
 * deadline: id and lease_id only.  *after moves on, in the end to 0.
 */
struct err *store_job_hung(struct store *, struct arena *, int64_t *after,
    size_t limit, struct job_page *ret_page) _must_check_;

/*
 * Jobs whose Redis entry may be wrong: a failed offer, an operator's
 * function, a delay that is over.  seq is the mark's; clean takes away only
 * the marks that were seen.
 */
struct err *store_job_mark_dirty(struct store *, struct arena *,
    const char *job_id) _must_check_;
struct err *store_job_dirty(struct store *, struct arena *, size_t limit,
    struct job_page *ret_page) _must_check_;
struct err *store_job_clean(struct store *, struct arena *,
    const struct job_page *) _must_check_;

#endif
