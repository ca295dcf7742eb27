#include "package/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "package/zip_dir.h"

const struct zip_limits zip_limits_submission = {
	.max_files = 100,
	.max_file_bytes = (size_t)1 << 20,
	.max_total_bytes = (size_t)4 << 20,
	.max_ratio = 200,
};
const struct zip_limits zip_limits_report = {
	.max_files = 100,
	.max_file_bytes = 6 << 20,
	.max_total_bytes = 6 << 20,
	.max_ratio = 200,
};

const struct zip_limits zip_limits_package = {
	.max_files = 40000,
	.max_file_bytes = (size_t)256 << 20,
	.max_total_bytes = (size_t)512 << 20,
	/* No less: a deflated file of zeros is 1032 times smaller. */
	.max_ratio = 1100,
	.has_backslashes = true,
};

struct zip {
	struct arena *arena;
	const void *p;
	size_t size;
	struct archive *archive;
	const struct zip_dir_entry *entries; /* by offset */
	struct zip_entry *sorted;            /* by path */
	size_t n;
	size_t next;  /* index of the entry that zip_next gives */
	size_t bytes; /* read of the present entry */
};

static void
close_archive(void *archive)
{
	archive_read_free(archive);
}

static int
compare_paths(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static struct err *
fail(const struct zip *z, const char *path)
{
	const char *why = archive_error_string(z->archive);
	struct err *e = ERR(z->arena, ERR_FILES,
	    "\"%s\" in the zip archive is damaged", path);

	return err_because(z->arena, e, "%s", why != NULL ? why : "?");
}

struct err *
zip_open(struct arena *a, const void *p, size_t n,
    const struct zip_limits *limits, struct zip **ret_zip)
{
	struct zip_dir_entry *entries;
	struct zip *z;
	size_t count;

	TRY(zip_dir_read(a, p, n, limits, &entries, &count));
	z = arena_new_of(a, struct zip);
	z->arena = a;
	z->p = p;
	z->size = n;
	z->entries = entries;
	z->n = count;
	z->sorted = arena_array(a, count + 1, sizeof(*z->sorted));
	for (size_t i = 0; i < count; i++)
		z->sorted[i] = entries[i].entry;
	qsort(z->sorted, count, sizeof(*z->sorted), compare_paths);
	*ret_zip = z;
	/* libarchive does not know an archive without entries. */
	if (count == 0)
		return NULL;
	z->archive = archive_read_new();
	if (z->archive == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "archive_read_new: no memory");
	arena_defer(a, close_archive, z->archive);
	/* The seekable reader goes by the directory that was checked. */
	if (archive_read_support_format_zip_seekable(z->archive) !=
		ARCHIVE_OK ||
	    archive_read_open_memory(z->archive, p, n) != ARCHIVE_OK)
		return fail(z, entries[0].entry.path);
	return NULL;
}

const struct zip_entry *
zip_entries(const struct zip *z, size_t *ret_n)
{
	*ret_n = z->n;
	return z->sorted;
}

/*
 * libarchive goes through the entries by offset, as zip_dir_read sorted
 * them; what it makes of their names in this locale does not matter.
 */
struct err *
zip_next(struct zip *z, const struct zip_entry **ret_entry)
{
	struct archive_entry *unused;
	const struct zip_entry *entry = NULL;
	int rc;

	if (z->next == z->n) {
		*ret_entry = NULL;
		return NULL;
	}
	entry = &z->entries[z->next].entry;
	rc = archive_read_next_header(z->archive, &unused);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		return fail(z, entry->path);
	z->next++;
	z->bytes = 0;
	*ret_entry = entry;
	return NULL;
}

struct err *
zip_data(struct zip *z, const void **ret_p, size_t *ret_n)
{
	const struct zip_entry *entry = NULL;
	la_int64_t offset;
	const void *p = NULL;
	size_t n = 0;
	int rc;

	assert(z->next > 0);
	entry = &z->entries[z->next - 1].entry;
	if (entry->is_dir) {
		*ret_n = 0;
		return NULL;
	}
	do {
		rc = archive_read_data_block(z->archive, &p, &n, &offset);
	} while (rc == ARCHIVE_OK && n == 0);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF)
		return fail(z, entry->path);
	if (rc == ARCHIVE_EOF)
		n = 0;
	z->bytes += n;
	if (z->bytes > entry->size || (n == 0 && z->bytes < entry->size))
		return ERR(z->arena, ERR_FILES,
		    "\"%s\" in the zip archive has not the size it claims",
		    entry->path);
	*ret_p = p;
	*ret_n = n;
	return NULL;
}

static struct err *
read_content(struct zip *z, const struct zip_entry *entry,
    struct zip_file *ret_file)
{
	const void *p;
	char *data;
	size_t n, at = 0;

	*ret_file = (struct zip_file) { .path = entry->path };
	if (entry->is_link) {
		ret_file->n = entry->size;
		return zip_dir_stored(z->arena, z->p, z->size,
		    &z->entries[z->next - 1], &ret_file->p);
	}
	data = arena_try_alloc(z->arena, entry->size + 1);
	if (data == NULL)
		return ERR(z->arena, ERR_TOO_LARGE,
		    "the files of the zip archive are too large");
	for (;;) {
		TRY(zip_data(z, &p, &n));
		if (n == 0)
			break;
		memcpy(data + at, p, n);
		at += n;
	}
	ret_file->p = data;
	ret_file->n = at;
	return NULL;
}

static int
compare_files(const void *a, const void *b)
{
	const struct zip_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

struct err *
zip_read(struct arena *a, const void *p, size_t n,
    const struct zip_limits *limits, struct zip_file **ret_files, size_t *ret_n)
{
	const struct zip_entry *entry = NULL;
	struct zip_file *files;
	struct zip *z;
	size_t count = 0;

	TRY(zip_open(a, p, n, limits, &z));
	files = arena_array(a, z->n + 1, sizeof(*files));
	for (;;) {
		TRY(zip_next(z, &entry));
		if (entry == NULL)
			break;
		if (!entry->is_dir)
			TRY(read_content(z, entry, &files[count++]));
	}
	qsort(files, count, sizeof(*files), compare_files);
	*ret_files = files;
	*ret_n = count;
	return NULL;
}

static struct err *
extract_file(struct zip *z, const struct zip_entry *entry, int dir)
{
	_cleanup_(io_closep) int fd = -1;
	const void *p;
	size_t n;

	fd = openat(dir, entry->path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return ERR_WHY(z->arena, ERR_INTERNAL, "open %s: %s",
		    entry->path, strerror(errno));
	for (;;) {
		TRY(zip_data(z, &p, &n));
		if (n == 0)
			break;
		if (io_write_all(fd, p, n) != 0)
			return ERR_WHY(z->arena, ERR_INTERNAL, "write %s: %s",
			    entry->path, strerror(errno));
	}
	/* Whatever the umask is: others must read what is unpacked. */
	if (fchmod(fd, 0644) != 0)
		return ERR_WHY(z->arena, ERR_INTERNAL, "chmod %s: %s",
		    entry->path, strerror(errno));
	return NULL;
}

struct err *
zip_extract_below(struct zip *z, int dir, const char *prefix)
{
	struct zip_entry cut;
	const struct zip_entry *entry = NULL;
	size_t skip = strlen(prefix);
	const char *slash;

	for (;;) {
		TRY(zip_next(z, &entry));
		if (entry == NULL)
			return NULL;
		if (strncmp(entry->path, prefix, skip) != 0)
			continue;
		cut = *entry;
		cut.path += skip;
		if (entry->is_dir) {
			TRY(io_mkdir_all(z->arena, dir, cut.path, 0755));
			continue;
		}
		slash = strrchr(cut.path, '/');
		if (slash != NULL)
			TRY(io_mkdir_all(z->arena, dir,
			    arena_memdup(z->arena, cut.path,
				(size_t)(slash - cut.path)),
			    0755));
		TRY(extract_file(z, &cut, dir));
	}
}

struct err *
zip_extract(struct arena *a, const void *p, size_t n,
    const struct zip_limits *limits, int dir)
{
	struct zip *z;

	TRY(zip_open(a, p, n, limits, &z));
	return zip_extract_below(z, dir, "");
}
