#include "package/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "package/meta.h"
#include "package/walk.h"

#define PIECE 65536

/* A file that is being read, and the digest of all that were. */
struct reading {
	struct arena *arena;
	struct pkg_file *files;
	size_t n;
	char (*digests)[ENC_SHA256_HEX];
	size_t kept; /* bytes of all contents */
	bool has_links;
};

/* All contents together, so that thousands of texts cannot pile up. */
#define KEPT_MAX ((size_t)4 << 20)
/* The longest path, for the same reason. */
#define PATH_LONGEST 255

static bool
is_kept(const char *path, size_t size)
{
	static const char *const suffixes[] = { ".yaml", ".yml", ".tex", ".md",
		".timelimit", ".ini", ".args", ".hint", ".mo" };

	if (size > META_BYTES)
		return false;
	if (str_has_prefix(path, "submissions/"))
		return true;
	/* A script that grades, which is looked through. */
	if (strcmp(path, "run") == 0 || strcmp(path, "run.py") == 0 ||
	    strcmp(path, "run.py3") == 0 || strcmp(path, "run.sh") == 0)
		return true;
	/* Criteria and the like; other JSON is somebody's data. */
	if (str_has_suffix(path, ".json") && strchr(path, '/') == NULL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (str_has_suffix(path, suffixes[i]))
			return true;
	return false;
}

/* Where the content of the next file goes, or NULL if it is not kept. */
static struct err *
begin_file(struct reading *r, const char *path, size_t size, char **ret_text)
{
	char *text = NULL;

	if (strlen(path) > PATH_LONGEST)
		return ERR(r->arena, ERR_FILES,
		    "a path of the package has more than %d bytes",
		    PATH_LONGEST);
	if (is_kept(path, size) && size <= KEPT_MAX - r->kept)
		text = arena_try_alloc(r->arena, size + 1);
	if (text != NULL)
		r->kept += size;
	r->files[r->n] = (struct pkg_file) { path, size, text };
	*ret_text = text;
	return NULL;
}

static void
end_file(struct reading *r, struct enc_sha256_ctx *sha)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[ENC_SHA256];
	char *hex = r->digests[r->n++];

	enc_sha256_final(sha, digest);
	for (size_t i = 0; i < ENC_SHA256; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[ENC_SHA256_HEX - 1] = '\0';
}

static struct err *
read_zip_file(struct reading *r, struct zip *z, const char *path, size_t size)
{
	struct enc_sha256_ctx *sha = enc_sha256_new(r->arena);
	char *text = NULL;
	size_t at = 0;

	TRY(begin_file(r, path, size, &text));
	for (;;) {
		const void *p;
		size_t n;

		TRY(zip_data(z, &p, &n));
		if (n == 0)
			break;
		enc_sha256_update(sha, p, n);
		if (text != NULL)
			memcpy(text + at, p, n);
		at += n;
	}
	end_file(r, sha);
	return NULL;
}

/* What systems, editors and git leave in directories is not of the package. */
static bool
is_junk(const char *path)
{
	static const char *const names[] = { ".DS_Store", "Thumbs.db",
		"desktop.ini", ".gitkeep", ".gitignore", ".gitattributes" };
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	if (str_has_prefix(path, "__MACOSX/") ||
	    strcmp(path, "__MACOSX") == 0 || str_has_prefix(path, ".git/") ||
	    str_has_prefix(name, "._") || str_has_suffix(name, "~") ||
	    str_has_prefix(path, "__pycache__/") ||
	    strstr(path, "/__pycache__/") != NULL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

const char *
pkg_prefix(struct arena *a, const struct zip *z)
{
	const struct zip_entry *entries;
	const char *slash, *prefix = NULL;
	size_t n, length = 0;

	entries = zip_entries(z, &n);
	for (size_t i = 0; i < n; i++) {
		const char *path = entries[i].path;

		if (is_junk(path))
			continue;
		slash = strchr(path, '/');
		if (prefix == NULL) {
			length = slash != NULL ? (size_t)(slash - path)
					       : strlen(path);
			prefix = arena_memdup(a, path, length);
		}
		if (strncmp(path, prefix, length) != 0 ||
		    (path[length] != '/' &&
			(path[length] != '\0' || !entries[i].is_dir)))
			return "";
	}
	return prefix == NULL ? "" : arena_printf(a, "%s/", prefix);
}

static void
init_reading(struct reading *r, struct arena *a, size_t n)
{
	*r = (struct reading) { .arena = a };
	r->files = arena_array(a, n + 1, sizeof(*r->files));
	r->digests = arena_array(a, n + 1, sizeof(*r->digests));
}

static struct err *
read_zip(struct arena *a, const struct package_source *source,
    struct reading *r)
{
	const struct zip_entry *entry = NULL;
	const char *prefix;
	struct zip *z = NULL;
	size_t n;

	TRY(zip_open(a, source->zip, source->zip_n, &zip_limits_package, &z));
	(void)zip_entries(z, &n);
	init_reading(r, a, n);
	prefix = pkg_prefix(a, z);
	for (;;) {
		TRY(zip_next(z, &entry));
		if (entry == NULL)
			return NULL;
		if (!entry->is_dir && !is_junk(entry->path))
			TRY(read_zip_file(r, z, entry->path + strlen(prefix),
			    entry->size));
	}
}

static struct err *
read_dir_file(struct reading *r, int dir, const struct walk_file *file,
    char *piece)
{
	struct enc_sha256_ctx *sha = enc_sha256_new(r->arena);
	_cleanup_(io_closep) int fd = -1;
	char *text = NULL;
	size_t at = 0;

	TRY(walk_open(r->arena, dir, file->path, &fd));
	TRY(begin_file(r, file->path, file->size, &text));
	while (at < file->size) {
		size_t left = file->size - at;
		ssize_t n = io_read_all(fd, piece, left < PIECE ? left : PIECE);

		if (n <= 0)
			return ERR_WHY(r->arena, ERR_INTERNAL, "read %s: %s",
			    file->path, n < 0 ? strerror(errno) : "it shrank");
		enc_sha256_update(sha, piece, (size_t)n);
		if (text != NULL)
			memcpy(text + at, piece, (size_t)n);
		at += (size_t)n;
	}
	end_file(r, sha);
	return NULL;
}

static struct err *
read_dir(struct arena *a, int dir, struct reading *r)
{
	const struct zip_limits *limits = &zip_limits_package;
	struct walk_file *found = NULL;
	char *piece = arena_alloc(a, PIECE);
	size_t n = 0, total = 0;

	TRY(walk_dir(a, dir, limits->max_files, &found, &n));
	init_reading(r, a, n);
	for (size_t i = 0; i < n; i++) {
		if (is_junk(found[i].path))
			continue;
		r->has_links |= found[i].is_link;
		total += found[i].size;
		if (found[i].size > limits->max_file_bytes ||
		    total > limits->max_total_bytes)
			return ERR(a, ERR_TOO_LARGE, "\"%s\" is too large",
			    found[i].path);
		TRY(read_dir_file(r, dir, &found[i], piece));
	}
	return NULL;
}

/* As sha256sum(1) would list the files, sorted by path. */
static const char *
fingerprint(const struct reading *r, const size_t *order)
{
	struct enc_sha256_ctx *sha = enc_sha256_new(r->arena);
	unsigned char digest[ENC_SHA256];

	for (size_t i = 0; i < r->n; i++) {
		const char *path = r->files[order[i]].path;

		enc_sha256_update(sha, r->digests[order[i]],
		    ENC_SHA256_HEX - 1);
		enc_sha256_update(sha, "  ", 2);
		enc_sha256_update(sha, path, strlen(path));
		enc_sha256_update(sha, "\n", 1);
	}
	enc_sha256_final(sha, digest);
	return enc_hex(r->arena, digest, sizeof(digest));
}

static int
compare_indices(const void *a, const void *b, void *files)
{
	const struct pkg_file *f = files;
	const size_t *x = a, *y = b;

	return strcmp(f[*x].path, f[*y].path);
}

struct err *
pkg_files_read(struct arena *a, const struct package_source *source,
    struct pkg_files *ret_files)
{
	struct pkg_file *sorted;
	struct reading r = { 0 };
	size_t *order;

	if (source->zip != NULL)
		TRY(read_zip(a, source, &r));
	else
		TRY(read_dir(a, source->dir, &r));
	order = arena_array(a, r.n + 1, sizeof(*order));
	sorted = arena_array(a, r.n + 1, sizeof(*sorted));
	for (size_t i = 0; i < r.n; i++)
		order[i] = i;
	qsort_r(order, r.n, sizeof(*order), compare_indices, r.files);
	for (size_t i = 0; i < r.n; i++)
		sorted[i] = r.files[order[i]];
	ret_files->files = sorted;
	ret_files->n = r.n;
	ret_files->has_links = r.has_links;
	ret_files->fingerprint = fingerprint(&r, order);
	return NULL;
}

size_t
pkg_files_from(const struct pkg_files *f, const char *prefix)
{
	return str_from(&f->files->path, f->n, sizeof(*f->files), prefix);
}

const struct pkg_file *
pkg_files_find(const struct pkg_files *f, const char *path)
{
	size_t i = pkg_files_from(f, path);

	return i < f->n && strcmp(f->files[i].path, path) == 0 ? &f->files[i]
							       : NULL;
}
