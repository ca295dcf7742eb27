/*
 * A submission as multipart/form-data.
 */
#ifndef ASSIZED_FORM_H
#define ASSIZED_FORM_H

#include "assized/req.h"
#include "core/submission.h"

/*
 * Parts with a file name are files (or one zip); the others are the members
 * course, problem, language, input of the JSON body.  ERR_REQUEST,
 * ERR_FIELDS, ERR_FILES.
 */
struct err *form_read(struct req *, struct submit *ret_submit) _must_check_;

#endif
