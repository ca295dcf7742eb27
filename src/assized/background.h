/*
 * The threads that serve nobody: the sweeper, the one that writes down once a
 * second who was heard of, and the one that feeds systemd's watchdog.
 */
#ifndef ASSIZED_BACKGROUND_H
#define ASSIZED_BACKGROUND_H

#include "assized/dispatcher.h"
#include "assized/fcgi.h"
#include "base/err.h"
#include "core/core.h"

struct background;

/* The watchdog goes by the progress of fcgi and dispatcher. */
struct err *background_start(struct arena *, const struct core *,
    const struct fcgi *, const struct dispatcher *,
    struct background **ret_background) _must_check_;
/* Ends them; frees it.  Before what it watches is stopped. */
void background_stop(struct background *);

#endif
