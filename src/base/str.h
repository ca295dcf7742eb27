/*
 * Looking at strings: views, whole-string numbers, UTF-8.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A view of n bytes at p, not NUL-terminated, owned by somebody else. */
struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str) { (lit), sizeof(lit) - 1 })

struct str str_of(const char *);
bool str_eq(struct str, struct str);
bool str_is(struct str, const char *);
bool str_has_prefix(const char *s, const char *prefix);
bool str_has_suffix(const char *s, const char *suffix);
/* Is it one of the names, which NULL ends? */
bool str_is_among(const char *const *names, const char *);
/* Cuts the part before the next sep off *rest; false when nothing is left. */
bool str_cut(struct str *rest, char sep, struct str *ret_part);
/* Cuts the next run without blanks off *rest; false when none is left. */
bool str_word(struct str *rest, struct str *ret_word);
struct str str_trim(struct str);
/*
 * The index of the first of n structs whose string is not less than key, n if
 * there is none.  first is that member of the first of them, size the size of
 * each; by strcmp they are sorted by it.
 */
size_t str_from(const char *const *first, size_t n, size_t size,
    const char *key);
/* A NUL-terminated copy. */
char *str_dup(struct arena *, struct str) _must_check_;

/*
 * The whole of s as a decimal number between min and max: digits with at most
 * one '-' before them, no blanks.  false, and *ret untouched, otherwise.
 */
bool str_to_i64(const char *s, int64_t min, int64_t max,
    int64_t *ret) _must_check_;
/* The whole of s as a finite decimal floating-point number, C locale. */
bool str_to_double(const char *s, double *ret) _must_check_;

/*
 * Length of the longest prefix of p[0..n) that is valid UTF-8 (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF) and has no NUL.
 */
size_t str_utf8_prefix(const char *p, size_t n);
bool str_is_utf8(const char *p, size_t n);
/* The largest length <= n that does not cut a UTF-8 sequence of p. */
size_t str_utf8_cut(const char *p, size_t n);
/*
 * A copy that is valid UTF-8 without NUL: what is not becomes U+FFFD.  For
 * what programs print before it goes into JSON or Postgres.
 */
char *str_utf8_repair(struct arena *, const char *p, size_t n) _must_check_;

/* Equal in constant time for a given length; lengths may differ (false). */
bool str_secret_eq(const char *, const char *) _must_check_;

#endif
