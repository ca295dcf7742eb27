/*
 * JSON: strict on the way in, written only by json_w_* on the way out.
 *
 * A text becomes an immutable tree in the caller's arena.  Accepted is RFC
 * 8259 and nothing else, less what Postgres or a C string could not hold:
 * \u0000, lone surrogates, integers beyond 64 bits, numbers beyond a double,
 * members that repeat, more structure or depth than the route allows.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,    /* written without fraction and exponent */
	JSON_DOUBLE, /* finite */
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
	JSON__MAX
};

struct json_member;

struct json {
	enum json_kind kind;
	size_t n; /* items or members; bytes of a string */
	union {
		bool boolean;
		int64_t integer;
		double number;
		const char *string; /* UTF-8, NUL-terminated, no NUL in it */
		const struct json *items;
		const struct json_member *members; /* in the order written */
	};
};

struct json_member {
	const char *name; /* UTF-8, no NUL in it; unique in its object */
	struct json value;
};

struct json_limits {
	size_t values;  /* most values: scalars, arrays, objects, all counted */
	unsigned depth; /* most arrays and objects inside one another */
};

/* For the bodies of requests of people, and for documents of ours. */
extern const struct json_limits json_limits_body;     /* 2 000 values, 16 */
extern const struct json_limits json_limits_document; /* 400 000, 16 */

/*
 * Parses the whole of text[0..n); nothing may follow but blanks.  The tree
 * takes at most n + 64 bytes per value of the arena.  ERR_NOT_JSON with line,
 * column and reason as detail.
 */
struct err *json_parse(struct arena *, const char *text, size_t n,
    const struct json_limits *, const struct json **ret_json) _must_check_;

/* "string", "array", ...; an integer is "integer", a double "number". */
const char *json_kind_name(enum json_kind);
/* The member of an object; NULL if absent or if json is no object (or NULL). */
const struct json *json_member(const struct json *, const char *name);
/* The string of such a member, or NULL. */
const char *json_member_string(const struct json *, const char *name);
/*
 * The pointer (RFC 6901) of a member or of an item: parent, '/', the name
 * with '~' and '/' escaped.
 */
const char *json_pointer_member(struct arena *, const char *parent,
    const char *name) _must_check_;
const char *json_pointer_item(struct arena *, const char *parent,
    size_t i) _must_check_;
/*
 * The text without blanks, members in their order: no longer than what was
 * parsed, but for numbers (at most 24 bytes each).
 */
char *json_text(struct arena *, const struct json *) _must_check_;

/*
 * The writer: puts one value into a buffer.  Commas and colons come by
 * themselves.  A wrong order of calls (a value without key in an object,
 * more ends than beginnings, deeper than JSON_W_DEPTH) is an assert; a
 * buffer that overflows shows by buf_overflowed.
 */
#define JSON_W_DEPTH 31

struct json_w {
	struct buf *buf;
	unsigned depth;
	uint32_t objects; /* bit: the open container is an object */
	bool comma;       /* the next item needs one */
	bool keyed;       /* a key waits for its value */
	bool done;        /* the one value is complete */
};

void json_w_init(struct json_w *, struct buf *);
/* Asserts that exactly one value was written completely. */
void json_w_finish(const struct json_w *);

void json_w_object(struct json_w *);
void json_w_object_end(struct json_w *);
void json_w_array(struct json_w *);
void json_w_array_end(struct json_w *);
void json_w_key(struct json_w *, const char *);
/* What is not UTF-8 in s is written as U+FFFD; NULL is written as null. */
void json_w_str(struct json_w *, const char *s);
void json_w_strn(struct json_w *, const char *, size_t);
void json_w_i64(struct json_w *, int64_t);
/* Shortest text that reads back as the same double; finite by assert. */
void json_w_f64(struct json_w *, double);
void json_w_bool(struct json_w *, bool);
void json_w_null(struct json_w *);
/* JSON text of our own making (json_text, jsonb): goes out as it is. */
void json_w_raw(struct json_w *, const char *text);
void json_w_value(struct json_w *, const struct json *);

/* Key and value at once; a NULL string or text, or NAN, leaves it out. */
void json_w_key_str(struct json_w *, const char *key, const char *);
void json_w_key_i64(struct json_w *, const char *key, int64_t);
void json_w_key_f64(struct json_w *, const char *key, double);
void json_w_key_bool(struct json_w *, const char *key, bool);
void json_w_key_raw(struct json_w *, const char *key, const char *text);
/* An array of n strings; of the faults, objects of pointer and detail. */
void json_w_key_strs(struct json_w *, const char *key, const char *const *items,
    size_t n);
void json_w_key_faults(struct json_w *, const char *key,
    const struct field_fault *);

#endif
