#include "package/zip_dir.h"

#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/str.h"

/* Of the end record, of an entry in the directory, of a local header. */
#define END_SIZE 22
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30

#define FLAG_ENCRYPTED 0x0001u
#define FLAG_STRONG 0x0040u
#define FLAG_MASKED 0x2000u
#define METHOD_STORED 0
/* What a symlink may say. */
#define LINK_MAX_BYTES 1024
#define METHOD_DEFLATED 8
#define HOST_UNIX 3
#define HOST_OSX 19

/* Below this much the ratio says nothing. */
#define RATIO_FROM ((size_t)4 << 20)

struct scan {
	struct arena *arena;
	const unsigned char *p;
	size_t n;
	const struct zip_limits *limits;
	size_t dir_offset; /* of the directory */
	size_t dir_size;
	size_t count;
	size_t total; /* bytes claimed so far */
};

static unsigned int
get16(const unsigned char *p)
{
	return p[0] | (unsigned int)p[1] << 8;
}

static uint32_t
get32(const unsigned char *p)
{
	return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static bool
has_signature(const unsigned char *p, unsigned char a, unsigned char b)
{
	return p[0] == 'P' && p[1] == 'K' && p[2] == a && p[3] == b;
}

/* The end record closes the archive: its comment ends with the last byte. */
static struct err *
find_end(struct scan *s, const unsigned char **ret_end)
{
	const unsigned char *end;

	if (s->n < END_SIZE)
		return ERR(s->arena, ERR_FILES, "not a zip archive");
	for (size_t back = END_SIZE; back <= s->n && back <= END_SIZE + 65535;
	     back++) {
		end = s->p + s->n - back;
		if (!has_signature(end, 5, 6) ||
		    get16(end + 20) != back - END_SIZE)
			continue;
		*ret_end = end;
		return NULL;
	}
	return ERR(s->arena, ERR_FILES,
	    "not a zip archive, or one that is cut off");
}

static struct err *
read_end(struct scan *s)
{
	const unsigned char *end = NULL;

	TRY(find_end(s, &end));
	if (get16(end + 4) != 0 || get16(end + 6) != 0 ||
	    get16(end + 8) != get16(end + 10))
		return ERR(s->arena, ERR_FILES,
		    "zip archives in several parts are not accepted");
	s->count = get16(end + 10);
	s->dir_size = get32(end + 12);
	s->dir_offset = get32(end + 16);
	if (s->count == 0xffff || s->dir_size == UINT32_MAX ||
	    s->dir_offset == UINT32_MAX)
		return ERR(s->arena, ERR_TOO_LARGE,
		    "zip archives of the 64-bit kind are not accepted");
	if (s->dir_offset > s->n ||
	    s->dir_size != (size_t)(end - s->p) - s->dir_offset)
		return ERR(s->arena, ERR_FILES,
		    "the zip archive has a broken directory");
	if (s->count > s->limits->max_files)
		return ERR(s->arena, ERR_TOO_LARGE,
		    "%zu files in the zip archive; at most %zu are accepted",
		    s->count, s->limits->max_files);
	return NULL;
}

const char *
zip_name_fault(const char *name, size_t n, bool has_backslashes)
{
	if (memchr(name, '\0', n) != NULL)
		return "has a NUL in its name";
	if (!str_is_utf8(name, n))
		return "has a name that is not UTF-8";
	if (!has_backslashes && memchr(name, '\\', n) != NULL)
		return "has a backslash in its name";
	if (!io_is_safe_path(name))
		return "has a name that is not a plain relative path";
	return NULL;
}

/* Quotes what is printable of a name; long ones are cut. */
static const char *
show_name(struct arena *a, const unsigned char *name, size_t n)
{
	char *text = arena_memdup(a, name, n > 80 ? 80 : n);

	for (char *c = text; c < text + (n > 80 ? 80 : n); c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

static bool
is_of_unix(const unsigned char *e)
{
	return e[5] == HOST_UNIX || e[5] == HOST_OSX;
}

static bool
is_link(const struct scan *s, const unsigned char *e)
{
	return s->limits->takes_links && is_of_unix(e) &&
	    ((get32(e + 38) >> 16) & S_IFMT) == S_IFLNK &&
	    get32(e + 24) <= LINK_MAX_BYTES;
}

static struct err *
check_kind(struct scan *s, const unsigned char *e, const char *shown,
    bool is_dir)
{
	unsigned int flags = get16(e + 8), method = get16(e + 10);
	unsigned int type = (get32(e + 38) >> 16) & S_IFMT;

	if ((flags & (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED)) != 0)
		return ERR(s->arena, ERR_FILES,
		    "\"%s\" in the zip archive is encrypted", shown);
	if (method != METHOD_STORED && method != METHOD_DEFLATED)
		return ERR(s->arena, ERR_FILES,
		    "\"%s\" is compressed in a way that is not accepted",
		    shown);
	if (!is_of_unix(e))
		return NULL;
	if (is_link(s, e) && !is_dir && method == METHOD_STORED)
		return NULL;
	if (type != 0 && type != (is_dir ? S_IFDIR : S_IFREG))
		return ERR(s->arena, ERR_FILES,
		    "\"%s\" in the zip archive is neither a plain file nor a "
		    "directory",
		    shown);
	return NULL;
}

static struct err *
check_size(struct scan *s, const unsigned char *e, const char *shown,
    bool is_dir)
{
	size_t compressed = get32(e + 20), size = get32(e + 24);

	if (is_dir && (size != 0 || compressed > 2))
		return ERR(s->arena, ERR_FILES,
		    "the directory \"%s\" in the zip archive has data", shown);
	if (compressed > s->n ||
	    (get16(e + 10) == METHOD_STORED && compressed != size))
		return ERR(s->arena, ERR_FILES,
		    "\"%s\" in the zip archive has an impossible size", shown);
	if (size > s->limits->max_file_bytes)
		return ERR(s->arena, ERR_TOO_LARGE,
		    "\"%s\" has %zu bytes; at most %zu are accepted", shown,
		    size, s->limits->max_file_bytes);
	s->total += size;
	if (s->total > s->limits->max_total_bytes)
		return ERR(s->arena, ERR_TOO_LARGE,
		    "the files of the zip archive have more than %zu bytes "
		    "together",
		    s->limits->max_total_bytes);
	return NULL;
}

static struct err *
read_entry(struct scan *s, const unsigned char *e, size_t name_n,
    struct zip_dir_entry *ret_entry)
{
	const unsigned char *name = e + ENTRY_SIZE;
	bool is_dir = name_n > 0 && name[name_n - 1] == '/';
	const char *shown = show_name(s->arena, name, name_n);
	size_t n = is_dir ? name_n - 1 : name_n;
	char *path = arena_memdup(s->arena, name, n);
	const char *fault = zip_name_fault(path, n,
	    s->limits->has_backslashes && is_of_unix(e));

	if (fault != NULL)
		return ERR(s->arena, ERR_FILES, "\"%s\" in the zip archive %s",
		    shown, fault);
	TRY(check_kind(s, e, shown, is_dir));
	TRY(check_size(s, e, shown, is_dir));
	ret_entry->entry.path = path;
	ret_entry->entry.is_dir = is_dir;
	ret_entry->entry.is_link = !is_dir && is_link(s, e);
	ret_entry->entry.size = get32(e + 24);
	ret_entry->compressed = get32(e + 20);
	ret_entry->offset = get32(e + 42);
	if (ret_entry->offset > s->dir_offset ||
	    s->dir_offset - ret_entry->offset < LOCAL_SIZE ||
	    !has_signature(s->p + ret_entry->offset, 3, 4))
		return ERR(s->arena, ERR_FILES,
		    "\"%s\" is not where the zip archive says", shown);
	return NULL;
}

static struct err *
read_entries(struct scan *s, struct zip_dir_entry *entries)
{
	const unsigned char *e = s->p + s->dir_offset;
	const unsigned char *end = e + s->dir_size;

	for (size_t i = 0; i < s->count; i++) {
		size_t name_n, size;

		if ((size_t)(end - e) < ENTRY_SIZE || !has_signature(e, 1, 2))
			return ERR(s->arena, ERR_FILES,
			    "the zip archive has a broken directory");
		name_n = get16(e + 28);
		size = ENTRY_SIZE + name_n + get16(e + 30) + get16(e + 32);
		if ((size_t)(end - e) < size)
			return ERR(s->arena, ERR_FILES,
			    "the zip archive has a broken directory");
		TRY(read_entry(s, e, name_n, &entries[i]));
		e += size;
	}
	if (e != end)
		return ERR(s->arena, ERR_FILES,
		    "the zip archive has more entries than it says");
	return NULL;
}

static int
compare_paths(const void *a, const void *b)
{
	const struct zip_dir_entry *x = a, *y = b;

	return strcmp(x->entry.path, y->entry.path);
}

static int
compare_offsets(const void *a, const void *b)
{
	const struct zip_dir_entry *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/*
 * Is a plain file among entries[0..n), which are sorted by path, called
 * like path's first length bytes?
 */
static bool
has_file(const struct zip_dir_entry *entries, size_t n, const char *path,
    size_t length)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *other = entries[middle].entry.path;
		int order = strncmp(other, path, length);

		if (order == 0 && other[length] == '\0')
			return !entries[middle].entry.is_dir;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static struct err *
check_names(struct scan *s, struct zip_dir_entry *entries)
{
	qsort(entries, s->count, sizeof(*entries), compare_paths);
	for (size_t i = 0; i < s->count; i++) {
		const char *path = entries[i].entry.path;

		if (i > 0 && strcmp(entries[i - 1].entry.path, path) == 0)
			return ERR(s->arena, ERR_FILES,
			    "\"%s\" is twice in the zip archive", path);
		for (const char *c = strchr(path, '/'); c != NULL;
		     c = strchr(c + 1, '/'))
			if (has_file(entries, s->count, path,
				(size_t)(c - path)))
				return ERR(s->arena, ERR_FILES,
				    "\"%.*s\" is both file and directory in "
				    "the zip archive",
				    (int)(c - path), path);
	}
	return NULL;
}

/* Entries that share bytes are the way to unpack petabytes from megabytes. */
static struct err *
check_overlaps(struct scan *s, struct zip_dir_entry *entries)
{
	qsort(entries, s->count, sizeof(*entries), compare_offsets);
	for (size_t i = 0; i < s->count; i++) {
		const unsigned char *local = s->p + entries[i].offset;
		size_t next =
		    i + 1 < s->count ? entries[i + 1].offset : s->dir_offset;
		size_t header =
		    LOCAL_SIZE + get16(local + 26) + get16(local + 28);

		if (next < entries[i].offset ||
		    next - entries[i].offset < header + entries[i].compressed)
			return ERR(s->arena, ERR_FILES,
			    "entries of the zip archive overlap");
	}
	return NULL;
}

struct err *
zip_dir_stored(struct arena *a, const void *p, size_t n,
    const struct zip_dir_entry *entry, const char **ret_data)
{
	const unsigned char *local = (const unsigned char *)p + entry->offset;
	size_t skip = LOCAL_SIZE + get16(local + 26) + get16(local + 28);

	if (n - entry->offset < skip + entry->entry.size)
		return ERR(a, ERR_FILES,
		    "\"%s\" is not where the zip archive says",
		    entry->entry.path);
	*ret_data = arena_memdup(a, local + skip, entry->entry.size);
	return NULL;
}

struct err *
zip_dir_read(struct arena *a, const void *p, size_t n,
    const struct zip_limits *limits, struct zip_dir_entry **ret_entries,
    size_t *ret_n)
{
	struct scan s = { .arena = a, .p = p, .n = n, .limits = limits };
	struct zip_dir_entry *entries;

	TRY(read_end(&s));
	/* Twice its names, for messages, and the list itself. */
	if (arena_left(a) / 4 < s.dir_size + s.count * sizeof(*entries))
		return ERR(a, ERR_TOO_LARGE,
		    "the zip archive has too large a directory");
	entries = arena_array(a, s.count + 1, sizeof(*entries));
	TRY(read_entries(&s, entries));
	if (s.total > RATIO_FROM && s.total / limits->max_ratio > n)
		return ERR(a, ERR_TOO_LARGE,
		    "the zip archive unpacks to more than %zu times its size",
		    limits->max_ratio);
	TRY(check_names(&s, entries));
	TRY(check_overlaps(&s, entries));
	*ret_entries = entries;
	*ret_n = s.count;
	return NULL;
}
