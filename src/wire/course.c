#include "wire/course.h"

#include "wire/names.h"

const char *const wire_roles[] = { "student", "tutor", "staff", NULL };
static const char *const evaluates[] = { "best", "last", NULL };

#define WHAT_TIME "a time such as \"2026-11-21T23:59:59Z\""

/* clang-format off */
static const struct field course_create_fields[] = {
	{ "course", F_STRING, AT(struct wire_course, course), F_REQUIRED,
	    .check = wire_is_slug,
	    .what = "1 to 64 letters, digits, '_' and '-'" },
	{ "title", F_STRING, AT(struct wire_course, title), F_NULLABLE,
	    .min = 1, .max = 200 },
	{ "visible", F_BOOL, AT(struct wire_course, visible), F_NULLABLE,
	    .has = HAS(struct wire_course, has_visible) },
	{ 0 }
};

static const struct field course_fields[] = {
	{ "title", F_STRING, AT(struct wire_course, title), F_NULLABLE,
	    .min = 1, .max = 200 },
	{ "visible", F_BOOL, AT(struct wire_course, visible), F_NULLABLE,
	    .has = HAS(struct wire_course, has_visible) },
	{ 0 }
};

static const struct field problem_fields[] = {
	{ "title", F_STRING, AT(struct wire_problem, title), F_NULLABLE,
	    .min = 1, .max = 200 },
	{ "opens_at", F_STRING, AT(struct wire_problem, opens_at), F_NULLABLE,
	    .check = wire_is_time, .what = WHAT_TIME },
	{ "closes_at", F_STRING, AT(struct wire_problem, closes_at),
	    F_NULLABLE, .check = wire_is_time, .what = WHAT_TIME },
	{ "languages", F_STRINGS, AT(struct wire_problem, languages),
	    F_NULLABLE, .min = 1, .max = 64, .check = wire_is_label,
	    .what = "the name of a language",
	    .count = COUNT(struct wire_problem, n_languages),
	    .has = HAS(struct wire_problem, has_languages) },
	{ "evaluate", F_ENUM, AT(struct wire_problem, evaluate), F_NULLABLE,
	    .names = evaluates,
	    .has = HAS(struct wire_problem, has_evaluate) },
	{ "submission_limit", F_INT,
	    AT(struct wire_problem, submission_limit), F_NULLABLE,
	    .min = 0, .max = 100000,
	    .has = HAS(struct wire_problem, has_submission_limit) },
	{ "weight", F_DOUBLE, AT(struct wire_problem, weight), F_NULLABLE,
	    .min = 0, .max = 1000000,
	    .has = HAS(struct wire_problem, has_weight) },
	{ "visible", F_BOOL, AT(struct wire_problem, visible), F_NULLABLE,
	    .has = HAS(struct wire_problem, has_visible) },
	{ "allow_pending", F_BOOL, AT(struct wire_problem, allow_pending),
	    F_NULLABLE, .has = HAS(struct wire_problem, has_allow_pending) },
	{ "count_compile_errors", F_BOOL,
	    AT(struct wire_problem, count_compile_errors), F_NULLABLE,
	    .has = HAS(struct wire_problem, has_count_compile_errors) },
	{ "pool", F_STRING, AT(struct wire_problem, pool), F_NULLABLE,
	    .check = wire_is_label, .what = "the name of a pool" },
	{ 0 }
};

static const struct field member_fields[] = {
	{ "role", F_ENUM, AT(struct wire_member, role), F_REQUIRED,
	    .names = wire_roles },
	{ 0 }
};
/* clang-format on */

const struct fields wire_course_create_fields = { "course_create",
	course_create_fields, sizeof(struct wire_course), 0 };
const struct fields wire_course_fields = { "course", course_fields,
	sizeof(struct wire_course), 0 };
const struct fields wire_problem_fields = { "problem", problem_fields,
	sizeof(struct wire_problem), 0 };
const struct fields wire_member_fields = { "member", member_fields,
	sizeof(struct wire_member), 0 };
