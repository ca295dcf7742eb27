/*
 * Rejudging sets: gradings beside those that count (sql/functions/rejudging).
 * Documents are JSON objects as the API shows them.
 */
#ifndef STORE_REJUDGING_H
#define STORE_REJUDGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/course.h"

enum rejudging_outcome {
	REJUDGING_MADE,
	REJUDGING_REFUSED,  /* the filter: detail says what is wrong */
	REJUDGING_NOTHING,  /* nothing to take, or to repeat: likewise */
	REJUDGING_TOO_MANY, /* fit the filter: likewise */
	REJUDGING_APPLIED,  /* now or before */
	REJUDGING_DISCARDED,
	REJUDGING_UNFINISHED, /* detail: how many wait or run */
	REJUDGING_REPEATED,   /* detail: how many */
	REJUDGING_UNKNOWN
};

struct rejudging_acted {
	enum rejudging_outcome outcome;
	const char *detail; /* or NULL */
};

struct rejudging_new {
	const char *id; /* rj_... */
	const char *actor;
	const char *reason; /* or NULL */
	const char *filter; /* JSON object */
};

/* Called again with the same id it changes nothing. */
struct err *store_rejudging_create(struct store *, struct arena *,
    const struct rejudging_new *, struct rejudging_acted *) _must_check_;

enum rejudging_act { REJUDGING_APPLY, REJUDGING_DISCARD, REJUDGING_REPEAT };

struct rejudging_order {
	enum rejudging_act act;
	const char *id;
	const char *actor;
	bool partial; /* REJUDGING_APPLY: leave out what is not judged yet */
};

struct err *store_rejudging_act(struct store *, struct arena *,
    const struct rejudging_order *, struct rejudging_acted *) _must_check_;

struct rejudging_key {
	bool exists;
	const char *course;    /* slug; NULL: of no single course */
	enum member_role role; /* of the viewer there */
};

struct err *store_rejudging_key(struct store *, struct arena *, const char *id,
    int64_t viewer_id, struct rejudging_key *ret_key) _must_check_;

/* The members of a JSON object, each value as text; none: no such set. */
struct rejudging_document {
	const char **keys;
	const char **values;
	size_t n;
};

struct err *store_rejudging_get(struct store *, struct arena *, const char *id,
    struct rejudging_document *ret_document) _must_check_;

struct rejudging_filter {
	int64_t viewer_id;
	bool sees_all;      /* else: where the viewer is staff */
	const char *course; /* or NULL */
	const char *state;  /* or NULL */
	const char *cursor; /* of the page before, or NULL */
	size_t limit;
};

struct rejudging_list {
	const char **documents;
	size_t n;
	const char *next_cursor; /* NULL: the last page */
};

/* The newest first.  ERR_REQUEST: the cursor. */
struct err *store_rejudging_list(struct store *, struct arena *,
    const struct rejudging_filter *,
    struct rejudging_list *ret_list) _must_check_;

struct rejudging_page {
	const char *id;
	const char *after; /* a submission's id, or NULL */
	bool changed;      /* only what would change */
	size_t limit;
};

/* Members, and those that were left out, by the id of the submission. */
struct err *store_rejudging_page(struct store *, struct arena *,
    const struct rejudging_page *,
    struct rejudging_list *ret_list) _must_check_;
/* How many submissions a set of this filter would have now. */
struct err *store_rejudging_offer(struct store *, struct arena *,
    const char *filter, int64_t *ret_n) _must_check_;

#endif
