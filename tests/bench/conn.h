/*
 * One HTTP/1.1 connection over TLS that is kept alive: a request is bytes
 * that the caller has made, an answer its status and body.  Nothing is
 * checked that does not matter for measuring; whatever goes wrong ends the
 * program.
 */
#ifndef TESTS_BENCH_CONN_H
#define TESTS_BENCH_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define ANSWER_MAX ((size_t)64 << 10)

struct ssl_st;
struct ssl_ctx_st;

struct conn {
	struct ssl_st *ssl;
	int fd;
	int epoll_fd;
	size_t tag; /* comes back with each event */
	char *in;   /* ANSWER_MAX bytes, or less for idle ones */
	size_t in_size;
	size_t in_n;
	int status;
	const char *body; /* NUL-terminated, until the next request */
	size_t body_n;
	bool is_last; /* the server closes after this answer */
};

/* Where to; made once. */
struct target {
	struct ssl_ctx_st *ctx;
	int port;
};

void die(const char *what) __attribute__((noreturn));
int64_t now_us(void);
void target_init(struct target *, const char *ca_file, int port);
/* Connects and shakes hands; events of the epoll have tag as their data. */
void conn_open(struct conn *, const struct target *, struct arena *,
    size_t in_size);
void conn_close(struct conn *);
/* Sends all of it; opens the connection again if the server wanted that. */
void conn_send(struct conn *, const struct target *, const char *p, size_t n);
/* Reads what is there; true once the answer is complete. */
bool conn_read(struct conn *) __attribute__((warn_unused_result));
/* A whole file; *ret_n may be NULL. */
char *read_file(struct arena *, const char *path, size_t *ret_n);
/* Of n values, sorted by it; permille 500 is the median.  0 if n is 0. */
int64_t quantile(int64_t *values, size_t n, unsigned int permille);

#endif
