/*
 * Batches of commands and scripts on a borrowed connection.  Only the files
 * of this directory include it.
 *
 * Arguments travel as vectors of bytes; nothing is ever part of a format.
 */
#ifndef DISPATCH_CONN_H
#define DISPATCH_CONN_H

#include <hiredis/hiredis.h>

#include "base/pool.h"
#include "dispatch/dispatch.h"

enum script {
	SCRIPT_OFFER,
	SCRIPT_CLAIM,
	SCRIPT_RENEW,
	SCRIPT_ACK,
	SCRIPT_RESTORE,
	SCRIPT_RELEASE,
	SCRIPT_RECALL,
	SCRIPT_FORGET,
	SCRIPT_EXPIRE,
	SCRIPT_SWEEP_BEGIN,
	SCRIPT_SWEEP_REBUILT,
	SCRIPT_SEEN,
	SCRIPT_METRICS_ADD,
	SCRIPT_METRICS_READ,
	SCRIPT_RATE,
	SCRIPT_PROGRESS,
	SCRIPT_PLACE,
	SCRIPT__MAX
};

struct dispatch {
	struct arena *arena; /* of all this; not used after open */
	struct dispatch_conf conf;
	struct pool *pool;
	char token[33]; /* names us as the sweep's owner */
};

struct command {
	enum script script; /* SCRIPT__MAX: a plain command */
	const char **arg;
	size_t *len;
	size_t n;
	size_t cap;
};

struct batch {
	struct arena *arena;
	struct command *commands;
	size_t n;
	size_t cap;
	redisReply **replies; /* n of them after batch_run */
};

void batch_init(struct batch *, struct arena *);
/* For _cleanup_: frees the replies. */
void batch_done(struct batch *);
/* A new command; its arguments are added after it.  Arguments are copied. */
void batch_command(struct batch *, const char *name);
/* A new script; n_keys of what is added are its keys. */
void batch_script(struct batch *, enum script, size_t n_keys);
void batch_arg(struct batch *, const char *);
void batch_int(struct batch *, int64_t);
/* "{assize}:" and then the format. */
void batch_key(struct batch *, const char *fmt, ...) _printf_(2, 3);
/*
 * Sends all of it at once and waits for all replies.  A reply that is an
 * error is an error of the whole; scripts that the server does not know are
 * loaded and run again.
 */
struct err *batch_run(struct dispatch *, struct batch *) _must_check_;
/* The same for one command on a connection that is the caller's own. */
struct err *conn_open(const struct dispatch_conf *, struct arena *,
    redisContext **ret_context) _must_check_;
struct err *conn_fault(redisContext *, struct arena *,
    const char *doing) _must_check_;

/* What a reply holds; the wrong kind is 0, NULL, no elements. */
int64_t reply_int(const redisReply *);
char *reply_text(const redisReply *, struct arena *) _must_check_;
size_t reply_count(const redisReply *);
const redisReply *reply_at(const redisReply *, size_t);
/* TIME's reply in ms. */
int64_t reply_time(const redisReply *);

/* Is each of the n a name as DISPATCH_NAME_MAX says?  Else ERR_INTERNAL. */
struct err *check_names(struct arena *, const char *const *names,
    size_t n) _must_check_;

#endif
