/*
 * Places between two steps of the dispatch at which tests let this process
 * die, stop, wait or fail.  Without ./configure --enable-failpoints they are
 * nothing.  docs/failpoints.md lists them; a style test compares it with the
 * code.
 *
 *	TRY(FAILPOINT(a, "claim.after_script"));
 *
 * What they do stands in the file that $ASSIZE_FAILPOINTS names, a line each,
 * read at each hit; no file: nothing.
 *
 *	NAME=kill | stop | delay:MS | error [@N]
 *
 * kill and stop are the signals.  error is ERR_UNAVAILABLE.  @N: at the Nth
 * hit in this process.  Whoever acts removes the file first, and who cannot
 * does not act: of many threads and processes it happens to one.
 */
#ifndef BASE_FAILPOINT_H
#define BASE_FAILPOINT_H

#include "base/err.h"

#ifdef ASSIZE_FAILPOINTS
#define FAILPOINT(a, name) failpoint_hit((a), (name))
struct err *failpoint_hit(struct arena *, const char *name) _must_check_;
#else
#define FAILPOINT(a, name) ((struct err *)NULL)
#endif

#endif
