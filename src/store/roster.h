/*
 * Who is in a course, many at once; teams, extensions, self-enrolment; the
 * files that all problems of a course share.
 */
#ifndef STORE_ROSTER_H
#define STORE_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "store/course.h"
#include "store/problem.h"

/* One line; users differ.  role, team: NULL as they are; team "": none. */
struct roster_new {
	int64_t course_id;
	const char *by;
	const char *const *users;
	const char *const *roles; /* names of roles */
	const char *const *teams;
	size_t n;
};

struct roster_line {
	const char *user;
	enum member_role role;
	const char *team; /* or NULL */
	bool is_new;      /* was no member before */
	bool may_token;   /* an account of this course alone */
};

struct roster {
	struct roster_line *items; /* in the order given */
	size_t n;
};

struct err *store_roster_put(struct store *, struct arena *,
    const struct roster_new *, struct roster *ret_roster) _must_check_;

struct enrolment {
	bool is_open;
	const char *key_sha256; /* hexadecimal; NULL: no key */
};
struct err *store_enrolment_get(struct store *, struct arena *,
    int64_t course_id, struct enrolment *ret_enrolment) _must_check_;
/* NULL takes it away. */
struct err *store_enrolment_key_put(struct store *, struct arena *,
    int64_t course_id, const char *sha256_hex) _must_check_;
/* As student; *ret_new: was no member before. */
struct err *store_enrol(struct store *, struct arena *, int64_t course_id,
    int64_t user_id, bool *ret_new) _must_check_;

struct team {
	const char *name;
	const char *const *users;
	size_t users_n;
};

struct team_list {
	struct team *items; /* by name */
	size_t n;
	bool is_more;
};

/* ERR_IMPOSSIBLE names those who are no members of the course. */
struct err *store_team_put(struct store *, struct arena *, int64_t course_id,
    const char *by, const struct team *) _must_check_;
struct err *store_team_delete(struct store *, struct arena *, int64_t course_id,
    const char *name, bool *ret_was) _must_check_;

/* A member who comes into a team, or leaves it. */
struct team_move {
	int64_t course_id;
	const char *by;
	const char *team;
	const char *user;
	bool is_staff; /* size and submissions do not matter */
	bool is_leaving;
};
/*
 * *ret_done false: no member of the course, or not in that team.  A team is
 * made when its first member comes, and goes with its last.  ERR_FORBIDDEN
 * where staff make the teams, ERR_TEAM_FULL, ERR_TEAM_FIXED.
 */
struct err *store_team_move(struct store *, struct arena *,
    const struct team_move *, bool *ret_done) _must_check_;

struct team_page {
	int64_t course_id;
	int64_t user_id;   /* only theirs; 0: all */
	const char *after; /* those behind this name; NULL: from the start */
	size_t limit;
};
struct err *store_team_list(struct store *, struct arena *,
    const struct team_page *, struct team_list *ret_list) _must_check_;
/* Of a user; *ret_name NULL: in none.  The user is the first one. */
struct err *store_team_of(struct store *, struct arena *, int64_t course_id,
    int64_t user_id, const char **ret_name,
    struct authors *ret_authors) _must_check_;

struct extension {
	const char *user;
	const char *soft_at; /* NULL: as the end */
	const char *end_at;  /* NULL: as for all */
	int64_t attempts;    /* beyond those of all */
	const char *reason;  /* or NULL */
	const char *by;
	const char *changed_at;
};

struct extension_list {
	struct extension *items; /* by user */
	size_t n;
	bool is_more;
};

struct extension_page {
	int64_t problem_id;
	const char *user; /* only theirs; NULL: all */
	const char *after;
	size_t limit;
};

/* set: JSON object of soft, end, attempts, reason.  ERR_NOT_FOUND. */
struct err *store_extension_put(struct store *, struct arena *,
    int64_t problem_id, int64_t by_id, const char *user,
    const char *set) _must_check_;
struct err *store_extension_delete(struct store *, struct arena *,
    int64_t problem_id, const char *user, bool *ret_was) _must_check_;
struct err *store_extension_list(struct store *, struct arena *,
    const struct extension_page *,
    struct extension_list *ret_list) _must_check_;

struct common {
	const char *id; /* cm_... */
	const char *digest;
	int64_t size;
	const char *created_at;
	bool is_new;
};

/* Makes it the current version; the same bytes make no new one. */
struct err *store_common_put(struct store *, struct arena *, int64_t course_id,
    int64_t user_id, struct str zip, struct common *ret_common) _must_check_;
/* NULL while there is none. */
struct err *store_common_bytes(struct store *, struct arena *,
    int64_t course_id, struct store_blob **ret_blob) _must_check_;

#endif
