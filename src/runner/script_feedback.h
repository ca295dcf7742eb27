/*
 * What a grading script has said so far: held here, out of reach of whatever
 * runs in boxes, and bounded whatever is said.
 *
 * Texts that are too long are cut, and say so; values of another form or too
 * many are refused, with the reason for the script.  One thread at a time.
 */
#ifndef RUNNER_SCRIPT_FEEDBACK_H
#define RUNNER_SCRIPT_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "wire/json.h"
#include "wire/result.h"

#define FEEDBACK_TEXT_MAX ((size_t)250 << 10)    /* of the whole */
#define FEEDBACK_QUESTION_MAX ((size_t)64 << 10) /* of a question */
#define FEEDBACK_QUESTIONS_MAX 100
#define FEEDBACK_QUESTIONS_TEXT ((size_t)512 << 10) /* of all together */
#define FEEDBACK_STATE_MAX ((size_t)65536)
#define FEEDBACK_VALUE_MAX ((size_t)64 << 10) /* of a custom value, JSON */
#define FEEDBACK_VALUES_MAX 50
#define FEEDBACK_VALUES_TEXT ((size_t)512 << 10) /* of all together */
#define FEEDBACK_TAG_MAX ((size_t)1000)          /* of a tag's text */
#define FEEDBACK_TAGS_MAX 200
#define FEEDBACK_NOTES_MAX ((size_t)8 << 10)

struct script_feedback;

/* Its arena must have room for FEEDBACK_MEMORY. */
#define FEEDBACK_MEMORY ((size_t)96 << 20)
struct script_feedback *script_feedback_new(struct arena *) _must_check_;

/*
 * A message {"key": "result" | "grade" | "text" | "state" | "custom" | "tag",
 * "value": ..., "problem"?, "name"?, "append"?}.  NULL if it was taken, else
 * why not.
 */
const char *script_feedback_set(struct script_feedback *, struct arena *scratch,
    const struct json *message) _must_check_;
/* {"result": ..., "grade": ..., "text": ..., "problems": {...}, ...} */
void script_feedback_write(const struct script_feedback *, struct json_w *);
/* As if nothing had been said; notes stay. */
void script_feedback_clear(struct script_feedback *);
/* For staff, beside the script's standard error; each note once. */
void script_feedback_note(struct script_feedback *, const char *fmt, ...)
    _printf_(2, 3);
const char *script_feedback_notes(const struct script_feedback *);

/*
 * How a script ended: NULL if by itself, else its result ("timeout",
 * "overflow", "crash") and what to tell about it.
 */
struct script_end {
	const char *outcome;
	const char *text;
};

/*
 * The result of the job, after the script has ended; state_in is what the
 * submission began with, and what stays if nothing else was said.
 */
struct err *script_feedback_result(struct script_feedback *, struct arena *,
    const struct script_end *, const char *state_in,
    struct wire_result *ret_result) _must_check_;

#endif
