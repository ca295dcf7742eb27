/*
 * The wake channel, on a connection of its own, for one thread.
 */
#ifndef DISPATCH_WAKE_H
#define DISPATCH_WAKE_H

#include "dispatch/dispatch.h"

struct dispatch_wake;
struct err *dispatch_wake_open(struct dispatch *, struct arena *,
    struct dispatch_wake **ret_wake) _must_check_;
/* Readable when something became ready, or the connection ended. */
int dispatch_wake_fd(const struct dispatch_wake *);
/*
 * Takes what has come, without waiting; *ret_n messages.  After an error the
 * caller closes it, opens another and looks for ready jobs once.
 */
struct err *dispatch_wake_read(struct dispatch_wake *, struct arena *,
    size_t *ret_n) _must_check_;
void dispatch_wake_close(struct dispatch_wake *);

#endif
