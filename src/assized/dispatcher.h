/*
 * The dispatcher: the thread that owns the parked requests and answers them,
 * one for each process.
 */
#ifndef ASSIZED_DISPATCHER_H
#define ASSIZED_DISPATCHER_H

#include "assized/app.h"
#include "base/err.h"

struct dispatcher;

/* app->park is open. */
struct err *dispatcher_start(struct arena *, struct app *,
    struct dispatcher **ret_dispatcher) _must_check_;
/*
 * Closes the park, answers everybody in it at once and ends the thread; frees
 * it.  The threads that serve may go on: what they would park is answered.
 */
void dispatcher_stop(struct dispatcher *);
/* Milliseconds that its present turn has taken; 0: it waits. */
int64_t dispatcher_busy_ms(const struct dispatcher *);

#endif
