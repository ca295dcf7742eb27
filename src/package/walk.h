/*
 * The files below a directory.
 */
#ifndef PACKAGE_WALK_H
#define PACKAGE_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct walk_file {
	const char *path; /* relative, io_is_safe_path */
	size_t size;
	bool is_link; /* or below one */
};

/*
 * All plain files below dir, sorted by path; ".git" and what begins with it
 * is left out.  Symlinks to what is below dir count as what they lead to.
 * ERR_FILES for symlinks that lead elsewhere or in a circle, special files
 * and unsafe names, ERR_TOO_LARGE for more than max_files.
 */
struct err *walk_dir(struct arena *, int dir, size_t max_files,
    struct walk_file **ret_files, size_t *ret_n) _must_check_;
/* Told of what is left out, and why. */
struct walk_left {
	void (*say)(void *arg, const char *why);
	void *arg;
};

/* The same, but what would be an ERR_FILES there is left out. */
struct err *walk_dir_some(struct arena *, int dir, size_t max_files,
    const struct walk_left *, struct walk_file **ret_files,
    size_t *ret_n) _must_check_;
/*
 * Opens what walk_dir found, for reading: never what is not below dir,
 * whatever happened to it since.
 */
struct err *walk_open(struct arena *, int dir, const char *path,
    int *ret_fd) _must_check_;

#endif
