/*
 * Bodies about courses, problems and members.  Times are RFC 3339 text.
 */
#ifndef WIRE_COURSE_H
#define WIRE_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fields.h"

/* POST /courses (course required there) and PUT /courses/{c}. */
struct wire_course {
	const char *course; /* slug */
	const char *title;  /* 1 to 200 characters, or NULL */
	bool visible;       /* to those who are not members */
	bool has_visible;
};
extern const struct fields wire_course_create_fields;
extern const struct fields wire_course_fields; /* without "course" */

enum wire_evaluate { WIRE_EVALUATE_BEST, WIRE_EVALUATE_LAST };

/* PUT /courses/{c}/problems/{p}: settings that stand over the package's. */
struct wire_problem {
	const char *title;            /* or NULL: as it is */
	const char *opens_at;         /* or NULL */
	const char *closes_at;        /* or NULL */
	const char *const *languages; /* labels */
	size_t n_languages;
	bool has_languages;
	int evaluate; /* enum wire_evaluate: "best", "last" */
	bool has_evaluate;
	int64_t submission_limit; /* per user, 0: none */
	bool has_submission_limit;
	double weight;
	bool has_weight;
	bool visible; /* to students */
	bool has_visible;
	bool allow_pending; /* submit again before the verdict */
	bool has_allow_pending;
	bool count_compile_errors; /* as attempts */
	bool has_count_compile_errors;
	const char *pool; /* of runners, or NULL */
};
extern const struct fields wire_problem_fields;

enum wire_role { WIRE_STUDENT, WIRE_TUTOR, WIRE_STAFF };
extern const char *const wire_roles[]; /* "student", "tutor", "staff", NULL */

/* PUT /courses/{c}/members/{user} */
struct wire_member {
	int role; /* enum wire_role */
};
extern const struct fields wire_member_fields;

#endif
