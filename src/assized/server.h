/*
 * From a FastCGI request to a written answer and its line in the log.
 */
#ifndef ASSIZED_SERVER_H
#define ASSIZED_SERVER_H

#include "assized/app.h"
#include "assized/fcgi.h"
#include "assized/req.h"

/* Of a request: its body, what is made of it, and its answer. */
size_t server_arena_bytes(void);
/* A fcgi_serve_fn; ctx is the struct app. */
fcgi_serve_fn server_serve;

/* A parked request as it was when it was parked, without its answer. */
void server_revive(struct app *, struct arena *, const struct parked *,
    struct req *ret_req);
/* Writes its answer; false: nobody is there to read it. */
bool server_answer(const struct req *, const struct parked *) _must_check_;

/* --audit: prints what differs between the stores; ERR_CONFLICT if any. */
struct err *server_audit(struct arena *, const struct core *) _must_check_;

#endif
