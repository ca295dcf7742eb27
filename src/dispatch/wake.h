/*
 * The wake channel: what may have changed, for those who wait for it.  A
 * hint, never the truth: messages get lost with their connection.
 */
#ifndef DISPATCH_WAKE_H
#define DISPATCH_WAKE_H

#include "dispatch/dispatch.h"

enum dispatch_news {
	DISPATCH_NEWS_READY,      /* a job of pool and language is ready */
	DISPATCH_NEWS_SUBMISSION, /* a job of it was acknowledged or ended */
	DISPATCH_NEWS_RUNNER      /* it is gone */
};

struct dispatch_woken {
	enum dispatch_news news;
	const char *id;       /* of the submission or runner; READY: the pool */
	const char *language; /* READY only */
};

/* A subscription, on a connection of its own, for one thread. */
struct dispatch_wake;
struct err *dispatch_wake_open(struct dispatch *, struct arena *,
    struct dispatch_wake **ret_wake) _must_check_;
/* Readable when something came, or the connection ended. */
int dispatch_wake_fd(const struct dispatch_wake *);
/*
 * Takes what has come, without waiting.  It stops after some thousand
 * messages: call it until *ret_n is 0.  After an error the caller closes it,
 * opens another and looks at all that it waits for once.
 */
struct err *dispatch_wake_read(struct dispatch_wake *, struct arena *,
    struct dispatch_woken **ret_woken, size_t *ret_n) _must_check_;
void dispatch_wake_close(struct dispatch_wake *);

/* Tells all listeners that the submission may have changed. */
struct err *dispatch_tell_submission(struct dispatch *, struct arena *,
    const char *submission) _must_check_;
/* Tells all listeners that the runner is gone. */
struct err *dispatch_tell_gone(struct dispatch *, struct arena *,
    const char *runner) _must_check_;

#endif
