/*
 * Problem packages by digest, in a directory of files <sha256>.zip.
 *
 * A file is there whole and verified, or not at all.  Threads that want the
 * same package wait for one download.  The least recently used files go when
 * the directory grows beyond its limit; those that are open stay readable.
 */
#ifndef RUNNER_CACHE_H
#define RUNNER_CACHE_H

#include <stdint.h>

#include "base/err.h"

struct cache;

/*
 * The directory is made where it is missing; what an interrupted run left
 * behind is removed.  One process at a time may use it.
 */
struct err *cache_open(struct arena *, const char *dir, uint64_t max_bytes,
    struct cache **ret_cache) _must_check_;
void cache_close(struct cache *);

/* Writes the package's bytes to the descriptor. */
typedef struct err *cache_fetch_fn(void *arg, struct arena *, int fd);

/*
 * A descriptor of the package (the caller's), from the cache or fetched.
 * ERR_UNAVAILABLE if what was fetched has not this digest.
 */
struct err *cache_get(struct cache *, struct arena *, const char *digest,
    cache_fetch_fn *fetch, void *arg, int *ret_fd) _must_check_;

/* The SHA-256 of a file from its start; lower-case hexadecimal. */
struct err *cache_file_digest(struct arena *, int fd,
    char **ret_hex) _must_check_;

#endif
