/*
 * The files of sql/, in the program.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

enum schema_kind {
	SCHEMA_MIGRATION, /* once, in order */
	SCHEMA_FUNCTION,  /* again whenever its text changes */
	SCHEMA_VIEW,
	SCHEMA_GRANTS, /* again whenever anything was done */
	SCHEMA__MAX
};

struct schema_file {
	enum schema_kind kind;
	const char *name;
	const char *text;
};

/* "migration", ... */
const char *schema_kind_name(enum schema_kind);
/* In the order in which they are applied; NULL behind the last. */
const struct schema_file *schema_file(size_t i);
int schema_migrations(void);

#endif
