#include "wire/course.h"

#include "wire/names.h"

const char *const wire_roles[] = { "student", "tutor", "staff", NULL };

/* clang-format off */
/* The first one only where the course is made. */
static const struct field course_fields[] = {
	{ "course", F_STRING, AT(struct wire_course, course), F_REQUIRED,
	    .check = wire_is_slug,
	    .what = "1 to 64 letters, digits, '_' and '-'" },
	{ "title", F_STRING, AT(struct wire_course, title), F_NULLABLE,
	    .min = 1, .max = 200 },
	{ "visible", F_BOOL, AT(struct wire_course, visible), F_NULLABLE,
	    .has = HAS(struct wire_course, has_visible) },
	{ "time_zone", F_STRING, AT(struct wire_course, time_zone), F_NULLABLE,
	    .min = 1, .max = 64, .check = wire_is_zone,
	    .what = "a time zone such as \"Europe/Berlin\" or \"UTC\"" },
	{ "self_enrol", F_BOOL, AT(struct wire_course, self_enrol), F_NULLABLE,
	    .has = HAS(struct wire_course, has_self_enrol) },
	{ "enrolment_key", F_STRING, AT(struct wire_course, enrolment_key),
	    F_NULLABLE, .min = 0, .max = 200 },
	{ "team_size", F_INT, AT(struct wire_course, team_size), F_NULLABLE,
	    .min = 0, .max = 1000,
	    .has = HAS(struct wire_course, has_team_size) },
	{ 0 }
};

static const struct field member_fields[] = {
	{ "role", F_ENUM, AT(struct wire_member, role), F_REQUIRED,
	    .names = wire_roles },
	{ 0 }
};
/* clang-format on */

const struct fields wire_course_create_fields = { "course_create",
	course_fields, sizeof(struct wire_course), 0 };
const struct fields wire_course_fields = { "course", course_fields + 1,
	sizeof(struct wire_course), 0 };
const struct fields wire_member_fields = { "member", member_fields,
	sizeof(struct wire_member), 0 };
