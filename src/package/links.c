/*
 * Symlinks in an archive, as packages have them for data and submissions that
 * are there twice: each becomes what it leads to.
 */
#include <string.h>

#include "base/str.h"
#include "package/package.h"
#include "package/zip.h"

/* Symlinks on one way, and one within another's directory. */
#define LINKS_MAX 40
#define DEPTH_MAX 8
/* All files together: they are unpacked in memory. */
#define LINKED_BYTES ((size_t)128 << 20)

struct links {
	struct arena *arena;
	const struct zip_file *in; /* sorted by path */
	const bool *is_link;       /* of each of them */
	size_t n;
	struct zip_file *out;
	size_t out_n, out_cap, total;
};

/* The first whose path is not before this one. */
static size_t
find_from(const struct links *l, const char *path)
{
	return str_from(&l->in->path, l->n, sizeof(*l->in), path);
}

static const struct zip_file *
find(const struct links *l, const char *path)
{
	size_t i = find_from(l, path);

	return i < l->n && strcmp(l->in[i].path, path) == 0 ? &l->in[i] : NULL;
}

/* Without its last part; "" above all. */
static const char *
parent_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? ""
			     : arena_memdup(a, path, (size_t)(slash - path));
}

/*
 * Where a path leads from a directory, with no symlink left in it; NULL: out
 * of the archive, or in a circle.
 */
static const char *
resolve(struct links *l, const char *dir, const char *path)
{
	struct str rest = str_of(path), part;
	size_t left = LINKS_MAX;

	while (str_cut(&rest, '/', &part)) {
		const char *next = str_dup(l->arena, part);
		const struct zip_file *file;

		if (part.n == 0 || strcmp(next, ".") == 0)
			continue;
		if (strcmp(next, "..") == 0) {
			if (*dir == '\0')
				return NULL;
			dir = parent_of(l->arena, dir);
			continue;
		}
		next = *dir == '\0'
		    ? next
		    : arena_printf(l->arena, "%s/%s", dir, next);
		file = find(l, next);
		if (file == NULL || !l->is_link[file - l->in]) {
			dir = next;
			continue;
		}
		if (file->p[0] == '/' || --left == 0)
			return NULL;
		rest = str_of(arena_printf(l->arena, "%s/%.*s", file->p,
		    (int)rest.n, rest.p));
	}
	return dir;
}

static struct err *
add(struct links *l, const char *path, const struct zip_file *file)
{
	l->total += file->n;
	if (l->out_n >= zip_limits_package.max_files || l->total > LINKED_BYTES)
		return ERR(l->arena, ERR_TOO_LARGE,
		    "a package with symlinks, in whose place what they lead "
		    "to stands, may have %zu MiB and %zu files",
		    LINKED_BYTES >> 20, zip_limits_package.max_files);
	l->out = arena_grow(l->arena, l->out, l->out_n, &l->out_cap,
	    sizeof(*l->out));
	l->out[l->out_n] = *file;
	l->out[l->out_n++].path = path;
	return NULL;
}

/* Everything that the symlink leads to, as if it stood at "to". */
static struct err *
follow(struct links *l, const struct zip_file *link, const char *to,
    size_t depth)
{
	struct arena *a = l->arena;
	const char *from = link->p[0] == '/'
	    ? NULL
	    : resolve(l, parent_of(a, link->path), link->p);
	const struct zip_file *file;
	const char *prefix;
	size_t i, found = 0;

	if (from == NULL || depth > DEPTH_MAX)
		return ERR(a, ERR_FILES,
		    "the symlink \"%s\" leads out of the package, or in a "
		    "circle",
		    link->path);
	file = find(l, from);
	if (file != NULL)
		return add(l, to, file);
	prefix = *from == '\0' ? "" : arena_printf(a, "%s/", from);
	for (i = find_from(l, prefix);
	     i < l->n && str_has_prefix(l->in[i].path, prefix); i++) {
		const char *name = arena_printf(a, "%s/%s", to,
		    l->in[i].path + strlen(prefix));

		found++;
		if (l->is_link[i])
			TRY(follow(l, &l->in[i], name, depth + 1));
		else
			TRY(add(l, name, &l->in[i]));
	}
	if (found == 0)
		return ERR(a, ERR_FILES,
		    "the symlink \"%s\" leads to nothing in the package",
		    link->path);
	return NULL;
}

/* Which of the files are symlinks, in the order of their paths; or NULL. */
static struct err *
find_links(struct arena *a, struct str zip, const struct zip_limits *limits,
    const bool **ret_is_link)
{
	const struct zip_entry *entries;
	struct zip *z;
	bool *is_link, any = false;
	size_t n, files = 0;

	TRY(zip_open(a, zip.p, zip.n, limits, &z));
	entries = zip_entries(z, &n);
	is_link = arena_array(a, n + 1, sizeof(*is_link));
	for (size_t i = 0; i < n; i++) {
		any |= entries[i].is_link;
		if (!entries[i].is_dir)
			is_link[files++] = entries[i].is_link;
	}
	*ret_is_link = any ? is_link : NULL;
	return NULL;
}

struct err *
package_unlink(struct arena *a, struct str zip, struct str *ret_zip)
{
	struct zip_limits limits = zip_limits_package;
	struct links l = { .arena = a };
	struct zip_file *files;
	char *p;

	limits.takes_links = true;
	TRY(find_links(a, zip, &limits, &l.is_link));
	*ret_zip = zip;
	if (l.is_link == NULL)
		return NULL;
	limits.max_total_bytes = LINKED_BYTES;
	TRY(zip_read(a, zip.p, zip.n, &limits, &files, &l.n));
	l.in = files;
	for (size_t i = 0; i < l.n; i++)
		if (l.is_link[i])
			TRY(follow(&l, &files[i], files[i].path, 0));
		else
			TRY(add(&l, files[i].path, &files[i]));
	TRY(zip_write_deflated(a, l.out, l.out_n, &p, &ret_zip->n));
	ret_zip->p = p;
	return NULL;
}
