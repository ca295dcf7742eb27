/*
 * What INGInious' directive "hidden-until" hides: a block of feedback, until
 * a day has come.  Students are shown the text without it, until then.
 */
#ifndef MARKUP_HIDDEN_H
#define MARKUP_HIDDEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* May there be such a block?  Seldom true, and cheap. */
bool markup_may_hide(const char *text);
/*
 * The text without blocks whose day has not come: of reStructuredText what
 * ".. hidden-until:: DATE" holds, of HTML the elements that assize_rst.py made
 * of that.  A directive without a day hides for ever.
 */
const char *markup_hide(struct arena *, const char *text, int64_t now_ms);

#endif
