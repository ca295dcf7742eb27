/*
 * Options by table: long ones only, anywhere on the line, "--name value" or
 * "--name=value", -o for --output; "--" ends them.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum option_type {    /* what stands at the offset */
	OPTION_NONE,  /* ends a table */
	OPTION_FLAG,  /* bool */
	OPTION_TEXT,  /* const char *; NULL if absent */
	OPTION_NUMBER /* int64_t, in min..max; 0 if absent */
};

struct cli_option {
	const char *name; /* without "--" */
	enum option_type type;
	size_t offset;
	bool required;
	const char *arg; /* "FILE", or NULL for a flag */
	const char *help;
	int64_t min;
	int64_t max;
};

/* A table and the struct that it fills. */
struct option_set {
	const struct cli_option *options;
	void *values;
};

/*
 * Takes the options of both sets out of args[0..*n); what remains are the
 * arguments.  ERR_REQUEST says what is wrong.
 */
struct err *options_take(struct arena *, const struct option_set *,
    const struct option_set *, char **args, size_t *n) _must_check_;
/* One line for each, for --help. */
void options_print(const struct cli_option *);

#endif
