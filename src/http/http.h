/*
 * One HTTP exchange at a time over libcurl, with everything bounded: time,
 * size of the answer, protocols (http and https), no redirects, certificates
 * always verified.  The only place that knows libcurl.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct http;

struct http_config {
	const char *agent;   /* User-Agent */
	const char *ca_file; /* PEM, or NULL for the system's */
	const char *proxy;   /* "": none; NULL: the environment's */
};

/* Once in a process, before threads. */
struct err *http_global_init(struct arena *) _must_check_;

/*
 * A connection (kept open between requests) for one thread at a time.  The
 * configuration must live as long.
 */
struct err *http_open(struct arena *, const struct http_config *,
    struct http **ret_http) _must_check_;
void http_close(struct http *);

struct http_request {
	const char *method; /* "GET" */
	const char *url;
	const char *bearer; /* Authorization: Bearer, or NULL: none is sent */
	/* More of them, "Name: value"; a NULL ends them; or NULL. */
	const char *const *headers;
	const char *type; /* of the body, or NULL: application/json */
	const void *body; /* or NULL */
	size_t body_n;
	size_t max;         /* most bytes of the answer */
	int64_t timeout_ms; /* for all of it */
	int sink;           /* the body of a 200 is written here; -1: kept */
	const atomic_bool *cancel; /* ends it early; or NULL */
};

struct http_answer {
	int status;
	int retry_after_s; /* 0: not said */
	char *body;        /* NUL-terminated; empty if it went to the sink */
	size_t n;
};

/*
 * Any HTTP answer is a success here.  ERR_UNAVAILABLE: no (whole) answer, or
 * cancelled; ERR_TOO_LARGE: more than max; ERR_INTERNAL: the sink.
 */
struct err *http_do(struct http *, struct arena *, const struct http_request *,
    struct http_answer *ret_answer) _must_check_;

#endif
