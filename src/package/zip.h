/*
 * Zip archives, read with suspicion and written deterministically.
 *
 * Before anything is unpacked the directory of the archive is checked: number
 * of entries, names (io_is_safe_path, UTF-8, no NUL, no duplicates, no file
 * that is another's directory), kinds (only plain files and directories, and
 * symlinks where the limits say so: devices and encrypted entries are
 * refused), overlaps, and the
 * sizes they claim, also against the size of the archive.  While unpacking,
 * real sizes must be what was claimed, so that a lying directory gains
 * nothing.  Names come from the directory alone.
 *
 * Errors: ERR_FILES for what is not an acceptable archive, ERR_TOO_LARGE for
 * size, number and ratio.  Both say which entry.
 */
#ifndef PACKAGE_ZIP_H
#define PACKAGE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct zip_limits {
	size_t max_files;       /* entries, directories included */
	size_t max_file_bytes;  /* one entry, unpacked */
	size_t max_total_bytes; /* all entries, unpacked */
	size_t max_ratio;       /* unpacked / archive, above 4 MiB unpacked */
	/* Symlinks are entries; where they lead to is their content. */
	bool takes_links;
	/* Of archives made on Unix, where a backslash parts no directories. */
	bool has_backslashes;
};

/* What students submit: 100 files, 1 MiB each, 4 MiB together. */
extern const struct zip_limits zip_limits_submission;
/* What people grade: 100 files, 6 MiB each and together. */
extern const struct zip_limits zip_limits_report;
/* Problem packages: 40,000 files, 256 MiB each, 512 MiB together. */
extern const struct zip_limits zip_limits_package;

struct zip_entry {
	const char *path; /* without a trailing '/' */
	bool is_dir;
	bool is_link;
	size_t size; /* unpacked */
};

struct zip;

/*
 * Checks the directory and opens the archive; the n bytes at p must outlive
 * it.  It is closed when the arena ends.
 */
struct err *zip_open(struct arena *, const void *p, size_t n,
    const struct zip_limits *, struct zip **ret_zip) _must_check_;
/* All entries, sorted by path, as the directory has them. */
const struct zip_entry *zip_entries(const struct zip *, size_t *ret_n);
/* The next entry with its data still to be read; NULL at the end. */
struct err *zip_next(struct zip *,
    const struct zip_entry **ret_entry) _must_check_;
/* The next piece of the entry's data, valid until the next call; n 0: end. */
struct err *zip_data(struct zip *, const void **ret_p,
    size_t *ret_n) _must_check_;

struct zip_file {
	const char *path;
	const char *p; /* NUL-terminated beyond n where it came from zip_read */
	size_t n;
};

/* All plain files, sorted by path, in the arena. */
struct err *zip_read(struct arena *, const void *p, size_t n,
    const struct zip_limits *, struct zip_file **ret_files,
    size_t *ret_n) _must_check_;
/*
 * Unpacks below the directory, which should be empty: files 0644,
 * directories 0755, nothing followed, nothing overwritten.
 */
struct err *zip_extract(struct arena *, const void *p, size_t n,
    const struct zip_limits *, int dir) _must_check_;
/*
 * The same with what is left of an open archive: only what is below prefix
 * ("" or ending in '/'), without it.
 */
struct err *zip_extract_below(struct zip *, int dir,
    const char *prefix) _must_check_;

/*
 * The same bytes for the same files, whatever their order, the time and the
 * time zone: sorted by path, stored, mode 0644, the earliest date.  Refuses
 * with ERR_FILES what zip_open would refuse for a name.
 */
struct err *zip_write(struct arena *, const struct zip_file *, size_t n,
    char **ret_p, size_t *ret_n) _must_check_;
/* The same, compressed. */
struct err *zip_write_deflated(struct arena *, const struct zip_file *,
    size_t n, char **ret_p, size_t *ret_n) _must_check_;
/* The same files as a compressed tar archive. */
struct err *tgz_write(struct arena *, const struct zip_file *, size_t n,
    char **ret_p, size_t *ret_n) _must_check_;
/*
 * A directory as such an archive, compressed.  Symlinks within it become
 * what they lead to; others and special files are refused; names that begin with ".git" are left out.
 */
struct err *zip_write_dir(struct arena *, int dir, const struct zip_limits *,
    char **ret_p, size_t *ret_n) _must_check_;

#endif
