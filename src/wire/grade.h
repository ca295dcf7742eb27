/*
 * The body of PUT /submissions/{sb}/grade.
 */
#ifndef WIRE_GRADE_H
#define WIRE_GRADE_H

#include "wire/fields.h"

struct wire_grade {
	double grade;        /* 0 to 100; two decimals are kept */
	const char *comment; /* or NULL */
};
extern const struct fields wire_grade_fields;

#endif
