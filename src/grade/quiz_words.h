/*
 * What is said of a quiz: our words in the languages that we have, and the
 * author's in those of the catalogues.
 */
#ifndef GRADE_QUIZ_WORDS_H
#define GRADE_QUIZ_WORDS_H

#include "grade/quiz.h"

enum quiz_message {
	QUIZ_MSG_WRONG_COUNT,
	QUIZ_MSG_INVALID_COUNT,
	QUIZ_MSG_CORRECT,
	QUIZ_MSG_WRONG,
	QUIZ_MSG_WRONG_MULTIPLE,
	QUIZ_MSG__MAX
};

/* Ours, with "{}" for a number; English where there is no other. */
const char *quiz_message(enum quiz_message, const char *locale);
/* Codes of the languages that quiz_message knows, NULL at the end. */
extern const char *const quiz_locales[];
/* The author's, from the catalogues. */
const char *quiz_translate(const struct quiz *, const char *text,
    const char *locale);
/* Is "fr" or "fr_BE" what somebody with this locale reads? */
bool quiz_locale_fits(const char *catalogue, const char *locale);

#endif
