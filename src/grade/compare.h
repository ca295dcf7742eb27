/*
 * The default output validator of the ICPC problem package format.
 *
 * Output and answer are strings of bytes, split into tokens at sequences of
 * the six whitespace bytes of ASCII (space, \t, \n, \v, \f, \r); NUL and
 * bytes above 127 are bytes like others.  Tokens are compared one by one:
 *
 *	string		the same bytes, where A-Z and a-z are the same unless
 *			case_sensitive is given
 *	number		only if a tolerance is given and the answer's token is
 *			a decimal floating-point number (sign, digits with an
 *			optional point, exponent; neither hexadecimal nor inf
 *			nor nan): the output's token must be one, too, and
 *			|out - answer| <= absolute tolerance, or
 *			|out - answer| <= relative tolerance * |answer|
 *
 * With space_change_sensitive the whitespace must be the same bytes, too,
 * also before the first token and behind the last.
 */
#ifndef GRADE_COMPARE_H
#define GRADE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct compare_options {
	bool case_sensitive;
	bool space_change_sensitive;
	bool has_absolute;
	bool has_relative;
	double absolute; /* >= 0, finite */
	double relative;
};

enum compare_result {
	COMPARE_SAME,
	COMPARE_TOKEN,     /* a token differs */
	COMPARE_NUMBER,    /* a number is too far off */
	COMPARE_NO_NUMBER, /* a number was expected, something else found */
	COMPARE_SHORT,     /* the output ends too early */
	COMPARE_LONG,      /* the output goes on after the answer */
	COMPARE_SPACE,     /* whitespace differs */
};

struct compare_report {
	enum compare_result result;
	size_t line;        /* of the output, from 1 */
	size_t token;       /* of the output, from 1 */
	size_t answer_line; /* for staff only */
	/* The tokens, for staff only; NULL where there is none. */
	const char *output_token;
	size_t output_token_n;
	const char *answer_token;
	size_t answer_token_n;
};

/* True if the output is accepted.  ret_report may be NULL. */
bool grade_compare(const char *output, size_t output_n, const char *answer,
    size_t answer_n, const struct compare_options *,
    struct compare_report *ret_report) _must_check_;

/*
 * One line on what differs and where, e.g. "line 3, token 2: the number is
 * too far off".  Says nothing of the answer, nor of the output's content.
 */
const char *compare_describe(struct arena *,
    const struct compare_report *) _must_check_;

/*
 * Arguments as the format writes them ("case_sensitive",
 * "float_tolerance", "1e-6", ...).  ERR_IMPOSSIBLE with a detail for what is
 * unknown, incomplete, negative, not finite or given twice.
 */
struct err *compare_options_parse(struct arena *, const char *const *args,
    size_t n, struct compare_options *ret_options) _must_check_;

#endif
