/*
 * A redis-server of the test's own on a socket in a directory of its own,
 * and a few words to talk about jobs.
 */
#ifndef TESTS_REDIS_FIXTURE_H
#define TESTS_REDIS_FIXTURE_H

#include "tests/unit/unit.h"

#include "dispatch/conn.h"
#include "dispatch/dispatch.h"
#include "dispatch/lease.h"
#include "dispatch/runner.h"
#include "dispatch/sweep.h"

/* Of the test that runs; the arena is new for each. */
extern struct arena *A;
extern struct dispatch *D;

int server_start(void); /* waits until it answers */
void server_stop(void); /* kills it and waits */
const char *server_socket(void);

/* Group and test fixtures of cmocka: a server; an empty database. */
int group_setup(void **);
int group_teardown(void **);
int test_setup(void **);
int test_teardown(void **);

/* A job of class live, pool "default", language "c", that lasts an hour. */
struct dispatch_job job_of(const char *id, const char *user);
void offer(const char *id, const char *user);
void offer_class(const char *id, const char *user, enum dispatch_class);
/* A want of pool "default", languages "c" and "cpp", lease 30 s. */
struct dispatch_want want_of(const char *runner);
struct dispatch_claim claim(const struct dispatch_want *);
/* The id of the job claimed, or "". */
const char *claim_id(const char *runner);
/* "absent", "ready", "leased". */
const char *state_of(const char *job);
/* One raw command; the words end with NULL. */
int64_t raw_int(const char *const *words);
#define RAW(...) raw_int((const char *const[]) { __VA_ARGS__, NULL })
/* Makes the lease of a job end now. */
void end_lease(const char *job);
size_t expire(void);

#endif
