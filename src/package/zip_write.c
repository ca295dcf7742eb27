#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "package/walk.h"
#include "package/zip.h"
#include "package/zip_dir.h"

/* Of one entry besides its name, which is there twice, and its data. */
#define ENTRY_OVERHEAD 2048
#define ARCHIVE_OVERHEAD 16384

static void
free_writer(struct archive **w)
{
	if (*w != NULL)
		archive_write_free(*w);
}

static void
free_entry(struct archive_entry **e)
{
	if (*e != NULL)
		archive_entry_free(*e);
}

static struct err *
writer_failed(struct arena *a, struct archive *w)
{
	const char *why = archive_error_string(w);

	return ERR_WHY(a, ERR_INTERNAL, "libarchive: %s",
	    why != NULL ? why : "?");
}

static struct err *
write_entry(struct arena *a, struct archive *w, const struct zip_file *file)
{
	_cleanup_(free_entry) struct archive_entry *e = archive_entry_new();

	if (e == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "archive_entry_new: no memory");
	archive_entry_set_pathname_utf8(e, file->path);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)file->n);
	/* Before 1980: written as the earliest date in every time zone. */
	archive_entry_set_mtime(e, 0, 0);
	if (archive_write_header(w, e) != ARCHIVE_OK)
		return writer_failed(a, w);
	if (file->n > 0 &&
	    archive_write_data(w, file->p, file->n) != (la_ssize_t)file->n)
		return writer_failed(a, w);
	return NULL;
}

static int
compare_files(const void *a, const void *b)
{
	const struct zip_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static struct err *
check_files(struct arena *a, const struct zip_file *files, size_t n,
    size_t *ret_bound)
{
	size_t bound = ARCHIVE_OVERHEAD;

	for (size_t i = 0; i < n; i++) {
		const char *path = files[i].path;
		const char *fault = zip_name_fault(path, strlen(path), true);

		if (fault != NULL)
			return ERR(a, ERR_FILES, "a file %s", fault);
		if (i > 0 && strcmp(files[i - 1].path, path) == 0)
			return ERR(a, ERR_FILES, "\"%s\" is there twice", path);
		/* Deflate may add a little to what it cannot compress. */
		bound += ENTRY_OVERHEAD + 2 * strlen(path) + files[i].n +
		    files[i].n / 512;
	}
	*ret_bound = bound;
	return NULL;
}

/* Sets the format of a new archive. */
typedef int format_fn(struct archive *);

/* Stored: no version of a compressor decides about the bytes. */
static int
format_stored(struct archive *w)
{
	int status = archive_write_set_format_zip(w);

	return status != ARCHIVE_OK
	    ? status
	    : archive_write_set_options(w,
		  "zip:compression=store,zip:hdrcharset=UTF-8");
}

static int
format_deflated(struct archive *w)
{
	int status = archive_write_set_format_zip(w);

	return status != ARCHIVE_OK
	    ? status
	    : archive_write_set_options(w,
		  "zip:compression=deflate,zip:hdrcharset=UTF-8");
}

static int
format_tgz(struct archive *w)
{
	int status = archive_write_set_format_pax_restricted(w);

	return status != ARCHIVE_OK ? status : archive_write_add_filter_gzip(w);
}

static struct err *
write_files(struct arena *a, const struct zip_file *files, size_t n,
    format_fn *set_format, char **ret_p, size_t *ret_n)
{
	_cleanup_(free_writer) struct archive *w = NULL;
	struct zip_file *sorted = arena_array(a, n + 1, sizeof(*sorted));
	size_t bound = 0, used = 0;
	char *p;

	if (n > 0)
		memcpy(sorted, files, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_files);
	TRY(check_files(a, sorted, n, &bound));
	p = arena_try_alloc(a, bound);
	if (p == NULL)
		return ERR(a, ERR_TOO_LARGE, "the files are too large");
	w = archive_write_new();
	if (w == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "archive_write_new: no memory");
	if (set_format(w) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(w, 0) != ARCHIVE_OK ||
	    archive_write_open_memory(w, p, bound, &used) != ARCHIVE_OK)
		return writer_failed(a, w);
	for (size_t i = 0; i < n; i++)
		TRY(write_entry(a, w, &sorted[i]));
	if (archive_write_close(w) != ARCHIVE_OK)
		return writer_failed(a, w);
	*ret_p = p;
	*ret_n = used;
	return NULL;
}

struct err *
zip_write(struct arena *a, const struct zip_file *files, size_t n, char **ret_p,
    size_t *ret_n)
{
	return write_files(a, files, n, format_stored, ret_p, ret_n);
}

struct err *
zip_write_deflated(struct arena *a, const struct zip_file *files, size_t n,
    char **ret_p, size_t *ret_n)
{
	return write_files(a, files, n, format_deflated, ret_p, ret_n);
}

struct err *
tgz_write(struct arena *a, const struct zip_file *files, size_t n, char **ret_p,
    size_t *ret_n)
{
	return write_files(a, files, n, format_tgz, ret_p, ret_n);
}

static struct err *
read_found(struct arena *a, int dir, const struct walk_file *found,
    char **ret_p)
{
	_cleanup_(io_closep) int fd = -1;
	ssize_t n;

	TRY(walk_open(a, dir, found->path, &fd));
	*ret_p = arena_alloc(a, found->size + 1);
	n = io_read_all(fd, *ret_p, found->size);
	if (n < 0 || (size_t)n != found->size)
		return ERR_WHY(a, ERR_INTERNAL, "read %s: %s", found->path,
		    n < 0 ? strerror(errno) : "it shrank");
	return NULL;
}

struct err *
zip_write_dir(struct arena *a, int dir, const struct zip_limits *limits,
    char **ret_p, size_t *ret_n)
{
	struct walk_file *found = NULL;
	struct zip_file *files;
	size_t n = 0, total = 0;

	TRY(walk_dir(a, dir, limits->max_files, &found, &n));
	files = arena_array(a, n + 1, sizeof(*files));
	for (size_t i = 0; i < n; i++) {
		char *p = NULL;

		files[i].path = found[i].path;
		total += found[i].size;
		if (found[i].size > limits->max_file_bytes ||
		    total > limits->max_total_bytes ||
		    found[i].size + 1 > arena_left(a) / 2)
			return ERR(a, ERR_TOO_LARGE, "\"%s\" is too large",
			    found[i].path);
		TRY(read_found(a, dir, &found[i], &p));
		files[i].p = p;
		files[i].n = found[i].size;
	}
	return write_files(a, files, n, format_deflated, ret_p, ret_n);
}
