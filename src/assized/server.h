/*
 * From a FastCGI request to a written answer and its line in the log.
 */
#ifndef ASSIZED_SERVER_H
#define ASSIZED_SERVER_H

#include "assized/app.h"
#include "assized/fcgi.h"

/* Of a request: its body, what is made of it, and its answer. */
size_t server_arena_bytes(void);
/* A fcgi_serve_fn; ctx is the struct app. */
fcgi_serve_fn server_serve;

#endif
