/*
 * An answer that is an archive.
 */
#ifndef ASSIZED_ZIP_ANSWER_H
#define ASSIZED_ZIP_ANSWER_H

#include "assized/req.h"
#include "store/store.h"

/*
 * 200 with the bytes, or 304 if the client has them (If-None-Match).  name is
 * what a browser would call the file; NULL: it is known by its digest, and
 * may be kept for ever.
 */
void answer_zip(struct req *, const struct store_blob *, const char *name);

#endif
