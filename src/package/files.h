/*
 * The files of a package, whether it is a zip or a directory: their paths,
 * sizes and digests, and the contents of the few that are read.
 */
#ifndef PACKAGE_FILES_H
#define PACKAGE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "package/package.h"

struct pkg_file {
	const char *path; /* without a directory around the package */
	size_t size;
	const char *text; /* NULL where it is not kept; NUL-terminated */
};

struct pkg_files {
	const struct pkg_file *files; /* sorted by path */
	size_t n;
	const char *fingerprint;
	bool has_links;
};

/*
 * Contents are kept of YAML, of JSON at the top, of statements in text form,
 * of gettext's catalogues, of .timelimit and domjudge-problem.ini, and of
 * scripts that grade and submissions: up to 256 KiB each and 4 MiB together.
 */
struct err *pkg_files_read(struct arena *, const struct package_source *,
    struct pkg_files *ret_files) _must_check_;
/* NULL if there is none. */
const struct pkg_file *pkg_files_find(const struct pkg_files *,
    const char *path);
/* Index of the first whose path is not less than prefix. */
size_t pkg_files_from(const struct pkg_files *, const char *prefix);

/*
 * The directory that stands around the package in a zip, with its '/'; "" if
 * there is none.
 */
const char *pkg_prefix(struct arena *, const struct zip *);

#endif
