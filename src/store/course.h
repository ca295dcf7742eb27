/*
 * Courses and their members.  Problems are in store/problem.h.
 */
#ifndef STORE_COURSE_H
#define STORE_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* What a user is in a course; in the order of what they may. */
enum member_role { ROLE_NONE, ROLE_STUDENT, ROLE_TUTOR, ROLE_STAFF, ROLE__MAX };

/* "none", "student", "tutor", "staff". */
const char *member_role_name(enum member_role);
/* false if it is no role; "none" is none. */
bool member_role_of(const char *name, enum member_role *ret_role) _must_check_;

struct course {
	int64_t id;
	const char *slug;
	const char *title;
	bool is_visible;       /* to those who are not members */
	const char *time_zone; /* IANA name */
	bool self_enrol;       /* users may enrol themselves */
	int64_t team_size;     /* students form teams of so many; 0: staff do */
	const char *common;    /* digest of the common files, or NULL */
	enum member_role role; /* of the user who asks */
	const char *created_at;
	/* JSON: versions that judged and differ; for staff, else NULL. */
	const char *tool_versions;
};

/* What is NULL stays as it is (or is left empty in a new course). */
struct course_change {
	const char *title;
	const bool *is_visible;
	const char *time_zone;
	const bool *self_enrol;
	const int64_t *team_size;
};

/*
 * ERR_CONFLICT if the slug is taken.  The user who makes it becomes staff.
 */
struct err *store_course_create(struct store *, struct arena *, int64_t user_id,
    const char *slug, const struct course_change *,
    struct course **ret_course) _must_check_;
/* NULL if there is no such course. */
struct err *store_course_update(struct store *, struct arena *, int64_t user_id,
    const char *slug, const struct course_change *,
    struct course **ret_course) _must_check_;
/* As user_id sees it; NULL if there is no such course.  Judges nothing. */
struct err *store_course_get(struct store *, struct arena *, int64_t user_id,
    const char *slug, struct course **ret_course) _must_check_;

struct course_page {
	int64_t user_id;   /* who asks */
	bool all;          /* else the user's own and the visible ones */
	const char *after; /* those behind this slug; NULL: from the start */
	size_t limit;
};

struct course_list {
	struct course *items; /* by slug */
	size_t n;
	bool is_more;
};

struct err *store_course_list(struct store *, struct arena *,
    const struct course_page *, struct course_list *ret_list) _must_check_;

struct member {
	const char *user;
	enum member_role role;
	const char *added_at;
};

struct member_list {
	struct member *items;
	size_t n;
	bool is_more;
};

/* Makes the user if needed; puts another role in place of an old one. */
struct err *store_member_put(struct store *, struct arena *, int64_t course_id,
    int64_t by_id, const char *user, enum member_role) _must_check_;
/* *ret_was: whether there was one. */
struct err *store_member_delete(struct store *, struct arena *,
    int64_t course_id, int64_t by_id, const char *user,
    bool *ret_was) _must_check_;
/* ROLE_NONE if not a member. */
struct err *store_member_get(struct store *, struct arena *, int64_t course_id,
    const char *user, enum member_role *ret_role) _must_check_;
/* By name, those behind `after`. */
struct err *store_member_list(struct store *, struct arena *, int64_t course_id,
    const char *after, size_t limit, struct member_list *ret_list) _must_check_;

/* What op_versions says of the course, as JSON; NULL if nothing. */
struct err *store_course_versions(struct store *, struct arena *,
    const char *slug, const char **ret_json) _must_check_;

#endif
