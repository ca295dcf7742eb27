/*
 * The files below a directory.
 */
#ifndef PACKAGE_WALK_H
#define PACKAGE_WALK_H

#include <stddef.h>

#include "base/err.h"

struct walk_file {
	const char *path; /* relative, io_is_safe_path */
	size_t size;
};

/*
 * All plain files below dir, sorted by path; ".git" and what begins with it
 * is left out.  ERR_FILES for symlinks, special files and unsafe names,
 * ERR_TOO_LARGE for more than max_files.
 */
struct err *walk_dir(struct arena *, int dir, size_t max_files,
    struct walk_file **ret_files, size_t *ret_n) _must_check_;

#endif
