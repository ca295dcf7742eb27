/*
 * One HTTP exchange over libcurl.  The only file of the command that knows
 * libcurl.
 */
#ifndef CLI_HTTP_H
#define CLI_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct http;

/* ca_file is PEM, or NULL for the system's; it must live as long. */
struct err *http_open(struct arena *, const char *ca_file,
    struct http **ret_http) _must_check_;
void http_close(struct http *);

struct http_request {
	const char *method;
	const char *url;
	const char *bearer; /* or NULL */
	const char *type;   /* Content-Type of the body, or NULL: no body */
	const void *body;
	size_t body_n;
	const char *key; /* Idempotency-Key, or NULL */
	int64_t timeout_ms;
};

struct http_answer {
	int status;
	int retry_after_s; /* 0: not said */
	char *body;        /* NUL-terminated */
	size_t n;
};

/* ERR_UNAVAILABLE, with text for the user, if there is no whole answer. */
struct err *http_do(struct http *, struct arena *, const struct http_request *,
    struct http_answer *ret_answer) _must_check_;

#endif
