/*
 * The two threads that serve nobody: the sweeper, and the health thread that
 * feeds systemd's watchdog.
 */
#ifndef ASSIZED_BACKGROUND_H
#define ASSIZED_BACKGROUND_H

#include "assized/fcgi.h"
#include "base/err.h"
#include "core/core.h"

struct background;

/* The fcgi's progress is what the watchdog goes by. */
struct err *background_start(struct arena *, const struct core *,
    const struct fcgi *, struct background **ret_background) _must_check_;
/* Ends both; frees it.  Before the fcgi is stopped. */
void background_stop(struct background *);

#endif
