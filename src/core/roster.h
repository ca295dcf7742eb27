/*
 * Who is in a course, and with whom: rosters, self-enrolment, teams,
 * extensions; and the files that all problems of a course share.
 */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include "core/course.h"
#include "store/roster.h"
#include "wire/roster.h"

struct core_roster {
	struct roster roster;
	const char **tokens; /* NULL: none asked for; NULL where none is due */
};

/*
 * Staff; the names differ.  A token is made for accounts of this course
 * alone: who teaches here must not speak for anybody else.  ERR_IMPOSSIBLE,
 * ERR_CONFLICT where the service cannot sign.
 */
struct err *core_roster_put(const struct core *, struct arena *,
    const struct caller *, const char *course, const struct wire_roster *,
    struct core_roster *ret_roster) _must_check_;

struct core_enrolled {
	struct course *course;
	bool is_new; /* was no member before */
};

/* What is kept of a key: SHA-256 over the course and it, hexadecimal. */
char *core_enrolment_digest(struct arena *, int64_t course_id,
    const char *key) _must_check_;
/*
 * The caller enrols as student.  ERR_ENROLMENT where that is not open or the
 * key is not the course's; ERR_RATE for who guesses.
 */
struct err *core_enrol(const struct core *, struct arena *,
    const struct caller *, const char *course, const char *key,
    struct core_enrolled *ret) _must_check_;

/* Staff.  ERR_IMPOSSIBLE names who is no member. */
struct err *core_team_put(const struct core *, struct arena *,
    const struct caller *, const char *course,
    const struct team *) _must_check_;
struct err *core_team_delete(const struct core *, struct arena *,
    const struct caller *, const char *course, const char *name) _must_check_;
/*
 * A member of the course comes into a team, which is made if it is not there,
 * or leaves it: staff, and students themselves where the course lets them.
 * Whoever comes leaves the team that he was in.  ERR_FORBIDDEN for others and
 * where staff make the teams, ERR_TEAM_FULL, ERR_TEAM_FIXED, ERR_NOT_FOUND.
 */
struct core_team_move {
	const char *course;
	const char *team;
	const char *user;
	bool is_leaving;
};
struct err *core_team_move(const struct core *, struct arena *,
    const struct caller *, const struct core_team_move *) _must_check_;
/* Tutors: all; students: their own. */
struct err *core_team_list(const struct core *, struct arena *,
    const struct caller *, const char *course, const struct core_page *,
    struct team_list *ret_list) _must_check_;

/* A user at a problem. */
struct core_place {
	struct problem_key problem;
	const char *user;
};

/* Staff.  What is absent stays as it is. */
struct err *core_extension_put(const struct core *, struct arena *,
    const struct caller *, const struct core_place *,
    const struct wire_extension *, struct extension *ret) _must_check_;
struct err *core_extension_delete(const struct core *, struct arena *,
    const struct caller *, const struct core_place *) _must_check_;
/* Tutors. */
struct err *core_extension_list(const struct core *, struct arena *,
    const struct caller *, const struct problem_key *, const struct core_page *,
    struct extension_list *ret_list) _must_check_;

/* Staff; a zip that holds at least one file.  ERR_FILES, ERR_TOO_LARGE. */
struct err *core_common_put(const struct core *, struct arena *,
    const struct caller *, const char *course, struct str zip,
    struct common *ret_common) _must_check_;
/* Staff.  ERR_NOT_FOUND while there is none. */
struct err *core_common_get(const struct core *, struct arena *,
    const struct caller *, const char *course,
    struct store_blob **ret_blob) _must_check_;

#endif
