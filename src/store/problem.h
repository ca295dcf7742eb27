/*
 * Problems of a course, with their settings and the package that is current.
 */
#ifndef STORE_PROBLEM_H
#define STORE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/course.h"

/* Open ends of a window in milliseconds since 1970. */
#define PROBLEM_ALWAYS INT64_MIN
#define PROBLEM_NEVER INT64_MAX

struct problem {
	int64_t id;
	int64_t course_id;
	const char *course; /* slug */
	const char *slug;
	const char *title;
	const char *opens_at; /* text, or NULL: always open */
	const char *closes_at;
	int64_t opens_ms; /* the same as numbers */
	int64_t closes_ms;
	const char *const *languages; /* accepted; n 0: what the package says */
	size_t languages_n;
	const char *limits;      /* JSON object over the package's, or NULL */
	int64_t max_submissions; /* 0: no limit */
	bool allows_pending;     /* may submit again before the verdict */
	bool counts_ce;          /* a compile error is an attempt */
	bool is_visible;         /* to students */
	double weight;
	const char *evaluate;  /* "best" or "last" */
	const char *pool;      /* of runners */
	enum member_role role; /* of the user who asks */
	const char *created_at;
	/* Of the current package; all NULL or 0 while there is none. */
	const char *package_id;
	const char *package_digest;
	int64_t package_size;
	const char *grading; /* JSON object */
};

/* What is NULL stays as it is (or takes its default in a new problem). */
struct problem_change {
	const char *title;
	const char *opens_at; /* RFC 3339; "": no end */
	const char *closes_at;
	const char *const *languages; /* replaces all if not NULL */
	size_t languages_n;
	const char *limits; /* JSON object; "null": none */
	const int64_t *max_submissions;
	const bool *allows_pending;
	const bool *counts_ce;
	const bool *is_visible;
	const double *weight;
	const char *evaluate; /* "best" or "last" */
	const char *pool;
};

struct problem_key {
	const char *course; /* slugs */
	const char *problem;
};

/*
 * Makes the problem or changes it.  ERR_NOT_FOUND without the course,
 * ERR_IMPOSSIBLE if the settings contradict each other (a window that ends
 * before it begins).
 */
struct err *store_problem_put(struct store *, struct arena *, int64_t user_id,
    const struct problem_key *, const struct problem_change *,
    struct problem **ret_problem) _must_check_;
/* As user_id sees it; NULL if there is none.  Judges nothing. */
struct err *store_problem_get(struct store *, struct arena *, int64_t user_id,
    const char *course, const char *slug,
    struct problem **ret_problem) _must_check_;

/* Is what is handed in not judged for now (op_hold)? */
struct err *store_problem_held(struct store *, struct arena *,
    int64_t problem_id, bool *ret_held) _must_check_;

struct problem_page {
	int64_t user_id; /* who asks */
	int64_t course_id;
	bool all;          /* hidden ones too */
	const char *after; /* those behind this slug; NULL: from the start */
	size_t limit;
};

struct problem_list {
	struct problem *items; /* by slug; without grading */
	size_t n;
	bool is_more;
};

struct err *store_problem_list(struct store *, struct arena *,
    const struct problem_page *, struct problem_list *ret_list) _must_check_;

#endif
