/*
 * A door: the way from a port of this host to an SSH server in a box.
 *
 * The box never has a socket of this host: one that is connected can be
 * connected again, to anywhere.  It gets one end of a pair for each caller,
 * and a thread here carries the bytes.  Whoever knows the one-time password
 * comes in; it is in the document of the submitter and, as a hash, in the
 * box's own /etc/passwd, and nowhere else.
 */
#ifndef RUNNER_DOOR_H
#define RUNNER_DOOR_H

#include "base/err.h"
#include "box/box.h"
#include "runner/config.h"
#include "runner/environment.h"
#include "wire/runner.h"

/* Callers at once; more wait until the kernel's queue is full. */
#define DOOR_CALLERS_MAX 8
/* Seconds until somebody must have logged in. */
#define DOOR_LOGIN_SEC 120
/* Where the box finds what serves it (src/inbox/door). */
#define DOOR_DIR "/door"

struct door;

/* Who is told that it is open, and when it is not any more. */
struct door_teller {
	struct err *(*tell)(void *arg, struct arena *, const struct wire_ssh *);
	void *arg;
};

/* Does this runner open doors, into boxes of that environment? */
bool door_is_possible(struct arena *, const struct runner_config *,
    const struct environment *, const char **ret_why) _must_check_;

/* Takes a port; ERR_UNAVAILABLE if none of the range is free. */
struct err *door_open(struct arena *, const struct runner_config *,
    const struct environment *, const struct door_teller *,
    struct door **ret_door) _must_check_;
/*
 * Runs the box with what serves a door as its program: sets argv, env (which
 * the program gets besides), stdin_fd and login.  The caller has mounted
 * "door" of the inbox at DOOR_DIR.  Somebody is told as soon as the box is
 * ready, and when it is over.
 */
struct door_words {
	const struct environment *environment;
	const char *const *setup;    /* argv, before; or NULL */
	const char *const *teardown; /* argv, after; or NULL */
	const char *path;            /* PATH of sessions */
};
struct err *door_run(struct door *, struct box_host *, struct arena *,
    struct box_spec *, const struct door_words *,
    struct box_record *ret_record) _must_check_;
/* Closes the port.  NULL is fine. */
void door_close(struct door *);

#endif
