/*
 * Bodies about rejudging sets.
 */
#ifndef WIRE_REJUDGING_H
#define WIRE_REJUDGING_H

#include <stdbool.h>

#include "wire/fields.h"

/* POST /rejudgings: all that is given must fit.  What is NULL is absent. */
struct wire_rejudging {
	const char *course;     /* slug */
	const char *problem;    /* slug; with its course */
	const char *user;       /* an author */
	const char *language;   /* label */
	const char *verdict;    /* "WA", ... */
	const char *runner;     /* id or name of who judged it */
	const char *package;    /* id or digest of what it was judged with */
	const char *submission; /* one alone */
	const char *rejudging;  /* what an earlier set did not apply */
	const char *after;      /* submitted, RFC 3339 */
	const char *before;
	const char *judged_after;
	const char *judged_before;
	bool outdated; /* judged with another version than the current */
	bool has_outdated;
	const char *reason; /* not of the filter */
};
extern const struct fields wire_rejudging_fields;

/* POST /rejudgings/{rj}/apply */
struct wire_rejudging_apply {
	bool partial; /* leave out what is not judged yet */
};
extern const struct fields wire_rejudging_apply_fields;

#endif
