/*
 * The directory of a zip archive, read from its bytes and checked before
 * anything is unpacked.
 */
#ifndef PACKAGE_ZIP_DIR_H
#define PACKAGE_ZIP_DIR_H

#include "package/zip.h"

struct zip_dir_entry {
	struct zip_entry entry;
	size_t offset;     /* of its local header */
	size_t compressed; /* bytes */
};

/* By offset, which is the order in which they are unpacked. */
struct err *zip_dir_read(struct arena *, const void *p, size_t n,
    const struct zip_limits *, struct zip_dir_entry **ret_entries,
    size_t *ret_n) _must_check_;

/*
 * The data of an entry that is stored as it is, as text; the n bytes at p are
 * those that were read.
 */
struct err *zip_dir_stored(struct arena *, const void *p, size_t n,
    const struct zip_dir_entry *, const char **ret_data) _must_check_;

/*
 * Is it a name that an entry may have?  NULL, or what is wrong with it, as
 * the end of a sentence ("goes out of the archive").
 */
const char *zip_name_fault(const char *name, size_t n, bool has_backslashes);

#endif
