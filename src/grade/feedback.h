/*
 * What a student reads about a graded assignment: from the preferences of the
 * problem's author, the tests and what each cost, to a report in Markdown and
 * the same as JSON.
 *
 * Layout and preferences are those of the autograder's default reporter;
 * docs/feedback.md says what is otherwise.
 */
#ifndef GRADE_FEEDBACK_H
#define GRADE_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "grade/tree.h"
#include "wire/json.h"

#define FEEDBACK_RESOURCES_MAX 100

/* Something to read, shown to who failed one of its tests. */
struct feedback_resource {
	const char *url; /* http or https */
	const char *description;
	const char *const *linked_tests; /* none: shown to everybody */
	size_t n_linked_tests;
};

struct feedback_general {
	const char *report_title; /* or NULL */
	bool show_score, has_show_score;
	bool show_passed_tests;
	bool add_report_summary, has_add_report_summary;
	const struct feedback_resource *online_content;
	size_t n_online_content;
};

/* Texts above the categories; NULL: the locale's. */
struct feedback_headers {
	const char *base;
	const char *bonus;
	const char *penalty;
};

struct feedback_default {
	const struct feedback_headers *category_headers; /* or NULL */
};

/* What a language model is told about the report that it writes. */
struct feedback_ai {
	const char *provide_solutions;
	const char *feedback_tone;
	const char *feedback_persona;
	const char *assignment_context;
	const char *extra_orientations;
	const char *const *submission_files_to_read;
	size_t n_submission_files_to_read;
};

enum feedback_mode { FEEDBACK_DEFAULT, FEEDBACK_AI };

struct feedback_config {
	bool include_feedback, has_include_feedback;
	int mode; /* enum feedback_mode; member "feedback_mode" */
	const struct feedback_general *general;
	const struct feedback_default *plain; /* member "default" */
	const struct feedback_ai *ai;
};

/*
 * Fills the config from the `feedback` document of a package (NULL: only
 * defaults).  Faults are at where + JSON pointer; unknown keys are among them.
 */
void feedback_config_read(const struct json *, const char *where,
    struct faults *, struct feedback_config *ret_config);
/* By the default: yes. */
bool feedback_is_wanted(const struct feedback_config *);

struct feedback_test {
	const char *name;
	double score;           /* below 100: failed */
	const char *files;      /* "a.c, b.c", or NULL */
	const char *parameters; /* "min=1, tag=div", or NULL */
	const char *report;     /* Markdown, or NULL */
};

struct feedback_input {
	const char *template; /* its name, or NULL */
	const char *locale;   /* "pt-BR"; unknown or NULL: English */
	/* By category, the greatest loss first. */
	const struct feedback_test *tests[TREE__MAX];
	size_t n[TREE__MAX];
	double final; /* 0..100 */
};

/* Names of the locales, to NULL: "en", ... */
#define FEEDBACK_LOCALES 5
extern const char *const feedback_locales[FEEDBACK_LOCALES + 1];
/* The index of "pt_br", "pt-BR", "pt"; 0 (English) of what is none. */
int feedback_locale(const char *locale);

/* The report in Markdown; ERR_TOO_LARGE beyond max bytes. */
struct err *feedback_markdown(struct arena *, const struct feedback_config *,
    const struct feedback_input *, size_t max,
    const char **ret_text) _must_check_;
/*
 * The same as an object: {title, summary{template?, total, passed, failed}?,
 * categories[{category, header, tests[{name, score, passed, files?,
 * parameters?, report?}]}], final_score?, resources[{url, description}]}.
 */
void feedback_write(struct json_w *, const struct feedback_config *,
    const struct feedback_input *);

/* -- what the files of this module share ---------------------------------- */

enum feedback_word {
	WORD_TITLE,
	WORD_SUMMARY,
	WORD_TEMPLATE,
	WORD_TESTS,
	WORD_TOTAL,
	WORD_PASSED,
	WORD_FAILED,
	WORD_BASE,
	WORD_BONUS,
	WORD_PENALTY,
	WORD_FILE,
	WORD_SCORE,
	WORD_PARAMETERS,
	WORD_ERROR,
	WORD_FEEDBACK,
	WORD_FINAL_SCORE,
	WORD_RESOURCES,
	WORD_PREFLIGHT,
	WORD_COMMAND,
	WORD_NO_MODEL,
	WORD__MAX
};

/* feedback_words.c: "pt_br", "pt-BR" and "pt" are the same. */
const char *feedback_word(const char *locale, enum feedback_word);

#endif
