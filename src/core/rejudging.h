/*
 * Rejudging sets: for staff of the course that the filter names; those of no
 * single course are for administrators.  Elsewhere there are none
 * (ERR_NOT_FOUND).
 */
#ifndef CORE_REJUDGING_H
#define CORE_REJUDGING_H

#include "core/auth.h"
#include "store/rejudging.h"
#include "wire/rejudging.h"

/*
 * Judges once more what fits the filter, beside what counts.  ERR_IMPOSSIBLE
 * says what is wrong with the filter or that it fits too many, ERR_CONFLICT
 * why of those that fit none could be taken.
 */
struct err *core_rejudging_create(const struct core *, struct arena *,
    const struct caller *, const struct wire_rejudging *,
    const char **ret_id) _must_check_;
/*
 * Applies, discards or repeats (what failed).  To apply or discard again is
 * no error; ERR_CONFLICT if it has ended otherwise, if something is not
 * judged yet, or if nothing failed.
 */
struct err *core_rejudging_act(const struct core *, struct arena *,
    const struct caller *, struct rejudging_order *) _must_check_;
struct err *core_rejudging_get(const struct core *, struct arena *,
    const struct caller *, const char *id,
    struct rejudging_document *ret_document) _must_check_;
struct err *core_rejudging_list(const struct core *, struct arena *,
    const struct caller *, struct rejudging_filter *,
    struct rejudging_list *ret_list) _must_check_;
struct err *core_rejudging_page(const struct core *, struct arena *,
    const struct caller *, const struct rejudging_page *,
    struct rejudging_list *ret_list) _must_check_;

#endif
