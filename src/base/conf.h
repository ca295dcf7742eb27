/*
 * Configuration by table.  A program states its keys once, as an array of
 * struct conf_key over its own struct; the value of a key comes from, later
 * ones winning:
 *
 *	the default in the table
 *	the file ("key = value" lines, '#' comments; unknown keys are errors)
 *	the environment: ASSIZE_<KEY> in upper case (and <KEY> itself where
 *	the key has CONF_BARE_ENV)
 *	$CREDENTIALS_DIRECTORY/<key>, for keys with CONF_SECRET (its content
 *	without the final newline)
 *
 * An empty string is NULL where that is what the key has by default and no
 * length is asked for: "nothing" overrides what an earlier place said.
 *
 * Secrets are accepted in the file only if others cannot read it.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum conf_type { CONF_STRING, CONF_INT, CONF_BOOL };

#define CONF_SECRET 1u   /* never shown, credentials directory */
#define CONF_BARE_ENV 2u /* also the environment variable without ASSIZE_ */
#define CONF_REQUIRED 4u

struct conf_key {
	const char *name;     /* lower_case */
	enum conf_type type;  /* char *, int64_t, bool */
	size_t offset;        /* into the caller's struct */
	const char *fallback; /* as text, or NULL (NULL string, 0, false) */
	int64_t min;          /* CONF_INT; CONF_STRING: lengths */
	int64_t max;
	unsigned int flags;
	const char *help; /* one line, for --help and the manual */
};

/*
 * Fills *out (of the struct the offsets mean) by the table, whose end is a
 * key without name.  file may be NULL (none).  All faults are reported in one
 * error: ERR_IMPOSSIBLE with pointers such as "assized.conf:12" or
 * "ASSIZE_THREADS".  Strings live in the arena.
 */
struct err *conf_load(struct arena *, const struct conf_key *, const char *file,
    void *out) _must_check_;
/* Prints "key = value" of all keys to standard output; secrets as "(set)". */
void conf_print(const struct conf_key *, const void *out);

#endif
