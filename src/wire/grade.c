#include "wire/grade.h"

/* clang-format off */
static const struct field grade_fields[] = {
	{ "grade", F_DOUBLE, AT(struct wire_grade, grade), F_REQUIRED,
	    .min = 0, .max = 100 },
	{ "comment", F_STRING, AT(struct wire_grade, comment), F_NULLABLE,
	    .min = 0, .max = 16000 },
	{ 0 }
};
/* clang-format on */

const struct fields wire_grade_fields = { "grade", grade_fields,
	sizeof(struct wire_grade), 0 };
