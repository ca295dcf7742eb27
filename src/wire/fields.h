/*
 * Field tables: what an object on the wire looks like, said once.
 *
 * The same table reads a JSON object into a struct (reporting every fault),
 * writes the struct as JSON, and prints itself as JSON Schema.
 *
 *	static const struct field member_fields[] = {
 *		{ "role", F_ENUM, AT(struct wire_member, role), F_REQUIRED,
 *		    .names = roles },
 *		{ 0 }
 *	};
 *	const struct fields wire_member_fields = { "member", member_fields,
 *	    sizeof(struct wire_member), 0 };
 */
#ifndef WIRE_FIELDS_H
#define WIRE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/json.h"

enum field_type {  /* what stands at the offset */
	F_NONE,    /* ends a table */
	F_STRING,  /* const char *; NULL if absent */
	F_INT,     /* int64_t */
	F_DOUBLE,  /* double; integers are accepted */
	F_BOOL,    /* bool */
	F_ENUM,    /* int: index into names */
	F_STRINGS, /* const char *const *; the number at .count */
	F_OBJECT,  /* const struct x *, by .fields; NULL if absent */
	F_OBJECTS, /* const struct x *: an array, the number at .count */
	F_JSON,    /* const char *: any JSON, as text; NULL if absent */
	F__MAX
};

/* Flags of a field. */
#define F_REQUIRED 1u
#define F_NULLABLE 2u    /* null means absent */
#define F_ONLY_OBJECT 4u /* F_JSON: must be an object */
#define F_ONLY_ARRAY 8u  /* F_JSON: must be an array */
#define F_ALIAS 16u /* another name of an earlier field: read, not written */

struct fields;

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	unsigned flags;
	/*
	 * Least and most: F_STRING code points, F_INT and F_DOUBLE the value,
	 * F_STRINGS and F_OBJECTS items, F_JSON bytes of text (max only).
	 * Where both are 0 there is no bound.
	 */
	int64_t min;
	int64_t max;
	size_t has;                  /* HAS(...): bool that is set if present */
	size_t count;                /* COUNT(...): size_t */
	const char *const *names;    /* F_ENUM, to NULL */
	const struct fields *fields; /* F_OBJECT, F_OBJECTS */
	/* F_STRING, F_STRINGS: each must satisfy it; what says what it wants */
	bool (*check)(const char *);
	const char *what;
	int64_t item_max; /* F_STRINGS: code points of each, 0: no bound */
};

#define AT(type, member) .offset = offsetof(type, member)
/* 0 is "there is none", therefore one more. */
#define HAS(type, member) (offsetof(type, member) + 1)
#define COUNT(type, member) (offsetof(type, member) + 1)

/* Unknown members are ignored instead of refused. */
#define FIELDS_LENIENT 1u

struct fields {
	const char *name;          /* of the schema */
	const struct field *field; /* to F_NONE */
	size_t size;               /* of the struct */
	unsigned flags;
};

/*
 * Fills the zeroed *ret (of f->size bytes) from an object.  pointer is where
 * the object stands in its document ("" for the whole).  Faults are added to
 * the list; *ret is then incomplete.  Everything lives in the faults' arena.
 */
void fields_read(const struct fields *, const struct json *,
    const char *pointer, struct faults *, void *ret);
/*
 * The whole way of a body: text, tree, struct.  ERR_NOT_JSON, or ERR_FIELDS
 * with all faults.  An empty body reads like {}.
 */
struct err *fields_parse(struct arena *, const struct fields *,
    const struct json_limits *, struct str body, void *ret) _must_check_;

/* Writes the struct as an object; absent members are left out. */
void fields_write(const struct fields *, struct json_w *, const void *);
/* The same without the braces, into an object that is open. */
void fields_write_members(const struct fields *, struct json_w *, const void *);
/* The struct as JSON text of at most max bytes; NULL if it would be longer. */
char *fields_text(struct arena *, const struct fields *, const void *,
    size_t max) _must_check_;
/* Writes the table as a JSON Schema (2020-12) object. */
void fields_schema(const struct fields *, struct json_w *);

#endif
