/*
 * What test functions report, in other languages.  Code says it in English,
 * where the compiler checks what is filled in; these tables, one for each
 * template, have the rest.  A test holds them together: every sentence that
 * is said has its row, every row is said, and all of a row are filled with
 * the same in the same order.
 */
#ifndef RUNNER_TEMPLATES_WORDS_H
#define RUNNER_TEMPLATES_WORDS_H

#include "grade/feedback.h"

/* In the order of feedback_locales; of a table's last the first is NULL. */
struct words {
	const char *in[FEEDBACK_LOCALES];
};

extern const struct words shared_words[];
extern const struct words setup_words[];
extern const struct words input_output_words[];
extern const struct words api_words[];
extern const struct words static_analysis_words[];
extern const struct words webdev_words[];
/* All of them, to NULL. */
extern const struct words *const words_tables[];

/* The English format as the locale says it; itself where nobody does. */
const char *words_say(const char *locale, const char *format)
    __attribute__((format_arg(2)));

#endif
