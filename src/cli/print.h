/*
 * What a terminal shows: text of others without control characters, tables.
 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"

/* Control characters but newline and tab are shown as "?". */
void print_safe(FILE *, const char *);
/* "name: text"; nothing if text is NULL. */
void print_pair(const char *name, const char *text);
/* A member as text: strings as they are, else JSON; NULL if absent or null. */
const char *print_member(struct arena *, const struct json *, const char *name);
/* The value as one line of JSON. */
void print_json(struct arena *, const struct json *);

#define TABLE_COLUMNS 8

struct table {
	struct arena *arena;
	size_t columns;
	const char *(*rows)[TABLE_COLUMNS];
	size_t n;
	size_t cap;
};

void table_init(struct table *, struct arena *, size_t columns);
/* cells[0..columns); NULL is "-". */
void table_add(struct table *, const char *const *cells);
void table_print(const struct table *);

/* An error, its faults and where to ask, on standard error. */
void print_err(const struct err *);

#endif
