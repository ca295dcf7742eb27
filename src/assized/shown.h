/*
 * Feedback that a runner made HTML of: what of it may be shown.
 */
#ifndef ASSIZED_SHOWN_H
#define ASSIZED_SHOWN_H

#include "wire/json.h"

/*
 * A result as students see it: what its author hides until a day that has not
 * come is left out wherever it stands.  text is that of the result.
 */
const struct json *shown_by_now(struct arena *, const char *text,
    const struct json *result);

/* Of the whole, or (id) of a question; NULL: none, or one that is not safe. */
const char *shown_html(const struct json *feedback, const char *id);
/* A result's member "feedback", without HTML that is not safe. */
void shown_feedback_write(struct json_w *, const struct json *feedback);

#endif
