/*
 * Bodies about courses and members.  Problems: wire/settings.h.
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
	const char *time_zone; /* IANA name, or NULL */
	bool self_enrol;       /* users may enrol themselves */
	bool has_self_enrol;
	int64_t team_size; /* students form teams of so many; 0: staff do */
	bool has_team_size;
	const char *enrolment_key; /* what they must know; "": nothing */
};
extern const struct fields wire_course_create_fields;
extern const struct fields wire_course_fields; /* without "course" */

enum wire_role { WIRE_STUDENT, WIRE_TUTOR, WIRE_STAFF };
extern const char *const wire_roles[]; /* "student", "tutor", "staff", NULL */

/* PUT /courses/{c}/members/{user} */
struct wire_member {
	int role; /* enum wire_role */
};
extern const struct fields wire_member_fields;

#endif
