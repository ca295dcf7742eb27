/*
 * Problems of a course, with their settings and the package that is current.
 */
#ifndef STORE_PROBLEM_H
#define STORE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/course.h"

/* Where a moment lies in a window; in this order. */
enum window_phase {
	WINDOW_BEFORE,
	WINDOW_OPEN,
	WINDOW_LATE, /* behind the soft end */
	WINDOW_CLOSED,
	WINDOW_ARCHIVED, /* the course is */
	WINDOW_SHUT,     /* nobody may submit anywhere */
};
const char *window_phase_name(enum window_phase);

/* As some users have it: extensions are in it. */
struct problem_window {
	enum window_phase phase;
	const char *opens_at; /* text; NULL: always, or (BEFORE) never */
	const char *soft_at;  /* NULL: none */
	const char *end_at;   /* NULL: none */
	double penalty;       /* points of a hundred that being late costs */
	bool is_extended;
};

struct problem {
	int64_t id;
	int64_t course_id;
	const char *course; /* slug */
	const char *slug;
	const char *title;
	const char *time_zone;        /* of the course */
	struct problem_window window; /* of who asks, or their team, now */
	int64_t grace_s;
	double late_penalty; /* for each unit that has begun */
	const char *late_unit;
	const char *const *languages; /* accepted; n 0: what the package says */
	size_t languages_n;
	const char *limits; /* JSON object over the package's, or NULL */
	/* Of submissions; 0: no limit. */
	int64_t max_submissions;
	int64_t sliding_n; /* in any sliding_s seconds */
	int64_t sliding_s;
	int64_t daily_n;
	int64_t interval_s; /* between two */
	int64_t stored_n;
	bool allows_pending; /* may submit again before the verdict */
	bool counts_ce;      /* a compile error is an attempt */
	bool is_visible;     /* to students */
	bool is_for_teams;   /* they submit together, nobody alone */
	bool network_grading;
	double pass_mark;
	double weight;
	const char *const *exports; /* who sends its grades elsewhere */
	size_t exports_n;
	const char *evaluate;  /* "best" or "last" */
	const char *pool;      /* of runners */
	enum member_role role; /* of the user who asks */
	const char *created_at;
	/* Of the current package; all NULL or 0 while there is none. */
	const char *package_id;
	const char *tool_versions; /* of the course, as in struct course */
	const char *package_digest;
	int64_t package_size;
	const char *grading; /* JSON object */
};

struct problem_key {
	const char *course; /* slugs */
	const char *problem;
};

/*
 * Makes the problem or changes what the settings say: a JSON object with the
 * names of wire_problem_settings.  ERR_NOT_FOUND without the course,
 * ERR_IMPOSSIBLE if the settings contradict each other (a window that ends
 * before it begins).
 */
struct err *store_problem_put(struct store *, struct arena *, int64_t user_id,
    const struct problem_key *, const char *settings,
    struct problem **ret_problem) _must_check_;
/*
 * As user_id sees it, with the window as it is for those who would submit
 * with this user at that time, in milliseconds since 1970 (0: now); NULL if
 * there is none.  Judges nothing.
 */
struct err *store_problem_get(struct store *, struct arena *, int64_t user_id,
    const struct problem_key *, int64_t at_ms,
    struct problem **ret_problem) _must_check_;

/* Users who submit together; the first one does it. */
struct authors {
	const int64_t *ids;
	size_t n;
};

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
