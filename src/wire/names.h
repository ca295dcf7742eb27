/*
 * Names that travel: their form, and the fixed vocabularies.
 */
#ifndef WIRE_NAMES_H
#define WIRE_NAMES_H

#include <stdbool.h>

/* The language of what is in none: a quiz, a page, a report. */
#define WIRE_NO_LANGUAGE "none"

/* Of courses and problems: [A-Za-z0-9][A-Za-z0-9_-]{0,63}. */
bool wire_is_slug(const char *);
/* Of users: 1 to 128 of [A-Za-z0-9._@+-], the first a letter or digit. */
bool wire_is_user(const char *);
/* Of languages and pools: [a-z0-9][a-z0-9_+.-]{0,31}. */
bool wire_is_label(const char *);
/* 1 to 64 of [A-Za-z0-9_-]: a runner's nonce. */
bool wire_is_nonce(const char *);
/* 1 to 128 printable ASCII characters without blank: an Idempotency-Key. */
bool wire_is_key(const char *);
/* The form of a name of a time zone; that it exists Postgres knows. */
bool wire_is_zone(const char *);
/* Of an exporter: one of wire_exporters. */
bool wire_is_exporter(const char *);
/* "ssh" */
bool wire_is_debug(const char *);
/* RFC 3339 as clock_parse reads it. */
bool wire_is_time(const char *);

/*
 * Verdicts by their code, 0 to 7, then NULL.  A test may also be "skipped",
 * which comes after them in wire_test_statuses.
 */
enum wire_verdict {
	WIRE_AC,
	WIRE_WA,
	WIRE_CE,
	WIRE_TLE,
	WIRE_MLE,
	WIRE_RE,
	WIRE_JE,
	WIRE_OLE,
	WIRE_SKIPPED,
	WIRE_VERDICT__MAX = WIRE_SKIPPED
};

/* How a grading ended, in one word ("result"), then NULL. */
enum wire_outcome {
	WIRE_SUCCESS,
	WIRE_FAILED,
	WIRE_TIMEOUT,
	WIRE_OVERFLOW,
	WIRE_KILLED,
	WIRE_CRASH,
	WIRE_ERROR,
	WIRE_OUTCOME__MAX
};

extern const char *const wire_outcomes[];
/* Who sends grades to other systems (assize-exporter); NULL at the end. */
extern const char *const wire_exporters[];
extern const char *const wire_verdicts[];
extern const char *const wire_test_statuses[];

#endif
