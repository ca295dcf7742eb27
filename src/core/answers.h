/*
 * Submissions that answer questions: the templates quiz and script.
 */
#ifndef CORE_ANSWERS_H
#define CORE_ANSWERS_H

#include "core/source.h"
#include "grade/quiz.h"

struct answers_ask {
	const struct submit *in;
	const struct snapshot *snapshot; /* with a quiz */
	struct quiz_seed seed;
	const char *users; /* who submits, with commas between */
};

/*
 * Checks the answers in in->input and packs them: "input.json", and the files
 * that answer questions as ID/NAME.  ERR_ANSWERS names every question that
 * cannot be graded; nothing was stored then.  What the grader is told beside
 * the answers (@username, @time, ...) stands in source->input.
 */
struct err *answers_pack(struct arena *, const struct answers_ask *,
    struct source *ret_source) _must_check_;

/* The quiz of a snapshot that has one. */
struct err *answers_quiz(struct arena *, const struct snapshot *,
    const struct quiz **ret_quiz) _must_check_;

/*
 * Writes the members "questions" and, where there are random numbers,
 * "random" of a problem's document, as the user may see them; nothing where
 * the problem asks no questions.
 */
struct err *answers_write_questions(struct arena *, struct json_w *,
    const struct snapshot *, const struct quiz_seed *,
    const char *locale) _must_check_;

#endif
