/*
 * The submission document.
 */
#ifndef ASSIZED_DOCUMENT_H
#define ASSIZED_DOCUMENT_H

#include "core/view.h"
#include "wire/json.h"

/* The members that lists have too, into an object that is open. */
void document_write_brief(struct json_w *, struct arena *,
    const struct submission *);
/* The members of a line of GET /queue. */
void document_write_waiting(struct json_w *, const struct submission_view *);
/*
 * All members.  Where the reader does not see all, what hidden tests say is
 * left out.
 */
void document_write(struct json_w *, struct arena *,
    const struct submission_view *);

#endif
