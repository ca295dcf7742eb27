/*
 * Parked requests: polls that wait for news without holding a thread.
 *
 * A request has exactly one owner.  The thread that serves it reserves a
 * place, fills a struct parked and puts it; from then on it is the
 * dispatcher's (dispatcher.h) and nobody else touches it, its connection or
 * its memory.  What the two share stands first in struct park (park.c), under
 * one lock; the rest is the dispatcher's own.
 */
#ifndef ASSIZED_PARK_H
#define ASSIZED_PARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "assized/fcgi.h"
#include "base/err.h"

enum park_kind {
	PARK_JOB,        /* a runner's slot waits for a job */
	PARK_SUBMISSION, /* somebody waits for a submission to change */
	PARK_KIND__MAX
};

/* What a handler says of its answer (struct req): it may come later. */
struct park_wish {
	int64_t wait_s; /* 0: this is the answer */
	enum park_kind kind;
	const char *key;  /* of the slot, or NULL; the submission's id */
	const char *seen; /* PARK_SUBMISSION: its state in the answer */
	uint64_t news;    /* park_news before the answer was found */
};

struct caller;
struct route;

/* All of it lives in the connection's arena. */
struct parked {
	struct fcgi_conn *conn;
	enum park_kind kind;
	const char *key;
	const char *seen;
	uint64_t news;
	const char *nonce;
	int64_t deadline_ms; /* monotonic */
	/* Of the request as it was. */
	const struct route *route;
	const struct caller *caller;
	const char *id;
	int64_t start_us;
	/* The dispatcher's. */
	uint64_t round; /* of its last try */
	size_t wanted;
	TAILQ_ENTRY(parked) in_line;
	TAILQ_ENTRY(parked) in_bucket;
	TAILQ_ENTRY(parked) in_wheel;
};
TAILQ_HEAD(parked_list, parked);

struct park;

/* At most max requests are parked.  ERR_INTERNAL without descriptors. */
struct err *park_open(struct arena *, size_t max,
    struct park **ret_park) _must_check_;
/* Nothing may be parked any more. */
void park_free(struct park *);

/* -- any thread */

/* Grows with each piece of news; what is older than it may be stale. */
uint64_t park_news(struct park *);
enum park_room { PARK_ROOM, PARK_FULL, PARK_CLOSED };
/* PARK_ROOM: a place is kept until park_put. */
enum park_room park_reserve(struct park *) _must_check_;
void park_put(struct park *, struct parked *);
/* Nobody gets a place any more; the dispatcher ends those who have one. */
void park_close(struct park *);

/* -- the dispatcher */

/* Readable when something was put, or it was closed. */
int park_fd(const struct park *);
void park_tell_news(struct park *);
/* Takes one that was put into the table; NULL: there are no more. */
struct parked *park_take_in(struct park *);
/* Closed, and nothing is left or to come. */
bool park_is_over(struct park *, bool *ret_closed);
/* The line of a kind: who was tried least recently stands first. */
struct parked_list *park_line(struct park *, enum park_kind);
void park_to_tail(struct park *, struct parked *);
/* The first with that key behind `after` (NULL: the first of all), or NULL. */
struct parked *park_find(struct park *, enum park_kind, const char *key,
    const struct parked *after);
/* Up to max of those whose time has come; they stay until park_end. */
size_t park_due(struct park *, int64_t now_ms, struct parked **ret_due,
    size_t max);
/* Milliseconds until the next deadline; -1: none. */
int park_next_ms(const struct park *, int64_t now_ms);
/* Takes it out of the table and ends its connection, and with it p. */
void park_end(struct park *, struct parked *);

#endif
