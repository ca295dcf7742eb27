/*
 * Packages: immutable uploaded versions of a problem.  One is current.
 */
#ifndef STORE_PACKAGE_H
#define STORE_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct store_package {
	const char *id; /* pk_... */
	int64_t problem_id;
	const char *digest;  /* SHA-256 of the zip, hexadecimal */
	int64_t size;        /* bytes of the zip */
	const char *grading; /* JSON object, as given at the insert */
	const char *meta;    /* JSON object: title, statements, ... */
	const char *created_at;
	bool is_new; /* this call made it */
};

struct store_package_new {
	int64_t problem_id;
	int64_t user_id; /* who uploads it */
	const void *zip;
	size_t zip_n;
	const char *grading; /* JSON object: the snapshot of jobs */
	const char *meta;    /* JSON object or NULL */
	/* Settings that hold where staff made none: as store_problem_put. */
	const char *settings;
	/* For NOJ's runners; all NULL where the package has no such form. */
	const void *testdata;
	size_t testdata_n;
	const char *tasks;    /* text, kept to the byte */
	const char *checksum; /* MD5, hexadecimal */
};

struct store_testdata {
	const char *tasks;
	const char *checksum;
};

/*
 * Stores the version and makes it the current one, at once.  The same bytes
 * again make the version that has them current and change nothing else;
 * is_new is false then.
 */
struct err *store_package_insert(struct store *, struct arena *,
    const struct store_package_new *,
    struct store_package **ret_package) _must_check_;
/* Of a problem, by digest; NULL if it has no such version. */
struct err *store_package_bytes(struct store *, struct arena *,
    int64_t problem_id, const char *digest,
    struct store_blob **ret_blob) _must_check_;
/*
 * The zip by digest, while the runner holds a leased job whose snapshot is
 * that version; NULL otherwise.
 */
struct err *store_package_bytes_for_runner(struct store *, struct arena *,
    const char *runner_id, const char *digest,
    struct store_blob **ret_blob) _must_check_;
/*
 * What NOJ's runners are given for a problem: of the version that the
 * runner's latest leased job wants (runner_id NULL: anybody's), else of the current one.  NULL if there
 * is no such problem, or it has no such form.
 */
struct err *store_testdata_get(struct store *, struct arena *,
    int64_t problem_id, const char *runner_id,
    struct store_testdata **ret_testdata) _must_check_;
struct err *store_testdata_bytes(struct store *, struct arena *,
    int64_t problem_id, const char *runner_id,
    struct store_blob **ret_blob) _must_check_;
/* That latest job, or NULL. */
struct err *store_testdata_job(struct store *, struct arena *,
    int64_t problem_id, const char *runner_id,
    const char **ret_job) _must_check_;

#endif
