/*
 * FastCGI: threads that accept requests from the web server.
 *
 * The only place that knows libfcgi.  What a request brings is read through
 * struct fcgi_conn; one thread serves one request at a time.
 */
#ifndef ASSIZED_FCGI_H
#define ASSIZED_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct fcgi;
struct fcgi_conn;

/*
 * Serves one request: writes an answer and returns true, or hands the
 * connection on (fcgi_keep) and returns false; then it is another's, who may
 * have ended it already.  The arena is the request's: it is reset when the
 * function has returned.
 */
typedef bool fcgi_serve_fn(void *ctx, struct arena *, struct fcgi_conn *);

struct fcgi_conf {
	int listen_fd; /* listening; made non-blocking */
	/*
	 * Nobody else accepts from this socket, so that what waits in its
	 * queue is served before the end.
	 */
	bool is_ours;
	size_t threads;
	size_t arena_bytes; /* limit of a request's arena */
	fcgi_serve_fn *serve;
	void *ctx;
};

/*
 * Call once, before any other thread exists: libfcgi's own setup.  It leaves
 * SIGPIPE and SIGUSR1 ignored, which libfcgi would have taken.
 */
void fcgi_setup(void);
/*
 * Starts the threads; they have the caller's signal mask.  ERR_INTERNAL if
 * they could not be made.
 */
struct err *fcgi_start(struct arena *, const struct fcgi_conf *,
    struct fcgi **ret_fcgi) _must_check_;
/*
 * Ends the threads: none takes a new request (but see is_ours), the ones
 * being served are served to their end.  Frees it.
 */
void fcgi_stop(struct fcgi *);
/* Milliseconds that the oldest request being served has taken; 0 if none. */
int64_t fcgi_busy_ms(const struct fcgi *);

/* A parameter of the request, or NULL.  Lives as long as the request. */
const char *fcgi_param(const struct fcgi_conn *, const char *name);
/* Up to n bytes of the body; less only at its end. */
size_t fcgi_read(struct fcgi_conn *, void *, size_t n);
/* False: the client has left, or did not read for as long as it may take. */
bool fcgi_write(struct fcgi_conn *, const void *, size_t n);
/* No write shall wait for more than this. */
void fcgi_limit(struct fcgi_conn *, int64_t write_ms);
/* What was written is not all: the web server shall not say that it is. */
void fcgi_break(struct fcgi_conn *);

/*
 * -- a connection that is kept: one owner, any thread
 */

/*
 * Makes it fit to be kept: reads its body to the end, and lets no write wait
 * for more than write_ms.
 */
void fcgi_keep(struct fcgi_conn *, int64_t write_ms);
/* What is to live as long as the connection. */
struct arena *fcgi_arena(struct fcgi_conn *);
/* To wait for its end. */
int fcgi_fd(const struct fcgi_conn *);
/* The web server closes the connection when its client has left. */
bool fcgi_has_left(const struct fcgi_conn *);
/* Sends what was written; false if nobody is there to read it. */
bool fcgi_flush(struct fcgi_conn *) _must_check_;
/* Ends the answer and frees the connection with its arena. */
void fcgi_end(struct fcgi_conn *);

#endif
