/*
 * FEEDBACK of quizzes whose texts are reStructuredText.
 *
 * Theory: a quiz needs no box and takes a millisecond, but docutils needs
 * both a box and half a second.  What a quiz may say is known beforehand, so
 * the first job that needs it converts the author's texts in one box, and the
 * HTML stays with the unpacked package.
 */
#ifndef RUNNER_QUIZ_HTML_H
#define RUNNER_QUIZ_HTML_H

#include "base/err.h"

struct grading;
struct quiz_result;
struct quiz_html;

/* Of one package; must outlive neither it nor the arena. */
struct quiz_html *quiz_html_new(struct arena *) _must_check_;
/* NULL is fine. */
void quiz_html_free(struct quiz_html *);

/*
 * Fills more.feedback (rst_document); without HTML where a text cannot be
 * converted.  Who comes while texts are converted waits.
 */
struct err *quiz_html(struct grading *,
    const struct quiz_result *) _must_check_;

#endif
