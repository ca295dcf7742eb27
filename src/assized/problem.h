/*
 * The one place where errors end: a problem for the client (RFC 9457) and a
 * line for the log.
 */
#ifndef ASSIZED_PROBLEM_H
#define ASSIZED_PROBLEM_H

#include "assized/req.h"
#include "base/err.h"

/* Makes the error the answer of the request and writes it to the log. */
void problem_answer(struct req *, const struct err *);

#endif
