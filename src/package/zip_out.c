/*
 * Theory: libarchive frees the compressor of an entry only where the entry
 * ends well.  So it never hears that the sink takes no more: what it writes
 * then goes nowhere, and the entry ends.
 */
#include "package/zip_out.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "package/zip_dir.h"

struct zip_out {
	struct archive *archive;
	const struct sink *sink;
	bool is_lost; /* the sink takes no more */
};

static la_ssize_t
pass_on(struct archive *w, void *ctx, const void *p, size_t n)
{
	struct zip_out *z = ctx;

	(void)w;
	z->is_lost = z->is_lost || !sink_write(z->sink, p, n);
	return (la_ssize_t)n;
}

static void
end(void *arg)
{
	struct zip_out *z = arg;

	/* It would write the directory of an archive that is not to be one. */
	z->is_lost = true;
	archive_write_free(z->archive);
}

static struct err *
failed(const struct zip_out *z, struct arena *a)
{
	const char *why = archive_error_string(z->archive);

	if (z->is_lost)
		return ERR_WHY(a, ERR_UNAVAILABLE, "the client has left");
	return ERR_WHY(a, ERR_INTERNAL, "libarchive: %s",
	    why != NULL ? why : "?");
}

struct err *
zip_out_open(struct arena *a, const struct sink *sink, struct zip_out **ret_zip)
{
	struct zip_out *z = arena_new_of(a, struct zip_out);

	z->sink = sink;
	z->archive = archive_write_new();
	if (z->archive == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "archive_write_new: no memory");
	arena_defer(a, end, z);
	if (archive_write_set_format_zip(z->archive) != ARCHIVE_OK ||
	    archive_write_set_options(z->archive,
		"zip:compression=deflate,zip:hdrcharset=UTF-8") != ARCHIVE_OK ||
	    /* No zeros behind the end. */
	    archive_write_set_bytes_in_last_block(z->archive, 1) !=
		ARCHIVE_OK ||
	    archive_write_open(z->archive, z, NULL, pass_on, NULL) !=
		ARCHIVE_OK)
		return failed(z, a);
	*ret_zip = z;
	return NULL;
}

static void
free_entry(struct archive_entry **e)
{
	if (*e != NULL)
		archive_entry_free(*e);
}

struct err *
zip_out_file(struct zip_out *z, struct arena *a, const char *path,
    const void *p, size_t n)
{
	_cleanup_(free_entry) struct archive_entry *e = archive_entry_new();
	const char *fault = zip_name_fault(path, strlen(path), true);

	if (fault != NULL)
		return ERR(a, ERR_FILES, "a file %s", fault);
	if (e == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "archive_entry_new: no memory");
	archive_entry_set_pathname_utf8(e, path);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)n);
	archive_entry_set_mtime(e, 0, 0);
	if (archive_write_header(z->archive, e) != ARCHIVE_OK ||
	    (n > 0 && archive_write_data(z->archive, p, n) != (la_ssize_t)n) ||
	    archive_write_finish_entry(z->archive) != ARCHIVE_OK || z->is_lost)
		return failed(z, a);
	return NULL;
}

struct err *
zip_out_close(struct zip_out *z, struct arena *a)
{
	if (archive_write_close(z->archive) != ARCHIVE_OK || z->is_lost)
		return failed(z, a);
	return NULL;
}
