/*
 * Packages that are unpacked and read, shared by the jobs that use them.
 *
 * A package is taken from the cache (cache.h), unpacked below the work
 * directory and parsed once; then any number of jobs borrow it.  A few stay
 * when nobody uses them.
 */
#ifndef RUNNER_SHELF_H
#define RUNNER_SHELF_H

#include "base/err.h"
#include "package/package.h"
#include "runner/cache.h"
#include "runner/programs.h"
#include "runner/quiz_html.h"

struct shelf;

/* Borrowed: valid until it is given back. */
struct shelf_book {
	const char *digest;
	const struct package *package;
	int dir; /* the unpacked files */
	struct programs *programs;
	struct quiz_html *html;
};

/* work is the work directory (workspace.h); cache must outlive the shelf. */
struct err *shelf_open(struct arena *, int work, struct cache *,
    struct shelf **ret_shelf) _must_check_;
/* Nothing may be borrowed any more. */
void shelf_close(struct shelf *);

/* The errors of cache_get, fetch and package_read. */
struct err *shelf_take(struct shelf *, struct arena *, const char *digest,
    cache_fetch_fn *fetch, void *arg,
    const struct shelf_book **ret_book) _must_check_;
/* A zip that is not unpacked here: a descriptor, the caller's. */
struct err *shelf_zip(struct shelf *, struct arena *, const char *digest,
    cache_fetch_fn *fetch, void *arg, int *ret_fd) _must_check_;
/*
 * NULL is fine.  With is_sound false the next one gets it unpacked anew: what
 * failed by our fault may have failed for want of its files.
 */
void shelf_give(struct shelf *, const struct shelf_book *, bool is_sound);

#endif
