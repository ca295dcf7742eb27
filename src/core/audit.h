/*
 * Are both stores of one mind?  (Invariant 4 of docs/architecture.md.)
 */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include <stddef.h>

#include "core/core.h"

struct audit_difference {
	const char *job;
	const char *row;       /* its state; NULL: there is no row */
	const char *row_lease; /* or NULL */
	const char *entry;     /* absent, ready, leased */
	const char *entry_lease;
};

struct audit {
	size_t rows;    /* live ones */
	size_t entries; /* in Redis */
	struct audit_difference *items;
	size_t n;
};

/*
 * Compares all of both and changes nothing.  Both move while they are read:
 * what differs is looked at again for some seconds, and what then still
 * differs is a difference.  A thousand of them are enough.
 */
struct err *core_audit(const struct core *, struct arena *,
    struct audit *ret_audit) _must_check_;

#endif
