/*
 * A request, from its first byte to its answer.
 */
#ifndef ASSIZED_REQ_H
#define ASSIZED_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "assized/park.h"
#include "assized/query.h"
#include "assized/resp.h"
#include "base/err.h"
#include "base/str.h"
#include "wire/json.h"

struct app;
struct caller;
struct route;

#define REQ_MAX_PARAMS 4

/* Where a request's parts come from: libfcgi, or a test. */
struct req_source {
	void *ctx;
	const char *(*param)(void *ctx, const char *name);
	size_t (*read)(void *ctx, void *, size_t n);
};

struct req {
	struct arena *arena;
	struct app *app;
	const struct req_source *source;
	const char *id;            /* names it in logs and problems */
	int64_t start_us;          /* monotonic */
	int64_t received_ms;       /* wall: when the web server had it */
	const struct route *route; /* NULL until it is found */
	bool is_head;
	const char *param[REQ_MAX_PARAMS]; /* of the path, decoded */
	struct query query;
	const char *type;            /* Content-Type or "" */
	struct str body;             /* NUL-terminated */
	void *in;                    /* the route's fields, filled */
	const struct caller *caller; /* NULL for WHO_ANYONE, WHO_LINK */
	struct resp resp;
	struct park_wish park; /* the answer may come later */
};

/* Takes what every request has; nothing is checked yet. */
void req_init(struct req *, struct arena *, struct app *,
    const struct req_source *);
/* A parameter of the web server, or "" where it is absent. */
const char *req_param(const struct req *, const char *name);
/*
 * The language that the caller likes best ("fr", "pt-BR"), as Accept-Language
 * has it, or NULL.
 */
const char *req_locale(const struct req *) _must_check_;
/* The credential after "Bearer ", or NULL. */
const char *req_bearer(const struct req *) _must_check_;

/*
 * The envelope of success: {"status":"ok","message":...,"data":{ members }}.
 * Between req_begin and req_end the handler writes members of data.
 */
struct reply {
	struct req *req;
	int status;
	bool is_flat; /* data's members also at top level */
	struct buf buf;
	struct json_w w;
	const char *message;
};
void reply_begin(struct reply *, struct req *, int status, const char *message);
void reply_end(struct reply *);
/*
 * A page of a list by its name: 200, then the objects, one after the other.
 * next: the cursor of the page behind it, or NULL.
 */
void reply_list(struct reply *, struct req *, const char *name);
void reply_list_end(struct reply *, const char *next);

#endif
