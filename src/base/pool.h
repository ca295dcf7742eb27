/*
 * A small pool of connections that threads borrow and give back.
 *
 * The pool knows nothing of what it holds: open makes one (with the index of
 * its slot), close ends it, is_ok says whether it may be lent again: it is asked
 * when somebody wants it, not when it is given back.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pool;

struct pool_ops {
	struct err *(*open)(void *ctx, struct arena *, void **ret_conn);
	void (*close)(void *conn);
	bool (*is_ok)(void *conn);
};

/* At most max connections, made when first needed. */
struct pool *pool_new(const struct pool_ops *, void *ctx, size_t max);
/* Nothing may be borrowed any more. */
void pool_free(struct pool *);
/*
 * A connection of the caller's own until pool_give; ERR_OVERLOADED if none
 * becomes free within timeout_ms, or what open returned.  After a failed
 * open, others fail at once for 200 ms: a dead server is not stormed.
 */
struct err *pool_borrow(struct pool *, struct arena *, int64_t timeout_ms,
    void **ret_conn) _must_check_;
void pool_give(struct pool *, void *conn);

struct pool_stats {
	size_t open;
	size_t busy;
	size_t max;
};
void pool_stats(struct pool *, struct pool_stats *ret_stats);

#endif
