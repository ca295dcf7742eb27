/*
 * A zip archive that is written piece by piece: only its directory, some
 * hundred bytes a file, is kept until the end.
 */
#ifndef PACKAGE_ZIP_OUT_H
#define PACKAGE_ZIP_OUT_H

#include <stddef.h>

#include "base/err.h"
#include "base/sink.h"

struct zip_out;

/* The sink must live as long; the archive is freed with the arena. */
struct err *zip_out_open(struct arena *, const struct sink *,
    struct zip_out **ret_zip) _must_check_;
/*
 * A plain file, compressed.  Names are as zip_open wants them; that they
 * differ is the caller's to see to.  ERR_UNAVAILABLE if the sink takes no
 * more.
 */
struct err *zip_out_file(struct zip_out *, struct arena *, const char *path,
    const void *p, size_t n) _must_check_;
/* The directory at the end: without it, it is no archive. */
struct err *zip_out_close(struct zip_out *, struct arena *) _must_check_;

#endif
