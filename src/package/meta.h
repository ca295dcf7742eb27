/*
 * YAML of packages as a small tree: maps, lists and scalars, with the line of
 * each.  The only file that knows libyaml.
 *
 * Accepted is one document of YAML.  An alias is what it stands for, and
 * counts as if it were written out (META_NODES, META_DEPTH, META_BYTES), so
 * that no bomb can be built of them; "<<" merges maps.  Refused, each as a
 * fault that names file and line: syntax errors, tags other than YAML's own
 * and those that Python's writer puts on plain texts and lists, repeated
 * keys, keys that are no scalars, more than META_DEPTH levels, more than
 * META_NODES nodes, NUL in scalars.
 */
#ifndef PACKAGE_META_H
#define PACKAGE_META_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/json.h"

#define META_BYTES ((size_t)256 << 10)
#define META_DEPTH 20
#define META_NODES 10000
/* Nodes of all files together. */
#define META_ALL_NODES 20000
/* Bytes of a value that is cut into words. */
#define META_WORDS 4096

enum meta_kind { META_SCALAR, META_LIST, META_MAP };

struct meta_item;

struct meta {
	enum meta_kind kind;
	size_t line;                   /* from 1 */
	const char *text;              /* META_SCALAR */
	bool is_plain;                 /* META_SCALAR without quotes */
	bool is_binary;                /* META_SCALAR that is base64 */
	size_t n;                      /* items */
	const struct meta_item *items; /* first; keys are NULL in lists */
};

struct meta_item {
	const char *key;
	size_t line;
	const struct meta *value;
	const struct meta_item *next;
};

/* The file that is read: where faults are said to be. */
struct meta_file {
	const char *name; /* "problem.yaml" */
	struct faults *faults;
	size_t *all_nodes; /* counts those of all files; NULL in meta_fault's */
	/* Where unknown keys are said; NULL: they are faults. */
	struct faults *warnings;
};

/* NULL after a fault; an empty document is an empty map. */
const struct meta *meta_parse(const struct meta_file *, const char *text,
    size_t n);

/* A fault at a line of the file (0: the file as a whole). */
void meta_fault(const struct meta_file *, size_t line, const char *fmt, ...)
    _printf_(3, 4);
/* The same as a warning; a fault where the file has no place for them. */
void meta_warn(const struct meta_file *, size_t line, const char *fmt, ...)
    _printf_(3, 4);

/* The value of a map's key, or NULL; also where map is NULL or no map. */
const struct meta *meta_get(const struct meta *map, const char *key);
/* A fault unless it is a map (NULL is one without keys). */
bool meta_is_map(const struct meta_file *, const struct meta *,
    const char *what) _must_check_;
/*
 * A fault, or a warning where the file has a place for them, for each key that
 * is not among names (NULL at the end).
 */
void meta_check_keys(const struct meta_file *, const struct meta *map,
    const char *const *names);
/* Is it null or absent? */
bool meta_is_null(const struct meta *);

/*
 * The same as JSON.  Plain scalars are null, booleans (true, false) and
 * numbers as in YAML 1.2; "yes", "007" and whatever is quoted are strings.
 */
const struct json *meta_json(struct arena *, const struct meta *);

/*
 * The value of a key, left as it was where the key is absent or null; a
 * fault where it is of another type or out of range.
 */
void meta_take_string(const struct meta_file *, const struct meta *map,
    const char *key, const char **ret);
void meta_take_bool(const struct meta_file *, const struct meta *map,
    const char *key, bool *ret);
void meta_take_double(const struct meta_file *, const struct meta *map,
    const char *key, double min, double max, double *ret);
/* One of the names (NULL at the end); *ret is its index. */
void meta_take_choice(const struct meta_file *, const struct meta *map,
    const char *key, const char *const *names, size_t *ret);
/* A list of strings; NULL at the end. */
void meta_take_strings(const struct meta_file *, const struct meta *map,
    const char *key, const char *const **ret);
/* Words as a shell would have them, with quotes; NULL at the end. */
const char **meta_split(struct arena *, const char *text) _must_check_;
/* A string, split so. */
void meta_take_words(const struct meta_file *, const struct meta *map,
    const char *key, const char *const **ret);

#endif
