/*
 * What the tests of the store share: a migrated database of one cluster, a
 * course with a problem, and short words for claims and results.
 */
#ifndef TESTS_SQL_FIXTURE_H
#define TESTS_SQL_FIXTURE_H

#include "tests/unit/unit.h"

#include <libpq-fe.h>

#include "store/course.h"
#include "store/document.h"
#include "store/job.h"
#include "store/package.h"
#include "store/problem.h"
#include "store/runner.h"
#include "store/store.h"
#include "store/submission.h"
#include "store/sweep.h"
#include "store/user.h"
#include "tests/sql/pg.h"

/* Of the test that runs; the arena is new for each. */
extern struct arena *A;
extern struct store *S;
extern struct pg PG;

struct world {
	struct user *staff;
	struct user *alice;
	struct user *bob;
	struct course *course;
	struct problem *problem;
	struct store_package *package;
};
extern struct world W;

/* Group: a cluster.  Test: an empty, migrated database with a world in it;
 * afterwards the invariants must hold. */
int group_setup(void **);
int group_teardown(void **);
int test_setup(void **);
int test_teardown(void **);

/* Runs SQL as the superuser; the first column of the first row, or "". */
const char *sql(const char *text);
/* The same in any thread. */
const char *sql_in(struct arena *, const char *text);
/* The same as another role; the SQLSTATE, "" for success. */
const char *sql_as(const char *role, const char *text);

/* A submission of the user now, with fields to be changed before it goes. */
struct submission_new new_submission(const struct user *);
/* Inserts it; its job's id. */
const char *submit(const struct user *);
const char *submission_of(const char *job);
/* An active runner of this name. */
const char *new_runner(const char *name);
/* The nth lease in time. */
const char *lease(int n);
enum job_claimed claim(const char *job, const char *runner, const char *lease);
struct job_result result_of(const char *job, const char *runner,
    const char *lease, const char *verdict, double grade);
enum job_landing land(const char *job, const char *runner, const char *lease,
    double grade);
enum job_release release(const char *job, const char *runner, const char *lease,
    bool refund);
int64_t charged_of(const char *job);
const char *state_of(const char *job);
/* A column of alice's standing, as text; "" for NULL. */
const char *standing(const char *column);
/*
 * How many rows a test makes: what the variable of the environment says; else
 * the usual number, or in ./dev check --long the large one.
 */
int64_t rows_wanted(const char *variable, int64_t usual, int64_t large);
/* Fails unless every inv_ view is empty. */
void check_invariants(void);

#endif
